"""Data layout message, versions 1 to 5 (IV.A.2.i).

The dimensions of a chunk end with one more, the size of an element in bytes.
"""

from __future__ import annotations

import pytest

from purehdf.errors import FormatError
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor
from purehdf.format.messages.data_layout import (
    BTreeV1Index,
    BTreeV2Index,
    Chunked,
    Compact,
    Contiguous,
    ExtensibleArrayIndex,
    FixedArrayIndex,
    ImplicitIndex,
    SingleChunkIndex,
    Virtual,
    decode_data_layout,
)

from ..literal import parse
from ..table import AT, Row, Table


class TestDataLayout(Table):
    decode = staticmethod(decode_data_layout)
    rows = (
        Row(
            "version 1, contiguous",
            """
            01                      | version
            02                      | dimensionality
            01                      | layout class
            00*5                    | reserved
            <O:0x1f40>              | data address
            04 00 00 00             | dimension 0 size
            50 00 00 00             | dimension 1 size
            """,
            Contiguous(0x1F40, None),
        ),
        Row(
            "version 2, contiguous, never allocated",
            """
            02                      | version
            01                      | dimensionality
            01                      | layout class
            00*5                    | reserved
            <O:undefined>           | data address
            04 00 00 00             | dimension 0 size
            """,
            Contiguous(None, None),
        ),
        Row(
            "version 1, chunked",
            """
            01                      | version
            03                      | dimensionality
            02                      | layout class
            00*5                    | reserved
            <O:0x1f40>              | data address
            02 00 00 00             | dimension 0 size
            28 00 00 00             | dimension 1 size
            08 00 00 00             | dimension 2 size          # of an element
            """,
            Chunked((2, 40), 8, BTreeV1Index(0x1F40), 1),
        ),
        Row(
            "version 2, compact",
            """
            02                      | version
            01                      | dimensionality
            00                      | layout class
            00*5                    | reserved
            03 00 00 00             | dimension 0 size
            03 00 00 00             | compact data size
            07 08 09                | compact data
            """,
            Compact(b"\7\x08\x09", AT + 16),
        ),
        Row(
            "version 3, compact",
            """
            03                      | version
            00                      | layout class
            03 00                   | size
            07 08 09                | raw data
            """,
            Compact(b"\7\x08\x09", AT + 4),
        ),
        Row(
            "version 3, contiguous",
            """
            03                      | version
            01                      | layout class
            <O:0x1f40>              | address
            <L:320>                 | size
            """,
            Contiguous(0x1F40, 320),
        ),
        Row(
            "version 3, contiguous, never allocated",
            """
            03                      | version
            01                      | layout class
            <O:undefined>           | address
            <L:320>                 | size
            """,
            Contiguous(None, 320),
        ),
        Row(
            "version 3, chunked",
            """
            03                      | version
            02                      | layout class
            03                      | dimensionality
            <O:0x1f40>              | address
            02 00 00 00             | dimension 0 size
            28 00 00 00             | dimension 1 size
            08 00 00 00             | dimension 2 size
            """,
            Chunked((2, 40), 8, BTreeV1Index(0x1F40), 3),
        ),
        Row(
            "version 4, compact",
            """
            04                      | version
            00                      | layout class
            00 00                   | size
                                    | raw data
            """,
            Compact(b"", AT + 4),
        ),
        Row(
            "version 5, contiguous",
            """
            05                      | version
            01                      | layout class
            <O:0x1f40>              | address
            <L:320>                 | size
            """,
            Contiguous(0x1F40, 320),
        ),
        Row(
            "version 4, single chunk",
            """
            04                      | version
            02                      | layout class
            00                      | flags
            02                      | dimensionality
            01                      | dimension size encoded length
            50                      | dimension 0 size
            04                      | dimension 1 size
            01                      | chunk indexing type
            <O:0x1f40>              | address
            """,
            Chunked((80,), 4, SingleChunkIndex(0x1F40, None, 0), 4),
        ),
        Row(
            "version 4, single chunk, filtered",
            """
            04                      | version
            02                      | layout class
            02                      | flags                     # what follows the index type
            02                      | dimensionality
            01                      | dimension size encoded length
            50                      | dimension 0 size
            04                      | dimension 1 size
            01                      | chunk indexing type
            <L:77>                  | size of filtered chunk
            01 00 00 00             | filters for chunk         # the first was left out
            <O:0x1f40>              | address
            """,
            Chunked((80,), 4, SingleChunkIndex(0x1F40, 77, 1), 4),
        ),
        Row(
            "version 4, implicit, dimensions of two bytes",
            """
            04                      | version
            02                      | layout class
            00                      | flags
            03                      | dimensionality
            02                      | dimension size encoded length
            02 00                   | dimension 0 size
            00 01                   | dimension 1 size
            08 00                   | dimension 2 size
            02                      | chunk indexing type
            <O:0x1f40>              | address
            """,
            Chunked((2, 256), 8, ImplicitIndex(0x1F40), 4),
        ),
        Row(
            "version 4, fixed array, unfiltered edge chunks, dimensions of three bytes",
            """
            04                      | version
            02                      | layout class
            01                      | flags
            02                      | dimensionality
            03                      | dimension size encoded length
            00 00 01                | dimension 0 size
            02 00 00                | dimension 1 size
            03                      | chunk indexing type
            0a                      | page bits
            <O:0x1f40>              | address
            """,
            Chunked((0x10000,), 2, FixedArrayIndex(0x1F40, 10), 4, edge_chunks_unfiltered=True),
        ),
        Row(
            "version 5, extensible array, dimensions of eight bytes",
            """
            05                      | version
            02                      | layout class
            00                      | flags
            02                      | dimensionality
            08                      | dimension size encoded length
            00*4 01 00*3            | dimension 0 size
            01 00*7                 | dimension 1 size
            04                      | chunk indexing type
            20                      | max bits
            04                      | index elements
            02                      | min pointers
            10                      | min elements
            0a                      | page bits
            <O:undefined>           | address
            """,
            Chunked((1 << 32,), 1, ExtensibleArrayIndex(None, 32, 4, 2, 16, 10), 5),
        ),
        Row(
            "version 5, version 2 B-tree",
            """
            05                      | version
            02                      | layout class
            00                      | flags
            03                      | dimensionality
            01                      | dimension size encoded length
            02                      | dimension 0 size
            28                      | dimension 1 size
            08                      | dimension 2 size
            05                      | chunk indexing type
            00 08 00 00             | node size
            64                      | split percent
            28                      | merge percent
            <O:0x1f40>              | address
            """,
            Chunked((2, 40), 8, BTreeV2Index(0x1F40, 2048, 100, 40), 5),
        ),
        Row(
            "version 4, virtual",
            """
            04                      | version
            03                      | layout class
            <O:0x1f40>              | address
            01 00 00 00             | index
            """,
            Virtual(0x1F40, 1),
        ),
    )


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ("01 01 03 00*5", "layout class"),
        ("03 03", "layout class"),
        ("04 04", "layout class"),
        ("04 02 00 02 00", "dimension size encoded length"),
        ("04 02 00 02 09", "dimension size encoded length"),
        ("04 02 00 02 01 50 04 00", "chunk indexing type"),
        ("04 02 00 02 01 50 04 06", "chunk indexing type"),
        ("04 02 00 01 01 50 02 00*8", "dimension sizes"),
        ("04 02 00 02 01 50 00 02 00*8", "dimension sizes"),
        ("03 02 02 00*8 00*4 04 00*3", "dimension sizes"),
    ],
)
def test_impossible(data: str, field: str) -> None:
    stored, _ = parse(data, Context())
    with pytest.raises(FormatError) as caught:
        decode_data_layout(Cursor(stored, Context(), bounded=True))
    assert caught.value.field == field
