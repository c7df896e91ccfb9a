"""The objects of many global heap collections, found side by side (III.E)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from purehdf.errors import FormatError, TruncatedError
from purehdf.format.columns import Cursors
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor, ShortRead
from purehdf.format.global_heap import (
    decode_global_heap_collection,
    decode_global_heap_collections,
)
from purehdf.format.heap_objects import HeapCollections

Objects = list[tuple[int, bytes]]


def collection(objects: Objects, length_size: int, free: int) -> bytes:
    """A collection of (index, content), with `free` bytes behind them."""

    def header(index: int, size: int) -> bytes:
        return index.to_bytes(2, "little") + bytes(6) + size.to_bytes(length_size, "little")

    body = b"".join(
        header(index, len(data)) + bytes(-length_size % 8) + data + bytes(-len(data) % 8)
        for index, data in objects
    )
    if free >= 16:
        body += (header(0, free) + bytes(-length_size % 8)).ljust(free, b"\1")
    else:
        body += bytes(free)
    padding = bytes(-length_size % 8)
    size = 8 + length_size + len(padding) + len(body)
    return b"GCOL\1\0\0\0" + size.to_bytes(length_size, "little") + padding + body


def found(collections: list[bytes], length_size: int) -> HeapCollections:
    context = Context(8, length_size)
    data = b"".join(collections)
    starts = np.cumsum([0, *map(len, collections)]).tolist()
    cursors = [Cursor(data, context, 0, start) for start in starts[: len(collections)]]
    return decode_global_heap_collections(Cursors.of(cursors))


objects = st.lists(st.tuples(st.integers(1, 9), st.binary(max_size=20)), max_size=6)


@given(
    contents=st.lists(st.tuples(objects, st.sampled_from([0, 8, 24])), min_size=1, max_size=40),
    length_size=st.sampled_from([2, 4, 8]),
)
def test_together_is_the_same_as_one_by_one(
    contents: list[tuple[Objects, int]], length_size: int
) -> None:
    collections = [collection(each, length_size, free) for each, free in contents]
    columns = found(collections, length_size)
    for number, data in enumerate(collections):
        alone = decode_global_heap_collection(Cursor(data, Context(8, length_size)))
        for index, content in alone.objects.items():
            start = columns.places(*np.array([[number], [index], [len(content)]]))[0]
            assert columns.data[start : start + len(content)] == content
        with pytest.raises(FormatError, match="no such object"):
            columns.places(*np.array([[number], [10], [0]]))


@given(
    contents=st.lists(
        st.tuples(
            st.lists(st.binary(max_size=20), min_size=1, max_size=6), st.sampled_from([0, 8, 24])
        ),
        min_size=1,
        max_size=40,
    ),
    odd=st.sets(st.integers(0, 39)),
    length_size=st.sampled_from([2, 4, 8]),
)
def test_all_objects_in_order(
    contents: list[tuple[list[bytes], int]], odd: set[int], length_size: int
) -> None:
    """Those of some collections lie in another order, so that they have to be walked."""
    made, wanted = [], []
    for number, (parts, free) in enumerate(contents):
        numbered = list(enumerate(parts, 1))
        made.append(collection(numbered[:: -1 if number in odd else 1], length_size, free))
        wanted += [(number, index, len(part)) for index, part in numbered]
    columns = found(made, length_size)
    starts = columns.places(*np.array(wanted).T)
    got = [columns.data[a : a + n] for a, (_, _, n) in zip(starts.tolist(), wanted, strict=True)]
    assert got == [part for parts, _ in contents for part in parts]


def test_numbers_of_collections_may_come_with_32_bits() -> None:
    """As numpy counts in a browser; these objects are not in order, so they are walked."""
    made = [collection([(2, b"%d b" % i), (1, b"%d a" % i)], 8, 0) for i in range(9)]
    columns, numbers = found(made, 8), np.repeat(np.arange(9, dtype=np.int32), 2)
    starts = columns.places(numbers, np.tile([1, 2], 9), np.full(18, 3))  # type: ignore[arg-type]
    got = [columns.data[a : a + 3] for a in starts.tolist()]
    assert got == [b"%d %c" % (i, c) for i in range(9) for c in b"ab"]


@pytest.mark.parametrize("last", [(2, b"again"), (3, b"more")])
def test_objects_behind_those_in_order(last: tuple[int, bytes]) -> None:
    """Of two with one index the last one counts, however many are asked for."""
    columns = found([collection([(1, b"one"), (2, b"two  "), last], 8, 0)] * 20, 8)
    starts = columns.places(np.repeat(np.arange(20), 2), np.tile([1, 2], 20), np.tile([3, 5], 20))
    expected = b"again" if last[0] == 2 else b"two  "
    assert {columns.data[a : a + 5] for a in starts[1::2].tolist()} == {expected}


@pytest.mark.parametrize("number", [1, 40])
def test_an_object_that_is_not_there_or_too_short(number: int) -> None:
    columns = found([collection([(1, b"hello")], 8, 0)] * number, 8)
    assert len(columns.places(*np.array([[0], [1], [5]]))) == 1
    for index, size, problem in ((2, 0, "no such object"), (1, 6, "too short")):
        with pytest.raises(FormatError, match=problem) as caught:
            columns.places(*np.array([[0, 0], [1, index], [1, size]]))
        assert (caught.value.section, caught.value.offset) == ("III.E", 0)


@pytest.mark.parametrize("number", [1, 40])
@pytest.mark.parametrize("size", [6, 1 << 63, (1 << 64) - 1])
def test_an_object_ends_inside_its_collection(number: int, size: int) -> None:
    whole = collection([(1, b"right"), (2, b"-wrong-")], 8, 0)
    wrong = whole[:48] + size.to_bytes(8, "little") + whole[56:58]
    wrong = wrong[:8] + len(wrong).to_bytes(8, "little") + wrong[16:]
    columns = found([whole] * (number - 1) + [wrong], 8)
    with pytest.raises(TruncatedError, match="behind the end"):
        columns.places(np.arange(number), np.full(number, 2), np.full(number, 7))


def test_a_collection_is_larger_than_its_header() -> None:
    with pytest.raises(TruncatedError, match="its own header"):
        found([b"GCOL\1\0\0\0" + (15).to_bytes(8, "little") + bytes(16)], 8)


def test_all_that_is_missing_is_asked_for_at_once() -> None:
    one = collection([(1, b"hello")], 8, 24)
    for cut, wanted in ((0, [(0, 16), (900, 916)]), (16, [(0, len(one)), (900, 900 + len(one))])):
        cursors = [Cursor(one[:cut], Context(), at) for at in (0, 900)]
        with pytest.raises(ShortRead) as short:
            decode_global_heap_collections(Cursors.of(cursors))
        assert short.value.ranges == wanted
