"""The chunks of one array by their positions."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .array_references import ArrayReferences

__all__ = ["ByteRange", "ChunkLookup"]

Column = np.ndarray[Any, Any]


class ByteRange(NamedTuple):
    """Where a chunk lies: file offset and size, in bytes."""

    offset: int
    size: int


class ChunkLookup:
    """Finds chunks of an array, by bisection of columns that are sorted once."""

    def __init__(self, array: ArrayReferences) -> None:
        self._array = array
        self._grid = array.grid
        self._offset = array.offset.view(np.uint64)  # a split file reaches behind 2 ** 63
        self._referenced = _sorted(array.coordinates, self._grid)
        self._inlined = _sorted(array.inline_coordinates, self._grid)

    def find(self, position: tuple[int, ...]) -> ByteRange | bytes | None:
        """Return where the chunk at `position` lies, its bytes, or None: it is not stored."""
        if len(position) != len(self._grid):
            return None
        if any(i >= n for i, n in zip(position, self._grid, strict=True)):
            return None
        flat = int(np.ravel_multi_index(position, self._grid)) if position else 0
        row = _row(self._referenced, flat)
        if row is not None:
            return ByteRange(int(self._offset[row]), int(self._array.size[row]))
        row = _row(self._inlined, flat)
        return None if row is None else self._array.inlined[row]


def _sorted(coordinates: Column, grid: tuple[int, ...]) -> tuple[Column, Column]:
    """Positions as numbers in C order, sorted, and the row of each."""
    if not grid or not len(coordinates):
        flat: Column = np.zeros(len(coordinates), np.int64)
    else:
        flat = np.ravel_multi_index(tuple(coordinates.T), grid).astype(np.int64)
    order = np.argsort(flat, kind="stable")
    return flat[order], order


def _row(columns: tuple[Column, Column], flat: int) -> int | None:
    positions, rows = columns
    at = int(np.searchsorted(positions, flat))
    return int(rows[at]) if at < len(positions) and positions[at] == flat else None
