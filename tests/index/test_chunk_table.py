"""Looking chunks up in a table."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import purehdf
from purehdf.index.chunk_table import ChunkTable, grid_of

Place = tuple[int, ...]


def table(coordinates: list[Place], grid: Place) -> ChunkTable:
    n = len(coordinates)
    return ChunkTable(
        np.array(coordinates, np.int64).reshape(n, len(grid)),
        1000 + 8 * np.arange(n, dtype=np.int64),
        np.full(n, 8, np.int64),
        np.zeros(n, np.uint32),
        grid,
    )


@given(st.data())
def test_rows_are_found(data: st.DataObject) -> None:
    """The first of several in one place counts; what lies outside the grid is never found."""
    rank = data.draw(st.integers(1, 3))
    large = data.draw(st.booleans())
    grid = tuple(data.draw(st.integers(1, 2**45 if large else 5)) for _ in range(rank))
    anywhere = st.tuples(*(st.integers(0, n + 1) for n in grid))
    inside = st.tuples(*(st.integers(0, n - 1) for n in grid))
    stored = data.draw(st.lists(anywhere, max_size=12))
    known = [place for place in stored if all(i < n for i, n in zip(place, grid, strict=True))]
    asked = data.draw(st.lists(inside, max_size=12)) + known
    rows = table(stored, grid).rows(np.array(asked, np.int64).reshape(-1, rank))
    assert rows.tolist() == [stored.index(p) if p in stored else -1 for p in asked]


def test_grids_of_more_than_63_bits() -> None:
    grid = (2**40, 2**40, 2**40)
    assert prod(grid) > 2**63
    places = [(0, 0, 0), (2**24, 0, 0), (0, 1, 0), (2**40 - 1,) * 3, (1, 2**30, 5)]
    found = table(places, grid)
    # These would meet if the numbers of places were cut off at 64 bits.
    asked = np.array([*places, (2**24, 1, 0), (2, 0, 0)])
    assert found.rows(asked).tolist() == [0, 1, 2, 3, 4, -1, -1]


@pytest.mark.parametrize("grid", [(0,), (3, 0), (4,)])
def test_an_empty_table(grid: Place) -> None:
    empty = table([], grid)
    assert len(empty) == 0
    assert empty.rows(np.empty((0, len(grid)), np.int64)).tolist() == []
    assert empty.rows(np.zeros((2, len(grid)), np.int64)).tolist() == [-1, -1]


def test_repr_sums_up() -> None:
    assert repr(table([(0, 0), (1, 2)], (2, 3))) == "<ChunkTable: 2 chunks, 16 bytes, grid 2 x 3>"


@pytest.mark.parametrize(
    ("shape", "chunks", "grid"),
    [((), (), ()), ((0,), (3,), (0,)), ((6, 7), (3, 3), (2, 3)), ((2**63 - 1,), (2,), (2**62,))],
)
def test_grid(shape: Place, chunks: Place, grid: Place) -> None:
    assert grid_of(shape, chunks) == grid


def test_columns_as_documented(fixture_file) -> None:
    with purehdf.File(fixture_file("chunks_deep.h5")) as file:
        dataset = file["numbers"]
        found = dataset.chunk_table()
        n = len(found)
        assert n == prod(found.grid)
        assert (found.coordinates.shape, found.coordinates.dtype) == ((n, dataset.ndim), np.int64)
        assert (found.file_offset.shape, found.file_offset.dtype) == ((n,), np.int64)
        assert (found.size.shape, found.size.dtype) == ((n,), np.int64)
        assert (found.filter_mask.shape, found.filter_mask.dtype) == ((n,), np.uint32)


def test_only_chunked_datasets_have_one(fixture_file) -> None:
    with (
        purehdf.File(fixture_file("layout_contiguous.h5")) as file,
        pytest.raises(TypeError, match="not chunked"),
    ):
        next(iter(file.values())).chunk_table()


def test_a_table_as_text() -> None:
    assert str(table([(0, 0), (0, 11), (2, 3)], (3, 12))).splitlines() == [
        "chunk_0  chunk_1  file_offset  size  filter_mask",
        "      0        0         1000     8            0",
        "      0       11         1008     8            0",
        "      2        3         1016     8            0",
        "<ChunkTable: 3 chunks, 24 bytes, grid 3 x 12>",
    ]
    assert str(table([], (3,))).splitlines()[1:] == ["<ChunkTable: 0 chunks, 0 bytes, grid 3>"]


def test_a_long_table_as_text() -> None:
    lines = str(table([(i,) for i in range(21)], (21,))).splitlines()
    assert [line.split()[0] for line in lines[1:-1]] == [
        *map(str, range(10)),
        "...",
        *map(str, range(11, 21)),
    ]
    assert "..." not in str(table([(i,) for i in range(20)], (20,)))


def test_columns_for_a_data_frame() -> None:
    made = table([(0, 1), (2, 3)], (3, 12))
    found = {name: column.tolist() for name, column in made.columns().items()}
    assert found == {
        "chunk_0": [0, 2],
        "chunk_1": [1, 3],
        "file_offset": [1000, 1008],
        "size": [8, 8],
        "filter_mask": [0, 0],
    }
