"""Global heap collections (III.E)."""

from __future__ import annotations

import pytest

from purehdf.errors import FormatError, TruncatedError
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor
from purehdf.format.global_heap import GlobalHeapCollection, decode_global_heap_collection

from .table import AT, Row, Table


class TestGlobalHeapCollection(Table):
    """Headers are aligned to eight bytes, which shows where lengths have 2 or 4."""

    decode = staticmethod(decode_global_heap_collection)
    rows = (
        Row(
            "two objects and free space",
            """
            'GCOL'                  | signature
            01                      | version
            00*3                    | reserved
            <L:size>                | collection size
            <align>                 | padding
            01 00                   | heap object index
            01 00                   | reference count
            00*4                    | reserved
            <L:5>                   | object size
            <align>                 | padding
            'hello'                 | object data
            00*3                    | padding
            02 00                   | heap object index
            00 00                   | reference count
            00*4                    | reserved
            <L:8>                   | object size
            <align>                 | padding
            'eight ch'              | object data
            00 00                   | heap object index         # 0: free space
            00 00                   | reference count
            00*4                    | reserved
            <L:24>                  | object size               # its own header included
            <align>                 | padding
            00*8                    | (free space)
            """,
            GlobalHeapCollection({1: b"hello", 2: b"eight ch"}, AT),
            rounds=2,
        ),
        Row(
            "what is left is too small for an object",
            """
            'GCOL'                  | signature
            01                      | version
            00*3                    | reserved
            <L:size>                | collection size
            <align>                 | padding
            07 00                   | heap object index
            01 00                   | reference count
            00*4                    | reserved
            <L:0>                   | object size
            <align>                 | padding
                                    | object data               # an empty object
            00*8                    | (free space)
            """,
            GlobalHeapCollection({7: b""}, AT),
            rounds=2,
        ),
        Row(
            "full: the last object is not padded",
            """
            'GCOL'                  | signature
            01                      | version
            00*3                    | reserved
            <L:size>                | collection size
            <align>                 | padding
            01 00                   | heap object index
            01 00                   | reference count
            00*4                    | reserved
            <L:2>                   | object size
            <align>                 | padding
            'ab'                    | object data
            """,
            GlobalHeapCollection({1: b"ab"}, AT),
            rounds=2,
        ),
    )

    def test_a_collection_is_larger_than_its_header(self) -> None:
        data = b"GCOL\1\0\0\0" + (15).to_bytes(8, "little") + bytes(16)
        with pytest.raises(TruncatedError, match="its own header"):
            decode_global_heap_collection(Cursor(data, Context()))


COLLECTION = GlobalHeapCollection({1: b"hello"}, 0x800)


def test_an_object_may_be_read_in_part() -> None:
    assert COLLECTION.get(1, 5) == b"hello"
    assert COLLECTION.get(1, 2) == b"he"


@pytest.mark.parametrize(("index", "size"), [(2, 0), (0, 0), (1, 6)])
def test_an_object_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(FormatError) as caught:
        COLLECTION.get(index, size)
    assert (caught.value.section, caught.value.offset) == ("III.E", 0x800)
