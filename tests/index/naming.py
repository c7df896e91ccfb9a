"""Datasets whose chunks say where they belong.

h5py's own query of chunk positions is no judge: with an extensible array whose unlimited
dimension is not the first, libhdf5 answers with wrong coordinates.  So every element of
a chunk holds the coordinates of its chunk, and a chunk is known by its bytes.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import numpy as np

import purehdf

__all__ = ["Case", "check", "write"]

Place = tuple[int, ...]
_RADIX = 1 << 20


@dataclass(frozen=True)
class Case:
    """A dataset: `only` names the chunks that are written, None is all of them."""

    index: str
    shape: Place
    chunks: Place
    maxshape: tuple[int | None, ...] | None = None
    only: Sequence[Place] | None = None
    resized: Place | None = None
    early: bool = False
    options: dict[str, Any] = field(default_factory=dict)

    def grid(self) -> Place:
        """Number of chunks along each dimension."""
        shape = self.resized or self.shape
        return tuple(-(-n // chunk) for n, chunk in zip(shape, self.chunks, strict=True))

    def expected(self) -> set[Place]:
        """The chunks that must be in the table."""
        if self.only is None or self.early:
            return set(np.ndindex(*self.grid()))
        inside = np.less(np.array(self.only), self.grid()).all(axis=1)
        return {place for place, stays in zip(self.only, inside, strict=True) if stays}


def write(path: Path, case: Case, libver: Any, **file_options: Any) -> None:
    """Write the dataset ``named`` of `case`."""
    with h5py.File(path, "w", libver=libver, **file_options) as file:
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        if case.early:
            plist.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
        dataset = file.create_dataset(
            "named", case.shape, "<u8", chunks=case.chunks, maxshape=case.maxshape,
            dcpl=plist, **case.options,
        )  # fmt: skip
        if case.only is None:
            _write_all(dataset, case.chunks)
        else:
            for place in case.only:
                _write_one(dataset, case.chunks, place)
        if case.resized is not None:
            dataset.resize(case.resized)
            if case.only is None:
                _write_all(dataset, case.chunks)


def _name(coordinates: Any) -> Any:
    """A number that names chunk coordinates; never 0, which is the fill value."""
    number: Any = 1
    for i in coordinates:
        number = number * _RADIX + i
    return number


def _coordinates(number: int, rank: int) -> Place:
    place = []
    for _ in range(rank):
        number, i = divmod(number, _RADIX)
        place.append(i)
    return tuple(reversed(place)) if number == 1 else ()


def _write_all(dataset: h5py.Dataset, chunks: Place) -> None:
    positions = np.indices(dataset.shape, "<u8")
    dataset[...] = _name([p // n for p, n in zip(positions, chunks, strict=True)])


def _write_one(dataset: h5py.Dataset, chunks: Place, place: Place) -> None:
    box = tuple(slice(i * n, (i + 1) * n) for i, n in zip(place, chunks, strict=True))
    dataset[box] = _name(place)


def check(path: Path, case: Case) -> None:
    """Look at every row of the dataset's chunk table: the bytes must say the same."""
    content = path.read_bytes()
    with purehdf.File(path) as file:
        dataset = file["named"]
        assert type(dataset._record.layout.index).__name__ == case.index
        table = dataset.chunk_table()
        assert table.grid == case.grid()
        named = set()
        for row in range(len(table)):
            place = tuple(table.coordinates[row].tolist())
            chunk = _chunk(content, table, row, case)
            if chunk.any():  # an early allocated chunk may have been left unwritten
                assert _named(chunk, place, dataset.shape) == {place}
            named.add(place)
    inside = {p for p in named if all(i < n for i, n in zip(p, case.grid(), strict=True))}
    assert inside == case.expected()
    assert len(named) == len(table)


def _chunk(content: bytes, table: purehdf.ChunkTable, row: int, case: Case) -> np.ndarray[Any, Any]:
    start, size = int(table.file_offset[row]), int(table.size[row])
    stored = content[start : start + size]
    if "compression" in case.options and not table.filter_mask[row]:
        stored = zlib.decompress(stored)
    return np.frombuffer(stored, "<u8").reshape(case.chunks)


def _named(chunk: np.ndarray[Any, Any], place: Place, shape: Place) -> set[Place]:
    """The coordinates that the elements inside the dataset name."""
    sizes = zip(place, chunk.shape, shape, strict=True)
    inside = tuple(slice(0, max(size - i * n, 0)) for i, n, size in sizes)
    return {_coordinates(number, len(place)) for number in np.unique(chunk[inside]).tolist()}
