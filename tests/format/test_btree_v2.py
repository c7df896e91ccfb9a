"""Version 2 B-trees (III.A.2)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from purehdf.errors import FormatError
from purehdf.format.btree_v2 import (
    AttributeNameRecord,
    BTreeV2Header,
    LinkNameRecord,
    chunk_record,
    decode_btree_v2_header,
    decode_btree_v2_nodes,
)
from purehdf.format.columns import Cursors
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor

from .encode import sealed, uint
from .table import Row, Table, plain


def header(type: int, record_size: int, depth: int = 0, node_size: int = 512) -> BTreeV2Header:
    return BTreeV2Header(b"BTHD", 0, type, node_size, record_size, depth, 100, 40, 0x320, 2, 2)


class TestBTreeV2Header(Table):
    decode = staticmethod(decode_btree_v2_header)
    rows = (
        Row(
            "an index of links",
            """
            'BTHD'                  | signature
            00                      | version
            05                      | type
            00 02 00 00             | node size
            0b 00                   | record size
            00 00                   | depth
            64                      | split percent
            28                      | merge percent
            <O:0x320>               | root node address
            02 00                   | number of records in root
            <L:2>                   | total number of records
            <lookup3>               | checksum
            """,
            header(5, 11),
            rounds=1,
        ),
        Row(
            "no records",
            """
            'BTHD'                  | signature
            00                      | version
            0a                      | type
            00 08 00 00             | node size
            18 00                   | record size
            00 00                   | depth
            64                      | split percent
            28                      | merge percent
            <O:undefined>           | root node address
            00 00                   | number of records in root
            <L:0>                   | total number of records
            <lookup3>               | checksum
            """,
            BTreeV2Header(b"BTHD", 0, 10, 2048, 24, 0, 100, 40, None, 0, 0),
            rounds=1,
        ),
    )


class TestLeaf(Table):
    @staticmethod
    def decode(cursor: Cursor, header: BTreeV2Header, record: type[Any]) -> Any:
        cursors = Cursors.of([cursor])
        return list(map(plain, decode_btree_v2_nodes(cursors, np.array([2]), header, 0, record)))

    rows = (
        Row(
            "link names, by the hashes of their names",
            """
            'BTLF'                  | signature
            00                      | version
            05                      | type
            01 02 03 04             | [0] hash
            00 01 02 03 04 05 06    | [0] heap id
            05 06 07 08             | [1] hash
            10 11 12 13 14 15 16    | [1] heap id
            <lookup3>               | checksum
            """,
            [[(0x04030201, bytes(range(7))), (0x08070605, bytes(range(16, 23)))], [], []],
            args=(header(5, 11), LinkNameRecord),
            rounds=1,
        ),
        Row(
            "attribute names",
            """
            'BTLF'                  | signature
            00                      | version
            08                      | type
            00 01 02 03 04 05 06 07 | [0] heap id
            00                      | [0] message flags
            03 00 00 00             | [0] creation order
            01 02 03 04             | [0] hash
            10 11 12 13 14 15 16 17 | [1] heap id
            02                      | [1] message flags         # it is shared
            04 00 00 00             | [1] creation order
            05 06 07 08             | [1] hash
            <lookup3>               | checksum
            """,
            [
                [(bytes(range(8)), 0, 3, 0x04030201), (bytes(range(16, 24)), 2, 4, 0x08070605)],
                [],
                [],
            ],
            args=(header(8, 17), AttributeNameRecord),
            rounds=1,
        ),
        Row(
            "filtered chunks of a dataset of two dimensions",
            """
            'BTLF'                  | signature
            00                      | version
            0b                      | type
            00 10 00*6              | [0] address
            34 12                   | [0] chunk size
            00 00 00 00             | [0] filter mask
            00*8                    | [0] scaled offset 0
            01 00*7                 | [0] scaled offset 1
            00 20 00*6              | [1] address
            35 12                   | [1] chunk size
            01 00 00 00             | [1] filter mask
            02 00*7                 | [1] scaled offset 0
            00*8                    | [1] scaled offset 1
            <lookup3>               | checksum
            """,
            [[(0x1000, b"\x34\x12", 0, 0, 1), (0x2000, b"\x35\x12", 1, 2, 0)], [], []],
            args=(header(11, 30), chunk_record(2, 2)),
            rounds=1,
        ),
    )


class TestInternalNode(Table):
    @staticmethod
    def decode(cursor: Cursor, header: BTreeV2Header) -> Any:
        level = decode_btree_v2_nodes(
            Cursors.of([cursor]), np.array([1]), header, header.depth, LinkNameRecord
        )
        return list(map(plain, level))

    rows = (
        Row(
            "above leaves: pointers say how many records a child has",
            """
            'BTIN'                  | signature
            00                      | version
            05                      | type
            01 02 03 04             | hash
            00 01 02 03 04 05 06    | heap id
            <O:0x400>               | [0] child node address
            2d                      | [0] number of records
            <O:0x600>               | [1] child node address
            10                      | [1] number of records
            <lookup3>               | checksum
            """,
            [[(0x04030201, bytes(range(7)))], [0x400, 0x600], [45, 16]],
            args=(header(5, 11, depth=1),),
            rounds=1,
        ),
        Row(
            "above internal nodes: and how many records there are below it",
            """
            'BTIN'                  | signature
            00                      | version
            05                      | type
            01 02 03 04             | hash
            00 01 02 03 04 05 06    | heap id
            00 04 00*6              | [0] child node address
            03                      | [0] number of records
            2d 01                   | [0] total number of records
            00 06 00*6              | [1] child node address
            02                      | [1] number of records
            10 00                   | [1] total number of records
            <lookup3>               | checksum
            """,
            [[(0x04030201, bytes(range(7)))], [0x400, 0x600], [3, 2]],
            args=(header(5, 11, depth=2),),
            rounds=1,
        ),
    )


LEAF = sealed(b"BTLF\0\5" + bytes(22))


@pytest.mark.parametrize(
    ("count", "wrong"),
    [
        (46, header(5, 11)),  # more than fit
        (2, header(5, 12)),
        (2, header(5, 11).__replace__(node_size=15)),
        (2, header(8, 11)),  # a node of another tree
    ],
)
def test_a_node_that_does_not_fit_its_header(count: int, wrong: BTreeV2Header) -> None:
    cursor = Cursor(LEAF + bytes(600), Context())
    with pytest.raises(FormatError):
        decode_btree_v2_nodes(Cursors.of([cursor]), np.array([count]), wrong, 0, LinkNameRecord)


def test_nodes_of_a_level_are_one_table() -> None:
    nodes = [
        sealed(b"BTLF\0\5" + b"".join(uint(i, 4) + bytes(7) for i in range(first, last)))
        for first, last in ((0, 3), (3, 3), (3, 8), (8, 9), (9, 10))
    ]
    cursors = [Cursor(node, Context()) for node in nodes]
    found, _, _ = decode_btree_v2_nodes(
        Cursors.of(cursors), np.array([3, 0, 5, 1, 1]), header(5, 11), 0, LinkNameRecord
    )
    assert found["hash"].tolist() == list(range(10))
