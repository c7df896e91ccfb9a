"""Read parts of datasets."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from .bulk import GZIP, LIBRARIES, walk_of_numbers, write
from .case import Case, Goal
from .libraries import in_memory, like_h5py, through_zarr

__all__ = ["CASES"]


def _write_cube(path: Path, scale: float) -> None:
    import h5py

    shape = (max(2, int(64 * scale)), 1024, 1024)
    with h5py.File(path, "w") as file:
        file.create_dataset("d", data=walk_of_numbers(shape))


def _strided(file: Any) -> Any:
    return in_memory(file["d"][:, ::8, ::8])


def _strided_rows(file: Any) -> Any:
    return file["d"][::8, ::8]


def _rows(file: Any) -> Any:
    return file["d"][list(range(0, file["d"].shape[0], 37))]


def _zarr_rows(group: Any) -> Any:
    return group["d"].oindex[list(range(0, group["d"].shape[0], 37))]


def _places(shape: tuple[int, ...]) -> list[list[int]]:
    """A thousand places of a dataset, in no order."""
    places: list[list[int]] = (
        np.random.default_rng(1).integers(0, shape, (1000, len(shape))).tolist()
    )
    return places


def _one_chunk(file: Any) -> Any:
    dataset = file["d"]
    places = [(128 * (i // 128), 128 * (j // 128)) for i, j in _places(dataset.shape)]
    return np.array([dataset[i : i + 128, j : j + 128].sum(dtype="f8") for i, j in places])


def _points(file: Any) -> Any:
    dataset = file["d"]
    return np.array([dataset[i, j, k] for i, j, k in _places(dataset.shape)])


# The file of bulk's 64 KB chunks.
_64K = ("gzip-64k.h5", partial(write, 8192, 8192, {"chunks": (128, 128), **GZIP}))
_CUBE = ("cube.h5", _write_cube)

CASES = [
    Case(
        "strided",
        "strided `[:, ::8, ::8]`, contiguous, 256 MiB",
        *_CUBE,
        like_h5py(_strided) | through_zarr(_strided),
        {"purehdf": Goal(0.33)},
    ),
    Case(
        "strided-gzip",
        "strided `[::8, ::8]`, gzip and shuffle, 64 KB chunks",
        *_64K,
        like_h5py(_strided_rows, LIBRARIES) | through_zarr(_strided_rows),
    ),
    Case(
        "rows",
        "a list of rows, gzip and shuffle, 64 KB chunks",
        *_64K,
        like_h5py(_rows, LIBRARIES) | through_zarr(_zarr_rows),
        {"purehdf": Goal(0.5)},
    ),
    Case(
        "one-chunk",
        "1,000 reads of one chunk, gzip and shuffle, 64 KB",
        *_64K,
        like_h5py(_one_chunk, LIBRARIES) | through_zarr(_one_chunk),
        {"purehdf": Goal(0.8)},
    ),
    Case(
        "points",
        "1,000 reads of one element, contiguous",
        *_CUBE,
        like_h5py(_points),  # through Zarr each element takes all 256 MiB, a chunk to it: minutes
        {"purehdf": Goal(1.2)},
    ),
]
