"""What ``dataset[...]`` asks for, as h5py understands it.

Along each axis a selection is a range (start, count, step) or an array of positions;
positions of several axes are combined as an outer product.  A boolean array of the
dataset's whole shape selects points instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import Any, ClassVar

import numpy as np

from ..datatype.regions import Region
from ..errors import LimitError
from ..format.record import Record
from .multi_block import MultiBlockSlice

__all__ = ["Axis", "Points", "Selection", "parse_selection", "region_selection"]

Positions = np.ndarray[Any, np.dtype[np.int64]]


class Axis(Record, eq=False):
    """Positions along one axis; ``dropped`` where a single integer took the axis away."""

    positions: range | Positions
    dropped: bool = False

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def index(self) -> slice | Positions:
        """The positions as numpy indexes with them."""
        if isinstance(self.positions, range):
            return slice(self.positions.start, self.positions.stop, self.positions.step)
        return self.positions

    @property
    def array(self) -> Positions:
        """The positions as an array."""
        if isinstance(self.positions, range):
            r = self.positions
            return np.arange(r.start, r.stop, r.step, dtype=np.int64)
        return self.positions


class Selection(Record, eq=False):
    """An outer product of axes."""

    axes: tuple[Axis, ...]

    @property
    def full_shape(self) -> tuple[int, ...]:
        """The shape with dropped axes kept as length one."""
        return tuple([len(axis.positions) for axis in self.axes])

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the result."""
        return tuple([len(axis.positions) for axis in self.axes if not axis.dropped])

    @property
    def scalar(self) -> bool:
        """Whether the result is a single element rather than an array."""
        return all(axis.dropped for axis in self.axes)


class Points(Record, eq=False):
    """Single elements: ``coordinates`` has shape (number, rank)."""

    coordinates: Positions

    scalar: ClassVar[bool] = False

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the result: one axis."""
        return (len(self.coordinates),)

    @property
    def full_shape(self) -> tuple[int, ...]:
        """The same: no axis is dropped."""
        return self.shape


def region_selection(region: Region) -> Selection | Points:
    """Return what a region reference selects."""
    if region.axes is not None:
        return Selection(tuple(Axis(axis.positions) for axis in region.axes))
    return Points(np.empty((0, 0), np.int64) if region.points is None else region.points)


def parse_selection(args: Sequence[Any], shape: tuple[int, ...]) -> Selection | Points:
    """Return what the index `args` selects from an array of `shape`.

    Raises IndexError, ValueError or TypeError where h5py does.
    """
    if len(args) == 1 and _is_mask(args[0]) and np.ndim(args[0]) > 1:
        return _points(np.asarray(args[0]), shape)
    given = _without_ellipsis(args, len(shape))
    return Selection(tuple([_axis(arg, size) for arg, size in zip(given, shape, strict=True)]))


def _is_mask(arg: Any) -> bool:
    return getattr(arg, "dtype", None) == np.bool_ or (
        isinstance(arg, list) and len(arg) > 0 and isinstance(arg[0], bool | np.bool_)
    )


def _points(mask: np.ndarray[Any, Any], shape: tuple[int, ...]) -> Points:
    if mask.shape != shape:
        raise TypeError(
            f"a boolean index of shape {mask.shape} does not fit a dataset of shape {shape}"
        )
    return Points(np.argwhere(mask).astype(np.int64))


def _without_ellipsis(args: Sequence[Any], rank: int) -> list[Any]:
    """Replace the ellipsis, given or understood, by full slices."""
    dots = [i for i, arg in enumerate(args) if arg is Ellipsis]
    if len(dots) > 1:
        raise ValueError("only one ellipsis may be used")
    at = dots[0] if dots else len(args)
    before, after = list(args[:at]), list(args[at + 1 :])
    missing = rank - len(before) - len(after)
    if missing < 0:
        raise ValueError(f"{len(before) + len(after)} indexing arguments for {rank} dimensions")
    return before + [slice(None)] * missing + after


def _axis(arg: Any, size: int) -> Axis:
    if isinstance(arg, slice):
        return Axis(_range(arg, size), False)  # a record is made sooner with all its fields
    if type(arg) is int:  # the most frequent of all the kinds below
        return _single(arg, size)
    if isinstance(arg, MultiBlockSlice):
        return Axis(arg.positions(size))
    if _is_mask(arg):
        mask = np.asarray(arg)
        if mask.shape != (size,):
            raise TypeError(
                f"a boolean index of length {mask.size} does not fit an axis of length {size}"
            )
        return Axis(np.flatnonzero(mask).astype(np.int64))
    if isinstance(arg, range | list | tuple | np.ndarray) and np.ndim(arg) == 1:
        return Axis(_positions(np.asarray(arg), size))
    if isinstance(arg, np.ndarray) and arg.ndim > 1:
        raise TypeError("an index array must have one dimension")
    try:
        position = _integer(arg)
    except TypeError:
        raise TypeError(f"cannot index with {type(arg).__name__} {arg!r}") from None
    return _single(position, size)


def _single(position: int, size: int) -> Axis:
    if not -size <= position < size:
        raise IndexError(f"index {position} out of range for an axis of length {size}")
    return Axis(range(position % size, position % size + 1), True)


def _integer(arg: Any) -> int:
    if isinstance(arg, bool | np.bool_):
        raise TypeError
    return index(arg)


def _range(arg: slice, size: int) -> range | Positions:
    positions = range(*arg.indices(size))
    try:
        len(positions)
    except OverflowError:
        raise LimitError("more elements along an axis than memory has places for") from None
    if positions.step > 0:
        return positions
    return np.array(positions, dtype=np.int64)


def _positions(wanted: np.ndarray[Any, Any], size: int) -> Positions:
    if wanted.size and wanted.dtype.kind not in "iu":
        raise TypeError(f"index arrays must be of integers or booleans, not {wanted.dtype}")
    positions = wanted.astype(np.int64)
    positions[positions < 0] += size
    outside = (positions < 0) | (positions >= size)
    if outside.any():
        raise IndexError(f"index {wanted[outside][0]} out of range for an axis of length {size}")
    return positions
