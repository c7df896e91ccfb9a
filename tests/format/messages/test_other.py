"""The small messages: continuation, symbol table, comment, times and counts."""

from __future__ import annotations

import pytest

from purehdf.errors import FormatError
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor
from purehdf.format.messages import MESSAGES
from purehdf.format.messages.other import (
    BTreeKValues,
    Continuation,
    SymbolTable,
    decode_bogus,
    decode_btree_k_values,
    decode_comment,
    decode_continuation_message,
    decode_modification_time,
    decode_old_modification_time,
    decode_reference_count,
    decode_symbol_table,
)

from ..encode import address
from ..table import Row, Table


class TestContinuationMessage(Table):
    """IV.A.2.q."""

    decode = staticmethod(decode_continuation_message)
    rows = (
        Row(
            "a block of 80 bytes",
            """
            <O:0x320>               | offset
            <L:80>                  | length
            """,
            Continuation(0x320, 80),
        ),
    )

    def test_it_leads_somewhere(self) -> None:
        with pytest.raises(FormatError):
            decode_continuation_message(Cursor(b"\xff" * 8 + bytes(8), Context()))


class TestSymbolTable(Table):
    """IV.A.2.r."""

    decode = staticmethod(decode_symbol_table)
    rows = (
        Row(
            "B-tree and heap of a group",
            """
            <O:0x88>                | v1 btree address
            <O:0x2a8>               | local heap address
            """,
            SymbolTable(0x88, 0x2A8),
        ),
    )

    @pytest.mark.parametrize("places", [(None, 8), (8, None)])
    def test_a_group_has_both(self, places: tuple[int | None, int | None]) -> None:
        data = b"".join(address(Context(), place) for place in places)
        with pytest.raises(FormatError):
            decode_symbol_table(Cursor(data, Context()))


class TestComment(Table):
    """IV.A.2.n."""

    decode = staticmethod(decode_comment)
    rows = (
        Row(
            "a text",
            """
            'a comment' 00          | comment
            """,
            b"a comment",
        ),
        Row(
            "an empty one",
            """
            00                      | comment
            """,
            b"",
        ),
    )


class TestModificationTime(Table):
    """IV.A.2.s."""

    decode = staticmethod(decode_modification_time)
    rows = (
        Row(
            "seconds since 1970",
            """
            01                      | version
            00*3                    | reserved
            05 00 00 60             | seconds after unix epoch
            """,
            0x60000005,
        ),
    )


class TestReferenceCount(Table):
    """IV.A.2.w."""

    decode = staticmethod(decode_reference_count)
    rows = (
        Row(
            "two hard links",
            """
            00                      | version
            02 00 00 00             | reference count
            """,
            2,
        ),
    )


class TestBogus(Table):
    """IV.A.2.j."""

    decode = staticmethod(decode_bogus)
    rows = (
        Row(
            "its value",
            """
            ef be ad de             | bogus value
            """,
            0xDEADBEEF,
        ),
    )


class TestOldModificationTime(Table):
    """IV.A.2.o."""

    decode = staticmethod(decode_old_modification_time)
    rows = (
        Row(
            "digits",
            """
            '1998'                  | year
            '02'                    | month
            '28'                    | day of month
            '23'                    | hour
            '59'                    | minute
            '01'                    | second
            00*2                    | reserved
            """,
            888_710_341,
        ),
    )

    @pytest.mark.parametrize("text", [b"19980230000000", b"1998 228xx0000", bytes(14)])
    def test_no_time(self, text: bytes) -> None:
        with pytest.raises(FormatError, match="not a time"):
            decode_old_modification_time(Cursor(text + bytes(2), Context()))


class TestBTreeKValues(Table):
    """IV.A.2.t."""

    decode = staticmethod(decode_btree_k_values)
    rows = (
        Row(
            "three sizes",
            """
            00                      | version
            20 00                   | indexed storage internal node k
            10 00                   | group internal node k
            04 00                   | group leaf node k
            """,
            BTreeKValues(0, 32, 16, 4),
        ),
    )


def test_every_message_with_a_body_has_a_decoder() -> None:
    assert [kind.title for kind in MESSAGES.values() if kind.decode is None] == ["NIL"]
    assert sorted(MESSAGES) == list(range(0x19))
