"""Dataspace selections (VIII.A) and references (VIII.B, VIII.C)."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from purehdf.errors import FormatError, LimitError, PureHDFError, VersionError
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor
from purehdf.format.reference import ReferenceRecord, decode_reference_block, decode_region
from purehdf.format.selection import (
    AllSelection,
    BlockSelection,
    HyperslabSelection,
    NoneSelection,
    PointSelection,
    decode_selection,
)

MARK = {2: "H", 4: "I", 8: "Q"}


def decode(data: bytes, reader: Any = decode_selection, *args: Any) -> Any:
    cursor = Cursor(data, Context(), bounded=True)
    record = reader(cursor, *args)
    assert cursor.remaining == 0
    return record


def points(version: int, coordinates: list[tuple[int, ...]], width: int = 4) -> bytes:
    rank = len(coordinates[0])
    flat = [n for point in coordinates for n in point]
    if version == 1:
        return struct.pack(f"<6I{len(flat)}I", 1, 1, 0, 0, rank, len(coordinates), *flat)
    head = struct.pack("<IIBI", 1, 2, width, rank)
    return head + struct.pack(f"<{len(flat) + 1}{MARK[width]}", len(coordinates), *flat)


def blocks(version: int, corners: list[tuple[list[int], list[int]]], width: int = 4) -> bytes:
    rank = len(corners[0][0])
    flat = [n for first, last in corners for n in (*first, *last)]
    if version == 1:
        return struct.pack(f"<6I{len(flat)}I", 2, 1, 0, 0, rank, len(corners), *flat)
    head = struct.pack("<IIBBI", 2, 3, 0, width, rank)
    return head + struct.pack(f"<{len(flat) + 1}{MARK[width]}", len(corners), *flat)


def regular(version: int, rows: list[tuple[int, ...]], width: int = 8) -> bytes:
    flat = [n for row in rows for n in row]
    if version == 2:
        head, width = struct.pack("<IIBII", 2, 2, 1, 0, len(rows)), 8
    else:
        head = struct.pack("<IIBBI", 2, 3, 1, width, len(rows))
    return head + struct.pack(f"<{len(flat)}{MARK[width]}", *flat)


def test_all_and_none() -> None:
    assert decode(struct.pack("<II8x", 3, 1)) == AllSelection()
    assert decode(struct.pack("<II8x", 0, 1)) == NoneSelection()


@given(
    st.sampled_from([(1, 4), (2, 2), (2, 4), (2, 8)]),
    st.integers(1, 4).flatmap(
        lambda rank: st.lists(st.tuples(*[st.integers(0, 65535)] * rank), min_size=1, max_size=6)
    ),
)
def test_points(form: tuple[int, int], coordinates: list[tuple[int, ...]]) -> None:
    found = decode(points(form[0], coordinates, form[1]))
    assert isinstance(found, PointSelection)
    assert [tuple(row) for row in found.coordinates.tolist()] == coordinates
    assert found.rank == len(coordinates[0])


@pytest.mark.parametrize(("version", "width"), [(1, 4), (3, 2), (3, 4), (3, 8)])
def test_blocks(version: int, width: int) -> None:
    found = decode(blocks(version, [([1, 2], [1, 4]), ([3, 0], [9, 0])], width))
    assert isinstance(found, BlockSelection)
    starts, stops = found.boxes()
    assert (starts.tolist(), stops.tolist()) == ([[1, 2], [3, 0]], [[2, 5], [10, 1]])
    assert found.rank == 2


@pytest.mark.parametrize(("version", "width"), [(2, 8), (3, 2), (3, 4), (3, 8)])
def test_regular_hyperslabs(version: int, width: int) -> None:
    unlimited = (1 << 8 * width) - 1
    found = decode(regular(version, [(1, 4, unlimited, 2), (0, 1, 1, unlimited)], width))
    assert found == HyperslabSelection((1, 0), (4, 1), (None, 1), (2, None))
    assert found.rank == 2
    assert list(found.along(0, 10).positions) == [1, 2, 5, 6, 9]
    assert found.along(1, 3).positions == range(3)
    assert found.along(0, 1).length == 0
    with pytest.raises(ValueError, match="unlimited"):
        found.boxes()


def test_boxes_of_a_regular_hyperslab() -> None:
    found = HyperslabSelection((1, 0), (4, 3), (2, 2), (2, 1))
    starts, stops = found.boxes()
    assert starts.tolist() == [[1, 0], [1, 3], [5, 0], [5, 3]]
    assert (stops - starts).tolist() == [[2, 1]] * 4
    with pytest.raises(LimitError):
        HyperslabSelection((0,), (1,), (1 << 40,), (1,)).boxes()
    with pytest.raises(FormatError, match="overlap"):
        HyperslabSelection((0,), (1,), (4,), (2,)).along(0, 10)


@given(st.data())
def test_along_is_what_numpy_selects(data: Any) -> None:
    start, block, count = (data.draw(st.integers(n, 6)) for n in (0, 1, 1))
    stride, extent = data.draw(st.integers(block, 9)), data.draw(st.integers(0, 40))
    slab = HyperslabSelection((start,), (stride,), (count,), (block,))
    want = [
        start + i * stride + j
        for i in range(count)
        for j in range(block)
        if start + i * stride + j < extent
    ]
    lattice = slab.along(0, extent)
    assert list(lattice.positions) == want
    places = {index: place for place, index in enumerate(want)}
    found = lattice.find(np.arange(extent + 9))
    assert found.tolist() == [places.get(index, -1) for index in range(extent + 9)]
    assert lattice.at(np.arange(len(want))).tolist() == want


def test_a_lattice_is_as_long_as_its_extent() -> None:
    """Nothing is listed: it would not fit into memory."""
    lattice = HyperslabSelection((3,), (1 << 20,), (None,), (1,)).along(0, 1 << 64)
    assert lattice.length == -(-((1 << 63) - 4) // (1 << 20))
    assert lattice.at(np.array([1 << 30])).tolist() == [3 + (1 << 50)]
    assert lattice.find(np.array([3 + (1 << 50), 4])).tolist() == [1 << 30, -1]


WRONG = {
    "an unknown type": (struct.pack("<II", 4, 1), FormatError),
    "all of version 2": (struct.pack("<II8x", 3, 2), VersionError),
    "points of version 3": (struct.pack("<II", 1, 3), VersionError),
    "a hyperslab of version 4": (struct.pack("<II", 2, 4), VersionError),
    "rank 0": (struct.pack("<6I", 1, 1, 0, 0, 0, 0), FormatError),
    "rank 33": (struct.pack("<6I", 1, 1, 0, 0, 33, 0), FormatError),
    "three bytes": (struct.pack("<IIBI", 1, 2, 3, 1), FormatError),
    "more points than bytes": (points(1, [(1, 2)])[:-1], FormatError),
    "a coordinate of 64 bits": (points(2, [(1 << 63, 0)], 8), FormatError),
    "a block that ends first": (blocks(1, [([3], [2])]), FormatError),
    "stride 0": (regular(2, [(0, 0, 1, 1)]), FormatError),
    "a start of 64 bits": (regular(2, [(1 << 63, 1, 1, 1)]), FormatError),
    "irregular, version 2": (struct.pack("<IIBII", 2, 2, 0, 0, 1), FormatError),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong(name: str) -> None:
    data, error = WRONG[name]
    with pytest.raises(error):
        decode_selection(Cursor(data, Context(), bounded=True))


@given(st.binary(max_size=80))
def test_any_bytes(data: bytes) -> None:
    for reader, args in (
        (decode_selection, ()),
        (decode_region, ()),
        (decode_reference_block, (3, 1)),
    ):
        try:
            reader(Cursor(data, Context(), bounded=True), *args)  # type: ignore[operator]
        except PureHDFError:
            continue


# -- references


def test_region() -> None:
    found = decode(struct.pack("<QII8x", 96, 3, 1), decode_region)
    assert found == ReferenceRecord(96, selection=AllSelection())


def test_reference_blocks() -> None:
    token = b"\x08" + struct.pack("<Q", 96)
    file = b"\x05\x00a.hdf"
    chosen = struct.pack("<II", 16, 2) + struct.pack("<II8x", 3, 1)
    assert decode(token, decode_reference_block, 2, 0) == ReferenceRecord(96)
    assert decode(token + file, decode_reference_block, 2, 1) == ReferenceRecord(96, b"a.hdf")
    found = decode(token + chosen, decode_reference_block, 3, 0)
    assert found == ReferenceRecord(96, selection=AllSelection())
    found = decode(token + file + b"\x01\x00n", decode_reference_block, 4, 1)
    assert found == ReferenceRecord(96, b"a.hdf", attribute=b"n")
    assert decode(b"\x02\xff\xff", decode_reference_block, 2, 0) == ReferenceRecord(None)


@pytest.mark.parametrize(("data", "kind"), [(b"\x00", 2), (b"\x11", 2), (b"\x01\x05", 5)])
def test_wrong_references(data: bytes, kind: int) -> None:
    with pytest.raises(FormatError):
        decode(data, decode_reference_block, kind, 0)
