"""Walking B-trees a level at a time: one wave for each level, however many nodes it has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..errors import FormatError, LimitError
from ..format.block import layout_of
from ..format.btree_v2 import decode_btree_v2_header, decode_btree_v2_nodes
from ..format.columns import Integers
from ..format.cursor import Table
from .reader import Reader

__all__ = ["btree_v1_leaves", "btree_v2_records"]

NodeDecoder = Callable[..., tuple[int, Table]]


async def btree_v1_leaves(reader: Reader, decode: NodeDecoder, root: int, *args: Any) -> Table:
    """Return the entries of all leaves of the version 1 B-tree at address `root`, in order.

    `decode` takes cursors, the level that the nodes must have, and `args`.
    """
    level, entries = await reader.load_level(decode, [root], None, *args)
    _check_depth(reader, root, level)
    seen = {root}
    while level > 0 and len(entries):
        nodes = entries["child_address"].tolist()
        _check_children(reader, nodes, seen)
        level, entries = await reader.load_level(decode, nodes, level - 1, *args)
    return entries


async def btree_v2_records(
    reader: Reader, address: int, record_type: int, record: type[Any]
) -> Table:
    """Return the records of the version 2 B-tree whose header is at `address`.

    `record` is the block of one record.  They come in the order of the tree.
    """
    header = await reader.load(decode_btree_v2_header, address)
    if header.type != record_type:
        raise FormatError(
            "not the kind of B-tree that belongs here",
            structure="version 2 B-tree header",
            section="III.A.2",
            field="type",
            expected=record_type,
            found=header.type,
            offset=reader.base_address + address,
        )
    _check_depth(reader, address, header.depth)
    nodes = [] if header.root_node_address is None else [header.root_node_address]
    counts = np.array([header.number_of_records_in_root], np.int64)
    seen: set[int] = set()
    levels: list[tuple[Table, Integers]] = []
    for depth in range(header.depth, -1, -1):
        if not nodes:
            break
        _check_children(reader, nodes, seen)
        records, nodes, below = await reader.load_level(
            decode_btree_v2_nodes, nodes, counts, header, depth, record
        )
        levels.append((records, counts))
        counts = below
    return _in_order(levels) if levels else np.empty(0, layout_of(record, reader.context).dtype)


def _in_order(levels: list[tuple[Table, Integers]]) -> Table:
    """Put records in order: those of each level, from the root down, and how many a node has.

    Between two leaves that are neighbours stands one record of a node above them.
    """
    *inner, (records, counts) = levels
    between = np.empty(len(counts) - 1, records.dtype)
    leaves = np.ones(len(counts), np.int64)  # below each node of a level
    for above, keys in reversed(inner):
        last = np.cumsum(keys + 1) - 1  # the last child of each node
        between[np.delete(np.cumsum(leaves), last) - 1] = above
        leaves = np.add.reduceat(leaves, (last - keys).astype(np.intp))
    return np.insert(records, np.cumsum(counts)[:-1], between)


def _check_depth(reader: Reader, root: int, depth: int) -> None:
    if depth > reader.limits.btree_depth:
        raise _bad(reader, root, "too deep", reader.limits.btree_depth, depth)


def _check_children(reader: Reader, nodes: Sequence[int], seen: set[int]) -> None:
    known = len(seen)
    seen.update(nodes)
    if len(seen) < known + len(nodes):
        raise _bad(reader, nodes[0], "a node is a child more than once", "each once", len(nodes))
    if len(seen) > reader.limits.btree_nodes:
        raise _bad(reader, nodes[0], "too many nodes", reader.limits.btree_nodes, len(seen))
    if reader.context.undefined_address in seen:
        raise FormatError("a child without an address", structure="B-tree node", section="III.A")


def _bad(reader: Reader, node: int, what: str, limit: Any, found: int) -> LimitError:
    return LimitError(
        what,
        structure="B-tree",
        section="III.A",
        expected=limit,
        found=found,
        offset=reader.base_address + node,
    )
