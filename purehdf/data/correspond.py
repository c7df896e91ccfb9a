"""Which elements of a source stand for which elements of a virtual dataset."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from ..datatype.regions import Region
from ..errors import FormatError
from ..format.lattice import Lattice
from .selection import Axis, Points, Selection

__all__ = ["Part", "correspond", "touches"]

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


def touches(region: Region, wanted: Selection | Points) -> bool:
    """Whether `wanted` may have elements of a region."""
    if region.axes is None or isinstance(wanted, Points):
        return True
    axes = zip(region.axes, wanted.axes, strict=True)
    return all(len(_hits(lattice, axis)[0]) for lattice, axis in axes)


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
    if region.axes is None:
        return len(_points(region))
    return prod(axis.length for axis in region.axes)


def _points(region: Region) -> Indices:
    return np.empty((0, 0), np.int64) if region.points is None else region.points


def _paired(
    virtual: tuple[Lattice, ...], source: tuple[Lattice, ...]
) -> list[tuple[int, int]] | None:
    """Pairs of axes that run side by side: those longer than one, if their lengths agree."""
    left = [i for i, axis in enumerate(virtual) if axis.length != 1]
    right = [i for i, axis in enumerate(source) if axis.length != 1]
    if [virtual[i].length for i in left] != [source[i].length for i in right]:
        return None
    return list(zip(left, right, strict=True))


def _axis_by_axis(
    virtual: tuple[Lattice, ...],
    source: tuple[Lattice, ...],
    axes: list[tuple[int, int]],
    wanted: Selection,
) -> Part | None:
    into, found = [], []
    for lattice, axis in zip(virtual, wanted.axes, strict=True):
        hits, places = _hits(lattice, axis)
        if not len(hits):
            return None
        into.append(hits)
        found.append(places)
    positions = [Axis(range(lattice.start, lattice.start + 1)) for lattice in source]
    shape = [1] * len(virtual)
    for i, j in axes:
        positions[j] = Axis(source[j].at(found[i]))
        shape[i] = len(found[i])
    return Part(Selection(tuple(positions)), np.ix_(*into), tuple(shape))


def _hits(lattice: Lattice, axis: Axis) -> tuple[Indices, Indices]:
    """Which of the wanted positions are in a lattice, and their places in it."""
    near = range(len(axis))
    if isinstance(axis.positions, range):  # look only at those between its ends
        first, step = axis.positions.start, axis.positions.step
        near = near[_clip(lattice.start - first, step) : _clip(lattice.stop - first, step)]
    wanted = np.asarray(axis.positions[near.start : near.stop], np.int64)
    places = lattice.find(wanted)
    inside = np.flatnonzero(places >= 0)
    return inside + near.start, places[inside]


def _clip(distance: int, step: int) -> int:
    """How many steps it takes to come as far as `distance`; 0 if that lies behind."""
    return max(-(-distance // step), 0)


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
        for lattice, column in zip(region.axes, coordinates.T, strict=True):
            at = lattice.find(column)
            inside &= at >= 0
            numbers = numbers * lattice.length + at
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
    positions = np.unravel_index(numbers, [lattice.length for lattice in region.axes])
    columns = [lattice.at(at) for lattice, at in zip(region.axes, positions, strict=True)]
    return np.stack(columns, axis=1)
