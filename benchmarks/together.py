"""Read several datasets at a time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from .bulk import GZIP, LIBRARIES, walk_of_numbers
from .case import Case, Goal, Way
from .libraries import like_h5py

__all__ = ["CASES"]

NAMES = ("a", "b", "c", "d")


def _write(path: Path, scale: float) -> None:
    import h5py

    side = max(2, int(8 * scale**0.5)) * 512
    data = walk_of_numbers((side, side))
    with h5py.File(path, "w") as file:
        for name in NAMES:
            file.create_dataset(name, data=data, chunks=(512, 512), **GZIP)


def _in_two_threads(read: Callable[[str], Any]) -> list[Any]:
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(read, NAMES))


def _hidefix(path: Path) -> list[Any]:
    import hidefix

    index = hidefix.Index(str(path))

    def read(name: str) -> Any:
        dataset = index.dataset(name)
        return dataset[tuple(slice(0, n) for n in dataset.shape())]

    return _in_two_threads(read)


CASES = [
    Case(
        "together",
        "four datasets read from two threads, gzip and shuffle, 256 MiB",
        "together.h5",
        _write,
        like_h5py(lambda file: _in_two_threads(lambda name: file[name][...]), LIBRARIES)
        | {"hidefix": Way(_hidefix)},
        {"purehdf[fast]": Goal(0.30)},
    ),
]
