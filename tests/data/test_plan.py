"""From selections to pieces of blocks: every element is moved once, to its place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from purehdf.data.plan import Piece, Plan, point_pieces
from purehdf.data.selection import Points, Selection, parse_selection

from .indexing import arguments, outer, shapes

Array = np.ndarray[Any, Any]


def grid_of_blocks(array: Array, extents: tuple[int, ...]) -> dict[tuple[int, ...], Array]:
    """All blocks of an array, each of the full extents, as chunks are stored."""
    padding = [(0, -size % extent) for size, extent in zip(array.shape, extents, strict=True)]
    padded = np.pad(array, padding, constant_values=-1) if padding else array
    grid = [size // extent for size, extent in zip(padded.shape, extents, strict=True)]
    return {
        place: padded[tuple(slice(i * n, (i + 1) * n) for i, n in zip(place, extents, strict=True))]
        for place in np.ndindex(*grid)
    }


def moved(plan: Iterable[Piece], shape: tuple[int, ...], blocks: dict[Any, Array]) -> Array:
    """The array that a plan makes; each of its elements must be written exactly once."""
    out, times = np.zeros(shape, int), np.zeros(shape, int)
    for piece in plan:
        out[piece.into] = blocks[piece.block][piece.take]
        times[piece.into] += 1
    assert (times == 1).all()
    return out


@given(st.data())
def test_a_selection_is_put_together_from_pieces(data: st.DataObject) -> None:
    shape = data.draw(shapes)
    extents = tuple(data.draw(st.integers(1, 4)) for _ in shape)
    args = data.draw(arguments(shape))
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    selection = parse_selection(args, shape)
    assert isinstance(selection, Selection)
    plan = list(Plan(selection, extents).pieces())
    got = moved(plan, selection.full_shape, grid_of_blocks(array, extents))
    assert got.reshape(selection.shape).tolist() == outer(array, args).tolist()


@given(st.data())
def test_each_block_is_touched_once(data: st.DataObject) -> None:
    """In C order, if all steps go forward: then neighbours in the file are neighbours here."""
    shape = data.draw(shapes)
    extents = tuple(data.draw(st.integers(1, 4)) for _ in shape)
    selection = parse_selection(data.draw(arguments(shape)), shape)
    assert isinstance(selection, Selection)
    touched = [piece.block for piece in Plan(selection, extents).pieces()]
    assert touched == sorted(set(touched))


@given(st.data())
def test_points_are_put_together_from_pieces(data: st.DataObject) -> None:
    shape = data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=3).map(tuple))
    extents = tuple(data.draw(st.integers(1, 4)) for _ in shape)
    count = data.draw(st.integers(0, 12))
    point = st.tuples(*(st.integers(0, size - 1) for size in shape))
    coordinates = data.draw(st.lists(point, min_size=count, max_size=count))
    points = Points(np.array(coordinates, np.int64).reshape(count, len(shape)))
    array = np.arange(np.prod(shape)).reshape(shape)
    plan = list(point_pieces(points, extents))
    got = moved(plan, points.full_shape, grid_of_blocks(array, extents))
    assert got.tolist() == [array[place] for place in coordinates]
    assert len({piece.block for piece in plan}) == len(plan)


def test_a_thin_selection_of_a_huge_grid_is_planned_at_once() -> None:
    side = 2**40
    selection = parse_selection((slice(None, None, side // 2), 7), (side, side))
    assert isinstance(selection, Selection)
    found = list(Plan(selection, (1, 4)).pieces())
    assert [piece.block for piece in found] == [(0, 1), (side // 2, 1)]
