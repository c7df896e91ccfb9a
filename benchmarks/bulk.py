"""Read whole datasets: compressed in chunks of three sizes, and not compressed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from .case import Case, Goal, Way
from .libraries import LIKE_H5PY, like_h5py, through_zarr, whole

__all__ = ["CASES", "GZIP", "LIBRARIES", "walk_of_numbers"]

LIBRARIES = (*LIKE_H5PY, "purehdf[fast]")
GZIP = {"compression": "gzip", "compression_opts": 4, "shuffle": True}


def walk_of_numbers(shape: tuple[int, ...]) -> np.ndarray:
    """Floats that compress as measurements do: each differs a little from the last."""
    steps = np.random.default_rng(0).integers(-3, 4, np.prod(shape), dtype="i1")
    return (np.cumsum(steps, dtype="i8") / 8).astype("<f4").reshape(shape)


def write(rows: int, columns: int, options: Mapping[str, Any], path: Path, scale: float) -> None:
    """Write one dataset "d"; a smaller one has at least two chunks along each axis."""
    import h5py

    sides = zip((rows, columns), options.get("chunks", (1, 1)), strict=True)
    shape = tuple(max(2, round(side * scale**0.5 / chunk)) * chunk for side, chunk in sides)
    with h5py.File(path, "w") as file:
        file.create_dataset("d", data=walk_of_numbers(shape), **options)


def _hidefix(path: Path) -> Any:
    import hidefix

    dataset = hidefix.Index(str(path)).dataset("d")
    return dataset[tuple(slice(0, n) for n in dataset.shape())]


_OTHERS = {"hidefix": Way(_hidefix)} | through_zarr(whole)


def _gzip(name: str, rows: int, chunk: tuple[int, int], title: str, **goals: float) -> Case:
    make = partial(write, rows, 8192, {"chunks": chunk, **GZIP})
    ways = like_h5py(whole, LIBRARIES) | _OTHERS
    limits = {"purehdf": goals.get("core"), "purehdf[fast]": goals.get("fast")}
    found = {library: Goal(most) for library, most in limits.items() if most}
    return Case(f"gzip-{name}", f"gzip and shuffle, {title}", f"gzip-{name}.h5", make, ways, found)


def _raw(name: str, title: str, options: dict[str, Any]) -> Case:
    make = partial(write, 16384, 8192, options)
    work, ways, goals = f"{title}, 512 MiB", like_h5py(whole) | _OTHERS, {"purehdf": Goal(1.0)}
    return Case(f"raw-{name}", work, f"raw-{name}.h5", make, ways, goals)


CASES = [
    _gzip("1m", 8192, (512, 512), "1 MB chunks, 256 MiB", core=0.55, fast=0.22),
    _gzip("64k", 8192, (128, 128), "64 KB chunks, 256 MiB", fast=0.45),
    _gzip("8k", 4096, (32, 64), "8 KB chunks, 128 MiB", fast=0.6),
    _raw("contiguous", "contiguous", {}),
    Case(
        "raw-view",
        "a view without a copy, contiguous, 512 MiB",
        "raw-contiguous.h5",
        partial(write, 16384, 8192, {}),
        like_h5py(whole, ["h5py"]) | like_h5py(lambda file: file["d"].memmap(), ["purehdf"]),
    ),
    _raw("chunked", "chunked, not compressed", {"chunks": (512, 512)}),
]
