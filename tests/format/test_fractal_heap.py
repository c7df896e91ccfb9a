"""Fractal heaps (III.G)."""

from __future__ import annotations

from typing import Any

import pytest

from purehdf.errors import ChecksumError, FormatError
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor
from purehdf.format.fractal_heap import (
    DirectBlock,
    FractalHeapHeader,
    HeaderFields,
    HeaderFilterFields,
    HeapChild,
    decode_direct_block,
    decode_fractal_heap_header,
    decode_indirect_block,
)
from purehdf.format.messages.filter_pipeline import Filter
from purehdf.format.recording import RecordingCursor

from .encode import lookup3, sealed, uint
from .table import AT, Row, Table

# Blocks of 32 and 64 bytes, two in a row; from the third size on they are indirect.
FIELDS = HeaderFields(
    b"FRHP", 0, 7, 0, 0, 60, 0, None, 0, None, 64, 64, 0, 3, 0, 0, 0, 0, 2, 32, 64, 16, 1, 0x320, 0
)
HEAP = FractalHeapHeader(FIELDS)
DEFLATE = Filter(1, b"", False, (6,))
FILTERED = FractalHeapHeader(FIELDS, (DEFLATE,), HeaderFilterFields(20, 0))

_HEADER = """
            'FRHP'                  | signature
            00                      | version
            07 00                   | heap id length
            {filters}               | io filters encoded length
            00                      | flags
            3c 00 00 00             | maximum size of managed objects
            <L:0>                   | next huge object id
            <O:undefined>           | v2 btree address of huge objects
            <L:0>                   | free space in managed blocks
            <O:undefined>           | address of managed block free space manager
            <L:64>                  | managed space in heap
            <L:64>                  | allocated managed space in heap
            <L:0>                   | offset of direct block allocation iterator
            <L:3>                   | number of managed objects
            <L:0>                   | size of huge objects
            <L:0>                   | number of huge objects
            <L:0>                   | size of tiny objects
            <L:0>                   | number of tiny objects
            02 00                   | table width
            <L:32>                  | starting block size
            <L:64>                  | maximum direct block size
            10 00                   | maximum heap size         # in bits
            01 00                   | starting number of rows in root indirect block
            <O:0x320>               | address of root block
            00 00                   | current number of rows in root indirect block
"""


class TestHeader(Table):
    decode = staticmethod(decode_fractal_heap_header)
    rows = (
        Row(
            "without filters",
            _HEADER.format(filters="00 00") + "<lookup3> | checksum",
            HEAP,
            rounds=2,
        ),
        Row(
            "filtered",
            _HEADER.format(filters="0c 00")
            + """
            <L:20>                  | size of filtered root direct block
            00 00 00 00             | io filter mask
            02                      | version
            01                      | number of filters
            01 00                   | filter identification value
            00 00                   | flags
            01 00                   | number of client data values
            06 00 00 00             | client data 0
            <lookup3>               | checksum
            """,
            FILTERED.__replace__(fields=FIELDS.__replace__(io_filters_encoded_length=12)),
        ),
    )

    @pytest.mark.parametrize(
        "change",
        [
            {"table_width": 3},
            {"table_width": 0},
            {"starting_block_size": 33},
            {"maximum_direct_block_size": 0},
            {"maximum_direct_block_size": 16},
            {"maximum_heap_size": 0},
            {"maximum_heap_size": 65},
        ],
    )
    def test_impossible_tables(self, change: dict[str, int]) -> None:
        data = bytearray(self.cases_of("without filters"))
        names = {name: (offset, length) for name, offset, length in self.fields()}
        for name, value in change.items():
            offset, length = names[name.replace("_", " ")]
            data[offset : offset + length] = uint(value, length)
        data[-4:] = uint(lookup3(bytes(data[:-4])), 4)
        with pytest.raises(FormatError):
            decode_fractal_heap_header(Cursor(bytes(data), Context()))

    def cases_of(self, name: str) -> bytes:
        *_, case = next(row for row in self.rows if row.name == name).cases()
        return case.data

    def fields(self) -> Any:
        *_, case = self.rows[0].cases()
        return case.literal.fields


class TestDirectBlock(Table):
    decode = staticmethod(decode_direct_block)
    rows = (
        Row(
            "without a checksum; objects lie where heap IDs say",
            """
            'FHDB'                  | signature
            00                      | version
            20 03 00*6              | heap header address
            40 00                   | block offset
            'seventeen bytes!!'     | object data
            """,
            lambda context: DirectBlock(
                b"FHDB\0\x20\3" + bytes(6) + b"\x40\0seventeen bytes!!", 64, AT
            ),
            args=(HEAP, 32),
            rounds=1,
        ),
    )

    def test_traced_values_are_what_the_bytes_say(self, row: Row) -> None:
        """But for the objects, which are traced where their heap IDs lead."""
        for case in row.cases():
            cursor = RecordingCursor(case.data, case.context, AT, bounded=True)
            type(self).decode(cursor, *row.args)
            *prefix, objects = cursor.fields
            assert (objects.name, objects.value) == ("object data", None)
            assert [f.value for f in prefix] == [b"FHDB", 0, 0x320, 64]


def summed(data: bytes) -> bytes:
    """A direct block with the checksum, which lies inside and counts as zero."""
    head, rest = b"FHDB\0" + uint(0x320, 8) + uint(0, 2), data.ljust(32 - 19, b"\0")
    return head + uint(lookup3(head + bytes(4) + rest), 4) + rest


def test_the_checksum_of_a_direct_block_lies_inside() -> None:
    header = FractalHeapHeader(FIELDS.__replace__(flags=2))
    block = summed(b"objects")
    found = decode_direct_block(Cursor(block, Context()), header, 32)
    assert found == DirectBlock(block, 0, 0)
    for i in (17, 19, 31):
        damaged = bytearray(block)
        damaged[i] ^= 1
        with pytest.raises(ChecksumError):
            decode_direct_block(Cursor(bytes(damaged), Context()), header, 32)


class TestIndirectBlock(Table):
    decode = staticmethod(decode_indirect_block)
    rows = (
        Row(
            "two rows of direct blocks, one of which was never made, and one of the next size",
            """
            'FHIB'                  | signature
            00                      | version
            <O:0x100>               | heap header address
            00 00                   | block offset
            <O:0x400>               | child direct block address, row 0, column 0
            <O:0x420>               | child direct block address, row 0, column 1
            <O:0x440>               | child direct block address, row 1, column 0
            <O:undefined>           | child direct block address, row 1, column 1
            <O:0x500>               | child direct block address, row 2, column 0
            <O:undefined>           | child direct block address, row 2, column 1
            <lookup3>               | checksum
            """,
            [
                HeapChild(0x400, 0, 32, 0, 32),
                HeapChild(0x420, 32, 32, 0, 32),
                HeapChild(0x440, 64, 32, 0, 32),
                HeapChild(None, 96, 32, 0, 32),
                HeapChild(0x500, 128, 64, 0, 64),
                HeapChild(None, 192, 64, 0, 64),
            ],
            args=(HEAP, 3),
        ),
        Row(
            "filtered blocks have a size and a mask",
            """
            'FHIB'                  | signature
            00                      | version
            <O:0x100>               | heap header address
            00 01                   | block offset
            <O:0x400>               | child direct block address, row 0, column 0
            <L:20>                  | size of filtered direct block
            00 00 00 00             | filter mask
            <O:0x414>               | child direct block address, row 0, column 1
            <L:32>                  | size of filtered direct block
            01 00 00 00             | filter mask
            <lookup3>               | checksum
            """,
            [HeapChild(0x400, 256, 32, 0, 20, 0), HeapChild(0x414, 288, 32, 0, 32, 1)],
            args=(FILTERED, 1),
        ),
    )


def test_rows_of_indirect_blocks_cover_their_size() -> None:
    assert [HEAP.row_size(row) for row in range(5)] == [32, 32, 64, 128, 256]
    assert HEAP.direct_rows == 3
    size = HEAP.row_size(4)
    below = HEAP.rows_of(size)
    assert 2 * sum(HEAP.row_size(row) for row in range(below)) == size


def test_the_rows_below_are_indirect() -> None:
    body = b"".join(uint(0x400 + i, 8) for i in range(8))
    data = sealed(b"FHIB\0" + bytes(8) + bytes(2) + body)
    *_, last = decode_indirect_block(Cursor(data, Context()), HEAP, 4)
    assert last == HeapChild(0x407, 384, 128, HEAP.rows_of(128), 0)


@pytest.mark.parametrize("rows", [0, 17])
def test_an_impossible_number_of_rows(rows: int) -> None:
    with pytest.raises(FormatError):
        decode_indirect_block(Cursor(bytes(5000), Context()), HEAP, rows)
