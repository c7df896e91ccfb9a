"""The table of shared object header messages (III.I), and the message that leads there."""

from __future__ import annotations

import pytest

from purehdf.errors import FormatError
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor
from purehdf.format.shared_message_table import (
    SharedMessageIndex,
    SharedMessageTable,
    decode_shared_message_table,
    decode_shared_message_table_message,
)

from .table import Row, Table


class TestMessage(Table):
    decode = staticmethod(decode_shared_message_table_message)
    rows = (
        Row(
            "two indexes",
            """
            00                      | version
            <O:0x320>               | shared message table address
            02                      | number of indices
            """,
            SharedMessageTable(0, 0x320, 2),
        ),
    )


class TestTable(Table):
    decode = staticmethod(decode_shared_message_table)
    rows = (
        Row(
            "datatypes in a list, attributes in a B-tree that was not made yet",
            """
            'SMTB'                  | signature
            00                      | version
            00                      | index type                # 0: a list
            08 00                   | message type flags        # bit 3: datatypes
            10 00 00 00             | minimum message size
            32 00                   | list cutoff
            28 00                   | v2 btree cutoff
            03 00                   | number of messages
            <O:0x400>               | index address
            <O:0x500>               | fractal heap address
            00                      | version
            01                      | index type                # 1: a B-tree
            00 10                   | message type flags        # bit 12: attributes
            00 00 00 00             | minimum message size
            00 00                   | list cutoff
            00 00                   | v2 btree cutoff
            00 00                   | number of messages
            <O:undefined>           | index address
            <O:undefined>           | fractal heap address
            <lookup3>               | checksum
            """,
            [
                SharedMessageIndex(0, 0, 8, 16, 50, 40, 3, 0x400, 0x500),
                SharedMessageIndex(0, 1, 0x1000, 0, 0, 0, 0, None, None),
            ],
            args=(2,),
        ),
    )


def test_there_are_at_most_eight_indexes() -> None:
    with pytest.raises(FormatError, match="too many"):
        decode_shared_message_table(Cursor(b"SMTB" + bytes(1000), Context()), 9)
