"""Version 1 B-trees (III.A.1), read a level at a time.

Node type 0 indexes the links of a group; a leaf's children are symbol table nodes.
Node type 1 indexes the chunks of a dataset; a leaf's children are the chunks.

A node with n entries holds n + 1 keys around n children.  It is read as n pairs of
(key, child); for what purehdf looks up the last key is of no use, and is not read.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

import numpy as np

from ..errors import FormatError
from .block import U8, U16, U32, U64, Length, Offset, Signature, block, make_block
from .columns import Cursors
from .cursor import Table
from .structure import structure

__all__ = ["BTreeV1Node", "chunk_entry", "decode_chunk_nodes", "decode_group_nodes"]

GROUP_NODE, CHUNK_NODE = 0, 1


@block("version 1 B-tree node", "III.A.1")
class BTreeV1Node:
    signature: Annotated[bytes, Signature(b"TREE")]
    node_type: U8
    node_level: U8
    entries_used: U16
    left_sibling_address: Offset
    right_sibling_address: Offset


@block("version 1 B-tree node, group key and child", "III.A.1")
class GroupEntry:
    link_name_offset: Length
    child_address: Offset


@cache
def chunk_entry(dimensions: int) -> type[Any]:
    """The block of one (key, child) pair in the chunk index of a dataset.

    `dimensions` counts the one after the last, of the element's bytes: rank + 1.
    """
    return make_block(
        "version 1 B-tree node, chunk key and child",
        "III.A.1",
        chunk_size=U32,
        filter_mask=U32,
        **{f"chunk_offset_{i}": U64 for i in range(dimensions)},
        child_address=Offset,
    )


@structure("version 1 B-tree node", "III.A.1")
def decode_group_nodes(cursors: Cursors, level: int | None) -> tuple[int, Table]:
    """Decode nodes of one level of a group's B-tree; see :func:`_decode_nodes`."""
    return _decode_nodes(cursors, GROUP_NODE, GroupEntry, level)


@structure("version 1 B-tree node", "III.A.1")
def decode_chunk_nodes(cursors: Cursors, level: int | None, dimensions: int) -> tuple[int, Table]:
    """Decode nodes of one level of a chunk index; see :func:`_decode_nodes`."""
    return _decode_nodes(cursors, CHUNK_NODE, chunk_entry(dimensions), level)


def _decode_nodes(
    cursors: Cursors, node_type: int, entry: type[Any], level: int | None
) -> tuple[int, Table]:
    """Return the level, and the entries of all nodes in order.

    `level` is the one that the nodes must have (None: the root's own, whatever it is).
    """
    nodes = cursors.table(BTreeV1Node)
    level = int(nodes["node_level"][0]) if level is None else level
    _expect(cursors, nodes, "node_type", node_type)
    _expect(cursors, nodes, "node_level", level)
    return level, cursors.table(entry, nodes["entries_used"].astype(np.int64))


def _expect(cursors: Cursors, nodes: Table, field: str, value: int) -> None:
    for row in np.flatnonzero(nodes[field] != value).tolist():
        raise FormatError(
            "not the node that belongs here",
            field=field.replace("_", " "),
            expected=value,
            found=int(nodes[field][row]),
            offset=int(cursors.places[row]),
        )
