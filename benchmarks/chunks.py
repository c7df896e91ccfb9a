"""List where a million chunks lie, from each kind of chunk index."""

from __future__ import annotations

import asyncio
import zlib
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from .case import Case, Goal, Way
from .libraries import async_dataset, like_h5py

__all__ = ["CASES", "h5py_chunks", "sorted_columns", "store_infos", "write_v1"]

WIDTH = 4  # elements of a chunk


def _write(libver: Any, maxshape: Any, path: Path, scale: float) -> None:
    """Write a square grid of chunks, each one gzipped alone and of its own size."""
    import h5py

    side = max(4, int(1000 * scale**0.5))
    stored = [zlib.compress(np.arange(n, n + WIDTH, dtype="<i2") * n, 1) for n in range(251)]
    with h5py.File(path, "w", libver=libver) as file:
        dataset = file.create_dataset(
            "d", (side, side * WIDTH), "<i2", chunks=(1, WIDTH), maxshape=maxshape, compression=1
        )
        write = dataset.id.write_direct_chunk
        for row in range(side):
            for column in range(side):
                write((row, column * WIDTH), stored[(row * side + column) % 251])


write_v1 = partial(_write, ("earliest", "v108"), None)


def sorted_columns(coordinates: Any, offset: Any, size: Any, mask: Any = 0) -> np.ndarray:
    """One table of integers, sorted: element coordinates, file offset, size, filter mask."""
    coordinates = np.asarray(coordinates, "i8").reshape(len(offset), -1)
    others = [np.broadcast_to(np.asarray(each, "i8"), len(offset)) for each in (offset, size, mask)]
    table = np.column_stack([coordinates, *others])
    return table[np.lexsort(coordinates.T[::-1])]


def store_infos(path: Path, found: list[Any]) -> np.ndarray:
    """The columns of a list of h5py's ``StoreInfo``, or of pyfive's."""
    rows = [(*each.chunk_offset, each.byte_offset, each.size, each.filter_mask) for each in found]
    table = np.array(rows, "i8")
    return sorted_columns(table[:, :-3], table[:, -3], table[:, -2], table[:, -1])


def h5py_chunks(file: Any) -> list[Any]:
    """All chunks of the dataset, by h5py's quickest way."""
    found: list[Any] = []
    file["d"].id.chunk_iter(found.append)
    return found


def _table_columns(path: Path, table: Any) -> np.ndarray:
    coordinates = table.coordinates * [1, WIDTH]
    return sorted_columns(coordinates, table.file_offset, table.size, table.filter_mask)


async def _async_chunks(path: Path) -> Any:
    return await (await async_dataset(path, "d")).chunk_index()


def _async_columns(path: Path, index: Any) -> np.ndarray:
    found = list(index)
    coordinates = np.array([each.indices for each in found]) * [1, WIDTH]
    columns = ([getattr(each, name) for each in found] for name in _ASYNC_COLUMNS)
    return sorted_columns(coordinates, *columns)


_ASYNC_COLUMNS = ("byte_offset", "byte_length", "filter_mask")


def _hidefix_chunks(path: Path) -> Any:
    import hidefix

    return hidefix.Index(str(path)).dataset("d")


def _hidefix_columns(path: Path, dataset: Any) -> np.ndarray | None:
    """It does not show its index.  What it reads by it tells whether that is right."""
    import h5py

    with h5py.File(path) as file:
        expected = file["d"][...]
        right = (dataset[tuple(slice(0, n) for n in expected.shape)] == expected).all()
        return store_infos(path, h5py_chunks(file)) if right else None


WAYS = {
    **like_h5py(h5py_chunks, ["h5py"], store_infos),
    **like_h5py(lambda file: file["d"].chunk_table(), ["purehdf"], _table_columns),
    **like_h5py(lambda file: list(file["d"].id.index.values()), ["pyfive"], store_infos),
    "hidefix": Way(_hidefix_chunks, _hidefix_columns),
    "async-hdf5": Way(lambda path: asyncio.run(_async_chunks(path)), _async_columns),
}


def _case(name: str, index: str, libver: Any, maxshape: Any, goal: float) -> Case:
    make = partial(_write, libver, maxshape)
    work, goals = f"list 1,000,000 chunks: {index}", {"purehdf": Goal(goal)}
    return Case(f"chunks-{name}", work, f"chunks-{name}.h5", make, WAYS, goals)


_V4 = ("v110", "v114")  # data layout version 4
CASES = [
    _case("v1", "version 1 B-tree", ("earliest", "v108"), None, 0.08),
    _case("fixed", "fixed array", _V4, None, 0.12),
    _case("extensible", "extensible array", _V4, (None, 1000 * WIDTH), 0.12),
    _case("v2", "version 2 B-tree", _V4, (None, None), 0.12),
    _case("layout5", "fixed array, layout version 5", "latest", None, 0.12),
]
