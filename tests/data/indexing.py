"""Selections drawn at random, and numpy's word for what each selects."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

__all__ = ["arguments", "axis_arguments", "outer", "shapes"]

shapes = st.lists(st.integers(0, 7), max_size=3).map(tuple)


def axis_arguments(size: int) -> st.SearchStrategy[Any]:
    """What may stand for one axis of length `size`."""
    slices = st.slices(size)
    masks = st.lists(st.booleans(), min_size=size, max_size=size).map(
        lambda bits: np.array(bits, bool)
    )
    if not size:
        return st.one_of(slices, masks)
    positions = st.integers(-size, size - 1)
    lists = st.lists(positions, max_size=2 * size)
    return st.one_of(
        positions,
        positions.map(np.int16),
        slices,
        masks,
        lists,
        lists.map(lambda wanted: np.array(wanted, "i8")),
        st.slices(size).map(lambda s: range(*s.indices(size))),
    )


@st.composite
def arguments(draw: st.DrawFn, shape: tuple[int, ...]) -> tuple[Any, ...]:
    """An index of an array of `shape`: axes may be left out at the end, or for an ellipsis."""
    given = [draw(axis_arguments(size)) for size in shape]
    first = draw(st.integers(0, len(shape)))
    last = draw(st.integers(first, len(shape)))
    how = draw(st.sampled_from(["all", "short", "ellipsis"]))
    if how == "short":
        return tuple(given[:first])
    if how == "ellipsis":
        return (*given[:first], ..., *given[last:])
    return tuple(given)


def outer(array: np.ndarray[Any, Any], args: tuple[Any, ...]) -> np.ndarray[Any, Any]:
    """The selected elements: numpy's index along one axis after the other, none dropped early."""
    args = _all_axes(args, array.ndim)
    dropped = tuple(i for i, arg in enumerate(args) if isinstance(arg, int | np.integer))
    for axis, arg in enumerate(args):
        places = np.arange(array.shape[axis])[_plain(arg)]
        array = np.take(array, np.atleast_1d(places), axis)
    return array.squeeze(dropped) if dropped else array


def _plain(arg: Any) -> Any:
    return np.array(arg, "i8") if isinstance(arg, list | range) else arg


def _all_axes(args: tuple[Any, ...], rank: int) -> tuple[Any, ...]:
    at = next((i for i, arg in enumerate(args) if arg is ...), len(args))
    after = args[at + 1 :]
    return (*args[:at], *[slice(None)] * (rank - at - len(after)), *after)
