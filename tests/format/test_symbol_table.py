"""Symbol table nodes and their entries (III.B, III.C)."""

from __future__ import annotations

import pytest

from purehdf.errors import SignatureError
from purehdf.format.columns import Cursors
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor, ShortRead
from purehdf.format.symbol_table import decode_symbol_table_nodes

from .encode import symbol_table_entry, symbol_table_node
from .table import Row, Table, plain


class TestSymbolTableNode(Table):
    @staticmethod
    def decode(cursor: Cursor) -> object:
        return decode_symbol_table_nodes(Cursors.of([cursor]))

    rows = (
        Row(
            "one hard link",
            """
            'SNOD'                  | signature
            01                      | version
            00                      | reserved
            01 00                   | number of symbols
            <L:8>                   | link name offset          # into the local heap
            <O:0x320>               | object header address
            00*4                    | cache type
            00*4                    | reserved
            00*16                   | scratch pad
            """,
            [(8, 0x320, 0, bytes(4), bytes(16))],
            rounds=2,
        ),
        Row(
            "a group and a soft link, which keep what they are in the scratch pad",
            """
            'SNOD'                  | signature
            01                      | version
            00                      | reserved
            02 00                   | number of symbols
            <L:8>                   | [0] link name offset
            <O:0x320>               | [0] object header address
            01 00 00 00             | [0] cache type            # 1: a group
            00*4                    | [0] reserved
            88 01 00*6 a8 02 00*6   | [0] scratch pad           # its B-tree and its heap
            <L:16>                  | [1] link name offset
            <O:undefined>           | [1] object header address
            02 00 00 00             | [1] cache type            # 2: a soft link
            00*4                    | [1] reserved
            18 00 00 00 00*12       | [1] scratch pad           # offset of its path
            """,
            lambda context: [
                (8, 0x320, 1, bytes(4), b"\x88\x01" + bytes(6) + b"\xa8\x02" + bytes(6)),
                (16, context.undefined_address, 2, bytes(4), b"\x18" + bytes(15)),
            ],
            rounds=2,
        ),
        Row(
            "no link",
            """
            'SNOD'                  | signature
            01                      | version
            00                      | reserved
            00 00                   | number of symbols
            """,
            [],
            rounds=1,
        ),
    )


CONTEXT = Context(4, 8)
NODES = [
    symbol_table_node(CONTEXT, [symbol_table_entry(CONTEXT, 8 * i, i) for i in range(first, last)])
    for first, last in ((0, 3), (3, 3), (3, 8))
]


def test_many_nodes_are_one_table() -> None:
    table = decode_symbol_table_nodes(Cursors.of([Cursor(node, CONTEXT) for node in NODES]))
    assert table["object_header_address"].tolist() == list(range(8))
    assert [row[0] for row in plain(table)] == list(range(0, 64, 8))


def test_many_nodes_ask_together() -> None:
    """One wave for all heads, and one for all entries."""
    places = [0x1000 * i for i in range(3)]
    windows = [b"", b"", b""]
    for sizes in ([8, 8, 8], [8 + 36 * 3, None, 8 + 36 * 5]):
        with pytest.raises(ShortRead) as short:
            decode_symbol_table_nodes(
                Cursors.of([Cursor(w, CONTEXT, at) for w, at in zip(windows, places, strict=True)])
            )
        wanted = [(at, at + n) for at, n in zip(places, sizes, strict=True) if n is not None]
        assert list(short.value.ranges) == wanted
        windows = [n[:s] if s else n for n, s in zip(NODES, sizes, strict=True)]
    assert len(decode_symbol_table_nodes(Cursors.of([Cursor(w, CONTEXT) for w in windows]))) == 8


def test_the_bad_node_among_many_is_named() -> None:
    cursors = [Cursor(node, CONTEXT, 0x1000 * i) for i, node in enumerate(NODES)]
    cursors[1] = Cursor(b"SNOT" + NODES[1][4:], CONTEXT, 0x1000)
    with pytest.raises(SignatureError) as caught:
        decode_symbol_table_nodes(Cursors.of(cursors))
    assert caught.value.offset == 0x1000
