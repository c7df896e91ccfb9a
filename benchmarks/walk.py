"""Walk a file of many datasets: names, shapes, dtypes and values of attributes."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import numpy as np

from .case import Case, Goal, Way
from .libraries import like_h5py, local_store

__all__ = ["CASES"]


def _write(path: Path, libver: Any, datasets: int, attributes: dict[str, Any]) -> None:
    import h5py

    with h5py.File(path, "w", libver=libver) as file:
        for number in range(datasets):
            dataset = file.create_dataset(f"d{number:05d}", data=np.arange(4.0))
            for name, value in attributes.items():
                dataset.attrs[name] = value


FIVE = {"units": "metres", "offset": 0.5, "scale": 2.0, "count": 7, "range": np.arange(3)}
TWENTY = {f"a{number:02d}": float(number) for number in range(20)}


def write_old(path: Path, scale: float) -> None:
    """Write the file in the oldest format: symbol tables, version 1 object headers."""
    _write(path, ("earliest", "v108"), max(3, int(10_000 * scale)), FIVE)


def write_new(path: Path, scale: float) -> None:
    """Write the file in the newest format: links in a fractal heap."""
    _write(path, "latest", max(3, int(10_000 * scale)), FIVE)


def write_dense(path: Path, scale: float) -> None:
    """Write a file whose attributes lie in fractal heaps too."""
    _write(path, "latest", max(3, int(2_000 * scale)), TWENTY)


def _walk(file: Any) -> list[Any]:
    return [
        (name, dataset.shape, dataset.dtype.str, dict(dataset.attrs.items()))
        for name, dataset in file.items()
    ]


async def _walk_async(path: Path) -> list[Any]:
    from async_hdf5 import HDF5File

    root = await (await HDF5File.open(str(path), store=local_store())).root_group()
    found = []
    for name in await root.children():
        dataset = await root.dataset(name)
        attributes = await dataset.attributes()
        found.append((name, tuple(dataset.shape), dataset.numpy_dtype, attributes))
    return found


WAYS = like_h5py(_walk) | {"async-hdf5": Way(lambda path: asyncio.run(_walk_async(path)))}
_TEN = "walk 10,000 datasets with 5 attributes each"
CASES = [
    Case(
        "walk-old", f"{_TEN}, old format", "walk-old.h5", write_old, WAYS, {"purehdf": Goal(0.20)}
    ),
    Case(
        "walk-dense",
        f"{_TEN}, dense format",
        "walk-new.h5",
        write_new,
        WAYS,
        {"purehdf": Goal(0.20)},
    ),
    Case(
        "walk-dense-attributes",
        "walk 2,000 datasets with 20 dense attributes each",
        "walk-attributes.h5",
        write_dense,
        WAYS,
    ),
]
