"""The chunks of one dataset, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from math import prod
from typing import Any

import numpy as np

from ..lazy import lazy_property

__all__ = ["ChunkTable", "grid_of"]

Column = np.ndarray[Any, Any]

_SHOWN = 20  # lines of a table as text


@dataclass(frozen=True)
class ChunkTable:
    """Where each stored chunk of a dataset lies.

    Attributes
    ----------
    coordinates : numpy.ndarray, shape (n, rank), int64
        Position of the chunk in the grid of chunks (not in elements).
    file_offset : numpy.ndarray, shape (n,), int64
        Absolute file offset of its bytes.
    size : numpy.ndarray, shape (n,), int64
        Stored size in bytes, after all filters.
    filter_mask : numpy.ndarray, shape (n,), uint32
        Bit i set: the i-th filter of the stored pipeline was left out.
    grid : tuple of int
        Number of chunks along each dimension that the dataset's shape asks for.
    """

    coordinates: Column
    file_offset: Column
    size: Column
    filter_mask: Column
    grid: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.file_offset)

    def __repr__(self) -> str:
        grid = " x ".join(map(str, self.grid)) or "1"
        return f"<ChunkTable: {len(self)} chunks, {int(self.size.sum())} bytes, grid {grid}>"

    def __str__(self) -> str:
        """A line for each chunk, or for the first and the last few of many."""
        columns = self.columns()
        cut = len(self) > _SHOWN
        shown = np.r_[: _SHOWN // 2, len(self) - _SHOWN // 2 : len(self)] if cut else slice(None)
        texts = [[name, *map(str, column[shown].tolist())] for name, column in columns.items()]
        if cut:
            for text in texts:
                text.insert(1 + _SHOWN // 2, "...")
        widths = [max(map(len, text)) for text in texts]
        lines = zip(
            *(map(str.rjust, text, repeat(w)) for text, w in zip(texts, widths, strict=True)),
            strict=True,
        )
        return "\n".join([*("  ".join(line) for line in lines), repr(self)])

    def columns(self) -> dict[str, Column]:
        """The table by names, for a data frame: ``pandas.DataFrame(table.columns())``.

        ``chunk_0`` to ``chunk_<rank - 1>`` are the columns of ``coordinates``; the others have
        the names of the attributes.  Each is an array (n,).
        """
        places = {f"chunk_{i}": column for i, column in enumerate(self.coordinates.T)}
        rest = {"file_offset": self.file_offset, "size": self.size}
        return {**places, **rest, "filter_mask": self.filter_mask}

    def rows(self, coordinates: Column) -> Column:
        """Return for each of `coordinates` (m, rank) of the grid its row in the table, or -1."""
        wanted = self._flat(coordinates)
        if self._is_whole:
            return wanted
        keys, order = self._sorted
        at = keys.searchsorted(wanted)
        found: Column = np.where(
            keys.take(at, mode="clip") == wanted, order.take(at, mode="clip"), -1
        )
        return found

    @lazy_property
    def _sorted(self) -> tuple[Column, Column]:
        """Flat positions of the chunks inside the grid, sorted, and their rows.

        The last is a place behind the grid, which keeps a look-up from being a special case.
        """
        grid = np.array(self.grid, np.int64)
        inside = np.flatnonzero(((self.coordinates >= 0) & (self.coordinates < grid)).all(axis=1))
        keys = self._flat(self.coordinates[inside])
        # Stable, so that of two chunks in one place the first one counts, as in libhdf5's look-up.
        order = np.argsort(keys, kind="stable")
        return np.append(keys[order], [prod(self.grid)]), np.append(inside[order], -1)

    @lazy_property
    def _is_whole(self) -> bool:
        """Whether all chunks of the grid are there, in C order, and no others: mostly they are."""
        if len(self) != prod(self.grid) or not len(self):
            return False
        keys, order = self._sorted
        numbers = np.arange(len(self) + 1)
        return np.array_equal(keys, numbers) and np.array_equal(order[:-1], numbers[:-1])

    @lazy_property
    def _strides(self) -> Column:
        """How far apart neighbours along each axis are; beyond 63 bits as Python's integers."""
        dtype = np.int64 if prod(self.grid) < 1 << 62 else object
        return np.array([prod(self.grid[i + 1 :]) for i in range(len(self.grid))], dtype)

    def _flat(self, coordinates: Column) -> Column:
        """Number the places of the grid in C order."""
        strides = self._strides
        flat: Column = np.asarray(coordinates).astype(strides.dtype, copy=False) @ strides
        return flat


def grid_of(shape: Sequence[int], chunk_shape: Sequence[int]) -> tuple[int, ...]:
    """Number of chunks along each dimension."""
    return tuple(-(-n // c) for n, c in zip(shape, chunk_shape, strict=True))
