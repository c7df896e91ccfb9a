"""What an index selects: the parser against numpy, axis by axis."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from purehdf.data.selection import Points, Selection, parse_selection

from .indexing import arguments, outer, shapes


@given(st.data())
def test_each_axis_selects_what_numpy_selects(data: st.DataObject) -> None:
    shape = data.draw(shapes)
    args = data.draw(arguments(shape))
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    selection = parse_selection(args, shape)
    assert isinstance(selection, Selection)
    want = outer(array, args)
    got = array[np.ix_(*(axis.array for axis in selection.axes))]
    assert selection.full_shape == got.shape
    assert selection.shape == want.shape
    assert got.reshape(selection.shape).tolist() == want.tolist()
    assert selection.scalar == (want.ndim == 0)


@given(st.data())
def test_a_mask_of_the_whole_shape_selects_points(data: st.DataObject) -> None:
    shape = data.draw(st.lists(st.integers(0, 5), min_size=2, max_size=3).map(tuple))
    size = int(np.prod(shape))
    bits = data.draw(st.lists(st.booleans(), min_size=size, max_size=size))
    mask = np.array(bits, bool).reshape(shape)
    points = parse_selection((mask,), shape)
    assert isinstance(points, Points)
    array = np.arange(size).reshape(shape)
    assert points.shape == points.full_shape == (mask.sum(),)
    assert array[tuple(points.coordinates.T)].tolist() == array[mask].tolist()
    assert not points.scalar


def test_a_list_of_lists_of_booleans_is_a_mask_too() -> None:
    points = parse_selection(([True, False],), (2,))
    assert points.shape == (1,)


@pytest.mark.parametrize(
    ("args", "shape", "error"),
    [
        ((0,), (), ValueError),
        ((0, 0), (3,), ValueError),
        ((..., ...), (3, 3), ValueError),
        ((slice(None), 0, ...), (3,), ValueError),
        ((3,), (3,), IndexError),
        ((-4,), (3,), IndexError),
        (([0, 3],), (3,), IndexError),
        (([0, -4],), (3,), IndexError),
        ((0,), (0,), IndexError),
        ((np.array([0, 2**63], "u8"),), (3,), IndexError),
        ((1.0,), (3,), TypeError),
        ((None,), (3,), TypeError),
        ((True,), (3,), TypeError),
        ((np.True_,), (3,), TypeError),
        (([0.5],), (3,), TypeError),
        (("name",), (3,), TypeError),
        ((slice(None, None, 0),), (3,), ValueError),
        ((slice(0.5),), (3,), TypeError),
        ((np.zeros((2, 2), int),), (3, 3), TypeError),
        ((np.array([True]),), (3,), TypeError),
        ((np.ones((3, 2), bool),), (3, 3), TypeError),
        ((np.ones((3, 3), bool), 0), (3, 3, 3), TypeError),
    ],
)
def test_what_selects_nothing_that_makes_sense(
    args: tuple[Any, ...], shape: tuple[int, ...], error: type[Exception]
) -> None:
    with pytest.raises(error) as caught:
        parse_selection(args, shape)
    assert type(caught.value) is error


@pytest.mark.parametrize("size", [2**40, 2**62])
def test_large_axes_cost_nothing(size: int) -> None:
    selection = parse_selection((slice(5, None, 7), -1), (size, size))
    assert isinstance(selection, Selection)
    assert selection.shape == (len(range(5, size, 7)),)
    assert list(selection.axes[1].array) == [size - 1]
