"""Version 1 B-trees (III.A.1): nodes of groups and of chunk indexes.

The key after the last child stands in the file, and nobody reads it: the decoder does
without its bytes.
"""

from __future__ import annotations

import pytest

from purehdf.errors import FormatError
from purehdf.format.btree_v1 import decode_chunk_nodes, decode_group_nodes
from purehdf.format.columns import Cursors
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor

from .encode import chunk_node, group_node
from .table import Row, Table, plain


class TestGroupNode(Table):
    @staticmethod
    def decode(cursor: Cursor, level: int | None) -> object:
        return decode_group_nodes(Cursors.of([cursor]), level)

    rows = (
        Row(
            "leaf: its child is a symbol table node",
            """
            'TREE'                  | signature
            00                      | node type                 # 0: links of a group
            00                      | node level
            01 00                   | entries used
            <O:undefined>           | left sibling address
            <O:0x900>               | right sibling address
            <L:0>                   | link name offset          # less than all names in it
            <O:0x320>               | child address
            <L:24>                  | (last key)
            """,
            (0, [(0, 0x320)]),
            args=(0,),
            rounds=2,
        ),
        Row(
            "root of level 1, whose level is not known before",
            """
            'TREE'                  | signature
            00                      | node type
            01                      | node level
            02 00                   | entries used
            <O:undefined>           | left sibling address
            <O:undefined>           | right sibling address
            <L:0>                   | [0] link name offset
            <O:0x700>               | [0] child address
            <L:32>                  | [1] link name offset
            <O:0x900>               | [1] child address
            <L:64>                  | (last key)
            """,
            (1, [(0, 0x700), (32, 0x900)]),
            args=(None,),
            rounds=2,
        ),
        Row(
            "empty group",
            """
            'TREE'                  | signature
            00                      | node type
            00                      | node level
            00 00                   | entries used
            <O:undefined>           | left sibling address
            <O:undefined>           | right sibling address
            <L:0>                   | (first and last key)
            """,
            (0, []),
            args=(None,),
            rounds=1,
        ),
    )


class TestChunkNode(Table):
    """Chunk offsets have 64 bits, whatever the sizes of the file.

    There is one for each dimension, and a last one, for the bytes of an element, that is zero.
    """

    @staticmethod
    def decode(cursor: Cursor, level: int | None, dimensions: int) -> object:
        return decode_chunk_nodes(Cursors.of([cursor]), level, dimensions)

    rows = (
        Row(
            "leaf of a two-dimensional dataset",
            """
            'TREE'                  | signature
            01                      | node type                 # 1: chunks of a dataset
            00                      | node level
            02 00                   | entries used
            <O:undefined>           | left sibling address
            <O:undefined>           | right sibling address
            50 00 00 00             | [0] chunk size            # stored, after all filters
            00 00 00 00             | [0] filter mask
            00*8                    | [0] chunk offset 0        # in elements
            00*8                    | [0] chunk offset 1
            00*8                    | [0] chunk offset 2
            <O:0x1000>              | [0] child address
            40 00 00 00             | [1] chunk size
            02 00 00 00             | [1] filter mask           # the second filter was left out
            00*8                    | [1] chunk offset 0
            0a 00*7                 | [1] chunk offset 1
            00*8                    | [1] chunk offset 2
            <O:0x1050>              | [1] child address
            00*8 04 00*7 00*8 00*8  | (last key)
            """,
            (0, [(0x50, 0, 0, 0, 0, 0x1000), (0x40, 2, 0, 10, 0, 0x1050)]),
            args=(0, 3),
            rounds=2,
        ),
        Row(
            "root of level 1 of a one-dimensional dataset",
            """
            'TREE'                  | signature
            01                      | node type
            01                      | node level
            01 00                   | entries used
            <O:undefined>           | left sibling address
            <O:undefined>           | right sibling address
            50 00 00 00             | chunk size
            00 00 00 00             | filter mask
            00 00 00 00 01 00*3     | chunk offset 0            # 2 ** 32
            00*8                    | chunk offset 1
            <O:0x900>               | child address
            00*24                   | (last key)
            """,
            (1, [(0x50, 0, 1 << 32, 0, 0x900)]),
            args=(None, 2),
            rounds=2,
        ),
    )


CONTEXT = Context(8, 4)
GROUPS = [
    group_node(CONTEXT, 2, [(8 * i, 0x100 * i) for i in range(first, last)])
    for first, last in ((1, 4), (4, 5))
]


def test_many_nodes_are_one_table() -> None:
    level, table = decode_group_nodes(Cursors.of([Cursor(node, CONTEXT) for node in GROUPS]), 2)
    assert level == 2
    assert plain(table) == [[8 * i, 0x100 * i] for i in range(1, 5)]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (group_node(CONTEXT, 1, [(8, 0x100)]), "node level"),
        (chunk_node(CONTEXT, 2, [((1, 0, 0), 0x100)]), "node type"),
    ],
)
def test_all_nodes_are_of_one_type_and_level(wrong: bytes, field: str) -> None:
    cursors = [Cursor(node, CONTEXT, 0x1000 * i) for i, node in enumerate([*GROUPS, wrong])]
    with pytest.raises(FormatError) as caught:
        decode_group_nodes(Cursors.of(cursors), 2)
    assert (caught.value.field, caught.value.offset) == (field, 0x2000)
