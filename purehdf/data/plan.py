"""From a selection to blocks: which part of which block goes where in the result."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from .selection import Axis, Points, Selection

__all__ = ["Piece", "pieces", "point_pieces"]

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


def pieces(selection: Selection, block_shape: tuple[int, ...]) -> Iterator[Piece]:
    """Yield the blocks that a selection touches, in C order of the grid."""
    cuts = [
        list(_cuts(axis, extent)) for axis, extent in zip(selection.axes, block_shape, strict=True)
    ]
    for parts in product(*cuts):
        yield Piece(
            tuple(part.block for part in parts),
            _index([part.take for part in parts]),
            _index([part.into for part in parts]),
        )


def point_pieces(points: Points, block_shape: tuple[int, ...]) -> Iterator[Piece]:
    """Yield the blocks that single elements lie in."""
    extent = np.array(block_shape, np.int64)
    blocks, within = np.divmod(points.coordinates, extent)
    distinct, member = np.unique(blocks, axis=0, return_inverse=True)
    order = np.argsort(member, kind="stable")
    starts = np.searchsorted(member[order], np.arange(1, len(distinct)))
    for block, into in zip(distinct.tolist(), np.split(order, starts), strict=False):
        yield Piece(tuple(block), tuple(within[into].T), (into,))


def _index(parts: list[Index]) -> tuple[Any, ...]:
    """Slices as they are; with an array among them, all as arrays of an outer product."""
    arrays = [i for i, part in enumerate(parts) if not isinstance(part, slice)]
    if len(arrays) < 2:
        return tuple(parts)
    return np.ix_(
        *(np.arange(p.start, p.stop, p.step) if isinstance(p, slice) else p for p in parts)
    )


def _cuts(axis: Axis, extent: int) -> Iterator[_Cut]:
    if isinstance(axis.positions, range):
        return _cut_range(axis.positions, extent)
    return _cut_positions(axis.positions, extent)


def _cut_range(positions: range, extent: int) -> Iterator[_Cut]:
    done, total, step = 0, len(positions), positions.step
    while done < total:
        first = positions[done]
        block = first // extent
        count = min(-(-((block + 1) * extent - first) // step), total - done)
        start = first - block * extent
        yield _Cut(
            block, slice(start, start + (count - 1) * step + 1, step), slice(done, done + count, 1)
        )
        done += count


def _cut_positions(positions: np.ndarray[Any, Any], extent: int) -> Iterator[_Cut]:
    blocks = positions // extent
    order = np.argsort(blocks, kind="stable")
    distinct, starts = np.unique(blocks[order], return_index=True)
    for block, into in zip(distinct.tolist(), np.split(order, starts[1:]), strict=False):
        yield _Cut(block, positions[into] - block * extent, into)
