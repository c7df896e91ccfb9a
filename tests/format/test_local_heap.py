"""Local heaps (III.D)."""

from __future__ import annotations

import pytest

from purehdf.errors import FormatError, TruncatedError
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor
from purehdf.format.local_heap import (
    LocalHeap,
    LocalHeapHeader,
    decode_local_heap,
    decode_local_heap_data,
)

from .encode import local_heap
from .table import AT, Row, Table


class TestLocalHeap(Table):
    decode = staticmethod(decode_local_heap)
    rows = (
        Row(
            "header",
            """
            'HEAP'                  | signature
            00                      | version
            00*3                    | reserved
            <L:88>                  | data segment size
            <L:16>                  | offset to head of free list
            <O:0x2c8>               | data segment address
            """,
            LocalHeapHeader(b"HEAP", 0, bytes(3), 88, 16, 0x2C8),
            rounds=1,
        ),
    )

    def test_a_heap_must_have_data(self) -> None:
        data = local_heap(Context(), 88, -1)
        with pytest.raises(FormatError):
            decode_local_heap(Cursor(data, Context()))


class TestLocalHeapData(Table):
    decode = staticmethod(decode_local_heap_data)
    rows = (
        Row(
            "names, one after the other, padded to eight bytes",
            """
            00*8  'first' 00*3  'second' 00*2   | data segment
            """,
            LocalHeap(b"\0\0\0\0\0\0\0\0first\0\0\0second\0\0", AT),
            args=(24,),
            rounds=1,
        ),
    )


HEAP = LocalHeap(b"\0\0\0\0\0\0\0\0first\0\0\0second", 0x800)


@pytest.mark.parametrize(("offset", "name"), [(0, b""), (8, b"first"), (10, b"rst"), (13, b"")])
def test_names(offset: int, name: bytes) -> None:
    assert HEAP.text(offset) == name


@pytest.mark.parametrize("offset", [16, 21, 22, 1 << 40, -3])
def test_a_name_must_end_within_the_heap(offset: int) -> None:
    with pytest.raises(TruncatedError) as caught:
        HEAP.text(offset)
    assert caught.value.section == "III.D"
    assert caught.value.found == offset
