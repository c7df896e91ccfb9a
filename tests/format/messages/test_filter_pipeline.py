"""Filter pipeline message, versions 1 and 2 (IV.A.2.l)."""

from __future__ import annotations

import pytest

from purehdf.errors import LimitError
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor
from purehdf.format.messages.filter_pipeline import Filter, decode_filter_pipeline
from purehdf.limits import Limits

from ..table import Row, Table


class TestFilterPipeline(Table):
    decode = staticmethod(decode_filter_pipeline)
    rows = (
        Row(
            "version 1: names and odd numbers of values are padded",
            """
            01                          | version
            02                          | number of filters
            00*6                        | reserved
            02 00                       | filter identification value   # 2: shuffle
            08 00                       | name length
            01 00                       | flags                         # optional
            01 00                       | number of client data values
            'shuffle' 00                | name
            04 00 00 00                 | client data 0
            00*4                        | padding
            01 00                       | filter identification value   # 1: deflate
            00 00                       | name length
            00 00                       | flags
            02 00                       | number of client data values
            06 00 00 00                 | client data 0
            07 00 00 00                 | client data 1
            """,
            (Filter(2, b"shuffle", True, (4,)), Filter(1, b"", False, (6, 7))),
        ),
        Row(
            "version 1: a name whose length is that of its text",
            """
            01                          | version
            01                          | number of filters
            00*6                        | reserved
            00 7d                       | filter identification value   # 32000: LZF
            03 00                       | name length
            01 00                       | flags
            00 00                       | number of client data values
            'lzf' 00*5                  | name
            """,
            (Filter(32000, b"lzf", True, ()),),
        ),
        Row(
            "version 2: the library's own filters have no name",
            """
            02                          | version
            02                          | number of filters
            01 00                       | filter identification value
            01 00                       | flags
            01 00                       | number of client data values
            06 00 00 00                 | client data 0
            00 01                       | filter identification value   # 256: the first of others
            04 00                       | name length
            00 00                       | flags
            00 00                       | number of client data values
            'abc' 00                    | name
            """,
            (Filter(1, b"", True, (6,)), Filter(256, b"abc", False, ())),
        ),
        Row(
            "version 2, no filter",
            """
            02                          | version
            00                          | number of filters
            """,
            (),
        ),
    )

    def test_there_is_a_limit(self) -> None:
        data = bytes.fromhex("02 03") + bytes(18)
        with pytest.raises(LimitError, match="too many filters"):
            decode_filter_pipeline(Cursor(data, Context(), limits=Limits(filters=2)))
        assert len(decode_filter_pipeline(Cursor(data, Context(), limits=Limits(filters=3)))) == 3
