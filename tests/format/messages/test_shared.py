"""The body of a message that is shared, versions 1 to 3 (IV.A.2)."""

from __future__ import annotations

import pytest

from purehdf.errors import FormatError
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor
from purehdf.format.messages.shared import HeapMessage, SharedMessage, decode_shared_message

from ..table import Row, Table


class TestSharedMessage(Table):
    decode = staticmethod(decode_shared_message)
    rows = (
        Row(
            "version 1: what libraries write is the start of a symbol table entry",
            """
            01                      | version
            00                      | type
            00*6                    | reserved
            <L:8>                   | link name offset
            <O:0x320>               | address
            """,
            SharedMessage(0x320),
        ),
        Row(
            "version 2",
            """
            02                      | version
            00                      | type
            <O:0x320>               | address
            """,
            SharedMessage(0x320),
        ),
        Row(
            "version 3, a committed datatype",
            """
            03                      | version
            02                      | type
            <O:0x320>               | address
            """,
            SharedMessage(0x320),
        ),
        Row(
            "version 3, in the heap of shared messages",
            """
            03                      | version
            01                      | type
            00 01 02 03 04 05 06 07 | heap ID
            """,
            HeapMessage(bytes(range(8))),
        ),
    )

    def test_a_shared_message_is_somewhere(self) -> None:
        with pytest.raises(FormatError):
            decode_shared_message(Cursor(bytes.fromhex("02 00") + b"\xff" * 8, Context()))
