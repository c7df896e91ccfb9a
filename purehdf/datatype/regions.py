"""A selection from the file, applied to an extent: which elements, and in what shape."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from ..errors import FormatError, LimitError
from ..format.lattice import Lattice
from ..format.selection import (
    AllSelection,
    BlockSelection,
    HyperslabSelection,
    NoneSelection,
    PointSelection,
    Selection,
)

__all__ = ["Region", "check_rank", "select_region"]

Indices = np.ndarray[Any, np.dtype[np.int64]]
_MOST_POINTS = 1 << 24  # elements of irregular blocks, which are listed one by one


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """Selected elements of an array, and the ``shape`` that h5py gives them.

    Either ``axes`` holds the selected indices along each axis (then their product is
    selected), or ``points`` (n, rank) lists every element, to be taken in that order.
    """

    shape: tuple[int, ...]
    axes: tuple[Lattice, ...] | None = None
    points: Indices | None = None


def select_region(selection: Selection, extent: tuple[int, ...]) -> Region:
    """Apply `selection` to an array of shape `extent`.

    Points give one dimension.  A regular hyperslab keeps its dimensions; so do irregular
    blocks that fill a grid, the rest gives one dimension, in C order.

    Raises FormatError if the selection does not fit the extent.
    """
    if isinstance(selection, AllSelection):
        return Region(extent, tuple(map(Lattice, extent)))
    if isinstance(selection, NoneSelection):
        return Region((0,) * len(extent), (Lattice(0),) * len(extent))
    check_rank(selection, extent)
    if isinstance(selection, HyperslabSelection):
        return _regular(selection, extent)
    if isinstance(selection, PointSelection):
        points = selection.coordinates
        _check_inside(points, extent)
        return Region((len(points),), points=points)
    return _irregular(selection, extent)


def check_rank(
    selection: HyperslabSelection | PointSelection | BlockSelection, extent: tuple[int, ...]
) -> None:
    """Raise FormatError if a selection has not as many dimensions as an array."""
    if selection.rank != len(extent):
        raise FormatError(
            "selection of another rank than its dataset",
            expected=len(extent),
            found=selection.rank,
        )


def _regular(selection: HyperslabSelection, extent: tuple[int, ...]) -> Region:
    parts = zip(selection.start, selection.stride, selection.count, selection.block, strict=True)
    for (start, stride, count, block), size in zip(parts, extent, strict=True):
        if count and block and start + stride * (count - 1) + block > size:
            raise _outside(extent)
    axes = tuple(selection.along(axis, size) for axis, size in enumerate(extent))
    shape = tuple(indices.length for indices in axes)
    return Region((0,) * len(extent) if 0 in shape else shape, axes)


def _irregular(selection: BlockSelection, extent: tuple[int, ...]) -> Region:
    starts, stops = selection.boxes()
    if not len(starts):
        return select_region(NoneSelection(), extent)
    _check_inside(stops - 1, extent)
    count = sum(map(prod, (stops - starts).tolist()))
    if count > prod(extent):
        raise FormatError("blocks overlap", expected=f"at most {prod(extent)} elements")
    if count > _MOST_POINTS:
        raise LimitError(
            "too many elements in irregular blocks", expected=f"at most {_MOST_POINTS}", found=count
        )
    flat = [_flat(start, stop, extent) for start, stop in zip(starts, stops, strict=True)]
    points = np.stack(np.unravel_index(np.unique(np.concatenate(flat)), extent), axis=1)
    shape = tuple(_along(points[:, axis]) for axis in range(len(extent)))
    return Region(shape if prod(shape) == len(points) else (len(points),), points=points)


def _flat(start: Indices, stop: Indices, extent: tuple[int, ...]) -> Indices:
    """The elements of one box, numbered in C order."""
    grid = np.ix_(*(np.arange(a, b) for a, b in zip(start, stop, strict=True)))
    found: Indices = np.ravel_multi_index(grid, extent).reshape(-1)
    return found


def _along(coordinates: Indices) -> int:
    """The length of an axis in h5py's rule: all elements, by those at its first index."""
    return len(coordinates) // int((coordinates == coordinates.min()).sum())


def _check_inside(points: Indices, extent: tuple[int, ...]) -> None:
    if (points >= np.array(extent, np.int64)).any():
        raise _outside(extent)


def _outside(extent: tuple[int, ...]) -> FormatError:
    return FormatError(
        "selection reaches beyond its dataset", expected=f"within {extent}", found="more"
    )
