"""A selection from the file, applied to an extent: which elements, and in what shape."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from ..errors import FormatError
from ..format.selection import (
    AllSelection,
    BlockSelection,
    HyperslabSelection,
    NoneSelection,
    PointSelection,
    Selection,
)

__all__ = ["Region", "select_region"]

Indices = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """Selected elements of an array, and the ``shape`` that h5py gives them.

    Either ``axes`` lists the selected indices along each axis (then their product is
    selected), or ``points`` (n, rank) lists every element, to be taken in that order.
    """

    shape: tuple[int, ...]
    axes: tuple[Indices, ...] | None = None
    points: Indices | None = None


def select_region(selection: Selection, extent: tuple[int, ...]) -> Region:
    """Apply `selection` to an array of shape `extent`.

    Points give one dimension.  A regular hyperslab keeps its dimensions; so do irregular
    blocks that fill a grid, the rest gives one dimension, in C order.

    Raises FormatError if the selection does not fit the extent.
    """
    if isinstance(selection, AllSelection):
        return Region(extent, tuple(np.arange(n, dtype=np.int64) for n in extent))
    if isinstance(selection, NoneSelection):
        return Region((0,) * len(extent), (np.empty(0, np.int64),) * len(extent))
    if selection.rank != len(extent):
        raise FormatError(
            "selection of another rank than its dataset",
            expected=len(extent),
            found=selection.rank,
        )
    if isinstance(selection, HyperslabSelection):
        return _regular(selection, extent)
    if isinstance(selection, PointSelection):
        points = selection.coordinates
        _check_inside(points, extent)
        return Region((len(points),), points=points)
    return _irregular(selection, extent)


def _regular(selection: HyperslabSelection, extent: tuple[int, ...]) -> Region:
    parts = zip(selection.start, selection.stride, selection.count, selection.block, strict=True)
    for (start, stride, count, block), size in zip(parts, extent, strict=True):
        if count and block and start + stride * (count - 1) + block > size:
            raise _outside(extent)
    axes = tuple(selection.along(axis, size) for axis, size in enumerate(extent))
    shape = tuple(len(indices) for indices in axes)
    return Region((0,) * len(extent) if 0 in shape else shape, axes)


def _irregular(selection: BlockSelection, extent: tuple[int, ...]) -> Region:
    starts, stops = selection.boxes()
    if not len(starts):
        return select_region(NoneSelection(), extent)
    _check_inside(stops - 1, extent)
    if sum(map(prod, (stops - starts).tolist())) > prod(extent):
        raise FormatError("blocks overlap", expected=f"at most {prod(extent)} elements")
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
