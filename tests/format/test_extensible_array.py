"""Extensible arrays (VII.D)."""

from __future__ import annotations

from typing import Any

import pytest

from purehdf.errors import FormatError
from purehdf.format.columns import Cursors
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor
from purehdf.format.extensible_array import (
    DataBlock,
    ExtensibleArrayHeader,
    SuperBlock,
    decode_extensible_array_data_blocks,
    decode_extensible_array_header,
    decode_extensible_array_index_block,
    decode_extensible_array_super_block,
)

from .encode import sealed
from .table import Row, Table, plain

# 2 elements in the index block; super blocks 0 and 1 hang on it, the third is stored.
SMALL = ExtensibleArrayHeader(0, 4, 2, 2, 2, 4, 20, 0x320)


class TestExtensibleArrayHeader(Table):
    decode = staticmethod(decode_extensible_array_header)
    rows = (
        Row(
            "as libraries write it",
            """
            'EAHD'                  | signature
            00                      | version
            00                      | client id
            <O>                     | element size
            20                      | max nelmts bits
            04                      | index block elements
            10                      | data block min elements
            04                      | secondary block min data pointers
            0a                      | max data block page bits
            <L:0>                   | number of secondary blocks
            <L:0>                   | size of secondary blocks
            <L:1>                   | number of data blocks
            <L:0x90>                | size of data blocks
            <L:20>                  | max index set
            <L:20>                  | number of elements
            <O:0x320>               | index block address
            <lookup3>               | checksum
            """,
            ExtensibleArrayHeader(0, 32, 4, 16, 4, 1024, 20, 0x320),
            rounds=1,
        ),
    )

    @pytest.mark.parametrize(
        "numbers", [(32, 4, 0, 4, 10), (32, 4, 3, 4, 10), (32, 4, 16, 5, 10), (65, 4, 16, 4, 10)]
    )
    def test_impossible_shapes(self, numbers: tuple[int, ...]) -> None:
        data = sealed(b"EAHD\0\0\x08" + bytes(numbers) + bytes(56))
        with pytest.raises(FormatError):
            decode_extensible_array_header(Cursor(data, Context()))

    def test_super_blocks_double(self) -> None:
        header = ExtensibleArrayHeader(0, 32, 4, 16, 4, 1024, 20, 0x320)
        shapes = header.super_blocks()
        assert len(shapes) == 29
        assert list(shapes[:5]) == [
            SuperBlock(1, 16, 4),
            SuperBlock(1, 32, 20),
            SuperBlock(2, 32, 52),
            SuperBlock(2, 64, 116),
            SuperBlock(4, 64, 244),
        ]
        assert header.direct == 4


class TestIndexBlock(Table):
    @staticmethod
    def decode(cursor: Cursor, header: ExtensibleArrayHeader) -> Any:
        found = decode_extensible_array_index_block(cursor, header)
        return [plain(found.elements), list(found.data_blocks), list(found.super_blocks)]

    rows = (
        Row(
            "its own elements, two data blocks and two super blocks, of which one was made",
            """
            'EAIB'                  | signature
            00                      | version
            00                      | client id
            <O:0x100>               | header address
            <O:0x1000>              | [0] address               # elements 0 and 1
            <O:undefined>           | [1] address
            <O:0x400>               | address                   # super block 0: elements 2, 3
            <O:0x500>               | address                   # super block 1: 4 to 7
            <O:undefined>           | [0] address               # super block 2: 8 to 15
            <O:0x600>               | [1] address               # super block 3: 16 to 31
            <lookup3>               | checksum
            """,
            lambda context: [
                [(0x1000,), (context.undefined_address,)],
                [DataBlock(0x400, 2, 2, None), DataBlock(0x500, 4, 4, None)],
                [(0x600, SuperBlock(2, 8, 16))],
            ],
            args=(SMALL,),
        ),
    )


class TestSuperBlock(Table):
    decode = staticmethod(decode_extensible_array_super_block)
    rows = (
        Row(
            "two data blocks that are not paged",
            """
            'EASB'                  | signature
            00                      | version
            00                      | client id
            <O:0x100>               | header address
            08                      | block offset
            <O:0x600>               | [0] address
            <O:0x700>               | [1] address
            <lookup3>               | checksum
            """,
            [DataBlock(0x600, 8, 4, None), DataBlock(0x700, 12, 4, None)],
            args=(SMALL, SuperBlock(2, 4, 8)),
        ),
        Row(
            "two data blocks of two pages: three of the four were written",
            """
            'EASB'                  | signature
            00                      | version
            00                      | client id
            <O:0x100>               | header address
            10                      | block offset
            b0 00                   | page bitmaps              # a byte for each, numbered through
            <O:0x600>               | [0] address
            <O:0x700>               | [1] address
            <lookup3>               | checksum
            """,
            [DataBlock(0x600, 16, 8, (0,)), DataBlock(0x700, 24, 8, (0, 1))],
            args=(SMALL, SuperBlock(2, 8, 16)),
        ),
    )


class TestDataBlock(Table):
    @staticmethod
    def decode(cursor: Cursor, block: DataBlock) -> Any:
        return decode_extensible_array_data_blocks(Cursors.of([cursor]), (block,), SMALL)

    rows = (
        Row(
            "two elements",
            """
            'EADB'                  | signature
            00                      | version
            00                      | client id
            <O:0x100>               | header address
            02                      | block offset
            <O:0x1000>              | [0] address
            <O:0x2000>              | [1] address
            <lookup3>               | checksum
            """,
            [(0x1000,), (0x2000,)],
            args=(DataBlock(0x400, 2, 2, None),),
            rounds=1,
        ),
        Row(
            "only the prefix, of one that is paged",
            """
            'EADB'                  | signature
            00                      | version
            00                      | client id
            <O:0x100>               | header address
            10                      | block offset
            <lookup3>               | checksum
            """,
            [],
            args=(DataBlock(0x400, 16, 8, (0, 1)),),
            rounds=1,
        ),
    )
