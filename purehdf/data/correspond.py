"""Which elements of a source stand for which elements of a virtual dataset."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from ..datatype.regions import Region
from ..errors import FormatError
from .selection import Axis, Points, Selection

__all__ = ["Part", "correspond"]

AnyArray = np.ndarray[Any, Any]
Indices = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Part:
    """The share of one source in a result: what to read of it, and where that goes."""

    source: Selection | Points
    into: tuple[AnyArray, ...]  # index arrays of the result
    shape: tuple[int, ...]  # of the values, so that they fit `into`

    def put(self, out: AnyArray, values: AnyArray) -> None:
        """Put the values that were read of the source into the result."""
        extra = values.shape[len(self.source.shape) :]  # the dimensions of an array type
        out[self.into] = values.reshape(self.shape + extra)


def correspond(virtual: Region, source: Region, wanted: Selection | Points) -> Part | None:
    """Return what `wanted`, a selection of the virtual dataset, takes from the source.

    The elements of the regions `virtual` and `source` correspond in order.
    """
    if _count(virtual) != _count(source):
        raise FormatError(
            "a mapping between selections of different sizes",
            structure="global heap block for virtual datasets",
            section="III.F",
            expected=_count(virtual),
            found=_count(source),
        )
    if virtual.axes is not None and source.axes is not None and isinstance(wanted, Selection):
        axes = _paired(virtual.axes, source.axes)
        if axes is not None:
            return _axis_by_axis(virtual.axes, source.axes, axes, wanted)
    return _point_by_point(virtual, source, wanted)


def _count(region: Region) -> int:
    return prod(map(len, region.axes)) if region.axes is not None else len(_points(region))


def _points(region: Region) -> Indices:
    return np.empty((0, 0), np.int64) if region.points is None else region.points


def _paired(
    virtual: tuple[Indices, ...], source: tuple[Indices, ...]
) -> list[tuple[int, int]] | None:
    """Pairs of axes that run side by side: those longer than one, if their lengths agree."""
    left = [i for i, axis in enumerate(virtual) if len(axis) != 1]
    right = [i for i, axis in enumerate(source) if len(axis) != 1]
    if [len(virtual[i]) for i in left] != [len(source[i]) for i in right]:
        return None
    return list(zip(left, right, strict=True))


def _axis_by_axis(
    virtual: tuple[Indices, ...],
    source: tuple[Indices, ...],
    axes: list[tuple[int, int]],
    wanted: Selection,
) -> Part | None:
    into, found = [], []
    for indices, axis in zip(virtual, wanted.axes, strict=True):
        at = _find(indices, axis.array)
        hits = np.flatnonzero(at >= 0)
        if not len(hits):
            return None
        into.append(hits)
        found.append(at[hits])
    positions = [Axis(indices) for indices in source]
    shape = [1] * len(virtual)
    for i, j in axes:
        positions[j] = Axis(source[j][found[i]])
        shape[i] = len(found[i])
    return Part(Selection(tuple(positions)), np.ix_(*into), tuple(shape))


def _find(indices: Indices, wanted: Indices) -> Indices:
    """Where each wanted index stands among `indices`, which are sorted; -1: nowhere."""
    if not len(indices):
        return np.full(len(wanted), -1)
    at = np.minimum(np.searchsorted(indices, wanted), len(indices) - 1)
    return np.where(indices[at] == wanted, at, -1)


def _point_by_point(virtual: Region, source: Region, wanted: Selection | Points) -> Part | None:
    coordinates = _coordinates(wanted)
    numbers = _numbers(virtual, coordinates)
    hits = np.flatnonzero(numbers >= 0)
    if not len(hits):
        return None
    into = (hits,) if isinstance(wanted, Points) else np.unravel_index(hits, wanted.full_shape)
    return Part(Points(_at(source, numbers[hits])), tuple(into), (len(hits),))


def _coordinates(wanted: Selection | Points) -> Indices:
    if isinstance(wanted, Points):
        return wanted.coordinates
    grid = np.meshgrid(*(axis.array for axis in wanted.axes), indexing="ij")
    return np.stack([g.reshape(-1) for g in grid], axis=1)


def _numbers(region: Region, coordinates: Indices) -> Indices:
    """The number of each element in the order of the region; -1: not in it."""
    if region.axes is not None:
        numbers = np.zeros(len(coordinates), np.int64)
        inside = np.ones(len(coordinates), bool)
        for indices, column in zip(region.axes, coordinates.T, strict=True):
            at = _find(indices, column)
            inside &= at >= 0
            numbers = numbers * len(indices) + at
        return np.where(inside, numbers, -1)
    points = _points(region)
    order = np.lexsort(points.T[::-1])
    places = {
        tuple(point): i for point, i in zip(points[order].tolist(), order.tolist(), strict=True)
    }
    return np.array([places.get(tuple(c), -1) for c in coordinates.tolist()], np.int64)


def _at(region: Region, numbers: Indices) -> Indices:
    """The coordinates of elements by their numbers in the order of the region."""
    if region.axes is None:
        return _points(region)[numbers]
    positions = np.unravel_index(numbers, [len(indices) for indices in region.axes])
    columns = [indices[at] for indices, at in zip(region.axes, positions, strict=True)]
    return np.stack(columns, axis=1)
