"""From a selection to blocks: which part of which block goes where in the result."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Any, NamedTuple

import numpy as np

from .selection import Axis, Points, Selection

__all__ = ["Piece", "Plan", "outer_index", "point_pieces"]

Index = slice | np.ndarray[Any, Any]


class Piece(NamedTuple):
    """One block's share of a selection: ``result[into] = block[take]``."""

    block: tuple[int, ...]
    take: tuple[Any, ...]
    into: tuple[Any, ...]


class _Cut(NamedTuple):
    """One block's share along one axis."""

    block: int
    take: Index
    into: Index


class Plan:
    """The blocks that a selection touches.

    ``len(plan)`` is their number.  Nothing is listed before it is asked for: a selection
    may touch more blocks than there is room for.
    """

    def __init__(self, selection: Selection, block_shape: tuple[int, ...]) -> None:
        axes = zip(selection.axes, block_shape, strict=True)
        self._axes = [_axis_cuts(axis, extent) for axis, extent in axes]
        self._outer = sum(isinstance(axis, _PositionCuts) for axis in self._axes) > 1

    def __len__(self) -> int:
        return min(prod(len(axis) for axis in self._axes), sys.maxsize)

    def pieces(self) -> Iterator[Piece]:
        """All blocks, in C order of the grid."""
        cuts = [list(zip(*axis.all(), strict=True)) or [(), (), ()] for axis in self._axes]
        block, take, into = (product(*(axis[i] for axis in cuts)) for i in range(3))
        return map(self._outer_piece if self._outer else Piece, block, take, into)

    def pieces_of(self, coordinates: np.ndarray[Any, Any]) -> Iterator[Piece]:
        """Those of the blocks at grid positions `coordinates` (n, rank) that are touched."""
        inside = np.ones(len(coordinates), bool)
        for axis, column in zip(self._axes, coordinates.T, strict=True):
            inside &= (column >= axis.first) & (column <= axis.last)
        for row in coordinates[inside].tolist():
            cuts = [axis.cut(block) for axis, block in zip(self._axes, row, strict=True)]
            parts = [cut for cut in cuts if cut is not None]
            if len(parts) == len(cuts):
                yield self._piece(parts)

    def _piece(self, cuts: Sequence[_Cut]) -> Piece:
        if not cuts:
            return Piece((), (), ())
        block, take, into = zip(*cuts, strict=True)
        return self._outer_piece(block, take, into) if self._outer else Piece(block, take, into)

    @staticmethod
    def _outer_piece(block: tuple[int, ...], take: Any, into: Any) -> Piece:
        return Piece(block, outer_index(take), outer_index(into))


def outer_index(parts: Sequence[Index]) -> tuple[Any, ...]:
    """Slices as they are; with more than one array among them, all as arrays of an outer product.

    That is what numpy indexes with one axis at a time.
    """
    if sum(not isinstance(part, slice) for part in parts) < 2:
        return tuple(parts)
    return np.ix_(
        *(np.arange(p.start, p.stop, p.step) if isinstance(p, slice) else p for p in parts)
    )


class _RangeCuts:
    """The blocks along one axis that a range of positions touches."""

    def __init__(self, positions: range, extent: int) -> None:
        self._positions = positions
        self._extent = extent
        self.first = positions[0] // extent if positions else 0
        self.last = positions[-1] // extent if positions else -1

    def __len__(self) -> int:
        if self._positions.step > self._extent:
            return len(self._positions)
        return self.last - self.first + 1

    def all(self) -> Iterator[_Cut]:
        done, r = 0, self._positions
        while done < len(r):
            block = r[done] // self._extent
            high = self._before((block + 1) * self._extent)
            yield self._cut(block, done, high)
            done = high

    def cut(self, block: int) -> _Cut | None:
        low, high = self._before(block * self._extent), self._before((block + 1) * self._extent)
        return self._cut(block, low, high) if low < high else None

    def _before(self, position: int) -> int:
        """How many of the positions lie before `position`."""
        r = self._positions
        return min(max(-(-(position - r.start) // r.step), 0), len(r))

    def _cut(self, block: int, low: int, high: int) -> _Cut:
        r, origin = self._positions, block * self._extent
        take = slice(r[low] - origin, r[high - 1] - origin + 1, r.step)
        return _Cut(block, take, slice(low, high, 1))


class _PositionCuts:
    """The blocks along one axis that an array of positions touches."""

    def __init__(self, positions: np.ndarray[Any, Any], extent: int) -> None:
        blocks = positions // extent
        order = np.argsort(blocks, kind="stable")
        distinct, starts = np.unique(blocks[order], return_index=True)
        self._cuts = {
            block: _Cut(block, positions[into] - block * extent, into)
            for block, into in zip(distinct.tolist(), np.split(order, starts[1:]), strict=False)
        }
        self.first, self.last = min(self._cuts, default=0), max(self._cuts, default=-1)

    def __len__(self) -> int:
        return len(self._cuts)

    def all(self) -> Iterator[_Cut]:
        return iter(self._cuts.values())

    def cut(self, block: int) -> _Cut | None:
        return self._cuts.get(block)


def _axis_cuts(axis: Axis, extent: int) -> _RangeCuts | _PositionCuts:
    if isinstance(axis.positions, range):
        return _RangeCuts(axis.positions, extent)
    return _PositionCuts(axis.positions, extent)


def point_pieces(points: Points, block_shape: tuple[int, ...]) -> Iterator[Piece]:
    """Yield the blocks that single elements lie in."""
    extent = np.array(block_shape, np.int64)
    blocks, within = np.divmod(points.coordinates, extent)
    distinct, member = np.unique(blocks, axis=0, return_inverse=True)
    order = np.argsort(member, kind="stable")
    starts = np.searchsorted(member[order], np.arange(1, len(distinct)))
    for block, into in zip(distinct.tolist(), np.split(order, starts), strict=False):
        yield Piece(tuple(block), tuple(within[into].T), (into,))
