"""Fixed arrays (VII.C)."""

from __future__ import annotations

import numpy as np
import pytest

from purehdf.errors import FormatError
from purehdf.format.chunk_element import chunk_element
from purehdf.format.columns import Cursors
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor
from purehdf.format.fixed_array import (
    FixedArrayHeader,
    FixedArrayPrefix,
    decode_fixed_array_data_block,
    decode_fixed_array_header,
    decode_pages,
)

from .encode import sealed
from .table import Row, Table


class TestFixedArrayHeader(Table):
    decode = staticmethod(decode_fixed_array_header)
    rows = (
        Row(
            "chunks without filters",
            """
            'FAHD'                  | signature
            00                      | version
            00                      | client id                 # 0: no filters
            <O>                     | entry size
            0a                      | page bits                 # pages of 1024
            <L:12>                  | max num entries
            <O:0x320>               | data block address
            <lookup3>               | checksum
            """,
            FixedArrayHeader(12, 1024, 0x320, 0),
            rounds=1,
        ),
        Row(
            "filtered chunks: each with its size and its mask; no data block yet",
            """
            'FAHD'                  | signature
            00                      | version
            01                      | client id                 # 1: filters
            0f                      | entry size                # 8, 3 and 4
            0a                      | page bits
            0c 00*7                 | max num entries
            ff*8                    | data block address
            <lookup3>               | checksum
            """,
            FixedArrayHeader(12, 1024, None, 3),
            rounds=1,
        ),
    )

    @pytest.mark.parametrize(("client", "size"), [(2, 8), (0, 9), (0, 7), (1, 12), (1, 21)])
    def test_elements_of_a_wrong_size(self, client: int, size: int) -> None:
        data = sealed(b"FAHD\0" + bytes([client, size, 10]) + bytes(16))
        with pytest.raises(FormatError):
            decode_fixed_array_header(Cursor(data, Context()))


class TestFixedArrayDataBlock(Table):
    decode = staticmethod(decode_fixed_array_data_block)
    rows = (
        Row(
            "two chunks, of which one was never written",
            """
            'FADB'                  | signature
            00                      | version
            00                      | client id
            <O:0x100>               | header address
            <O:0x1000>              | [0] address
            <O:undefined>           | [1] address
            <lookup3>               | checksum
            """,
            lambda context: [(0x1000,), (context.undefined_address,)],
            args=(FixedArrayHeader(2, 1024, 0x320, 0),),
            rounds=1,
        ),
        Row(
            "filtered chunks",
            """
            'FADB'                  | signature
            00                      | version
            01                      | client id
            <O:0x100>               | header address
            <O:0x1000>              | [0] address
            34 12                   | [0] chunk size
            01 00 00 00             | [0] filter mask
            <O:0x1800>              | [1] address
            00 01                   | [1] chunk size
            00 00 00 00             | [1] filter mask
            <lookup3>               | checksum
            """,
            [(0x1000, b"\x34\x12", 1), (0x1800, b"\0\1", 0)],
            args=(FixedArrayHeader(2, 1024, 0x320, 2),),
            rounds=1,
        ),
        Row(
            "cut into pages: three of ten were written, the highest bit first",
            """
            'FADB'                  | signature
            00                      | version
            00                      | client id
            <O:0x100>               | header address
            81 40                   | page bitmap
            <lookup3>               | checksum
            """,
            lambda context: FixedArrayPrefix((0, 7, 9), 6 + context.offset_size + 2 + 4),
            args=(FixedArrayHeader(39, 4, 0x320, 0),),
            rounds=1,
        ),
    )


def test_pages_of_different_lengths() -> None:
    context = Context(2, 2)
    pages = [
        sealed(np.arange(first, last, dtype="<u2").tobytes()) for first, last in ((0, 4), (8, 10))
    ]
    cursors = [Cursor(page, context) for page in pages]
    found = decode_pages(Cursors.of(cursors), np.array([4, 2]), chunk_element(0))
    assert found["address"].tolist() == [0, 1, 2, 3, 8, 9]
