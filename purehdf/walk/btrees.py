"""Walking B-trees a level at a time: one wave for each level, however many nodes it has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..errors import FormatError, LimitError
from ..format.cursor import Table
from .reader import Reader

__all__ = ["btree_v1_leaves"]

NodeDecoder = Callable[..., tuple[int, Table]]


async def btree_v1_leaves(reader: Reader, decode: NodeDecoder, root: int, *args: Any) -> Table:
    """Return the entries of all leaves of the version 1 B-tree at address `root`, in order.

    `decode` takes cursors, the level that the nodes must have, and `args`.
    """
    level, entries = await reader.load_level(decode, [root], None, *args)
    if level > reader.limits.btree_depth:
        raise _bad(reader, root, "too deep", reader.limits.btree_depth, level)
    seen = {root}
    while level > 0 and len(entries):
        nodes = entries["child_address"].tolist()
        _check_children(reader, nodes, seen)
        level, entries = await reader.load_level(decode, nodes, level - 1, *args)
    return entries


def _check_children(reader: Reader, nodes: Sequence[int], seen: set[int]) -> None:
    known = len(seen)
    seen.update(nodes)
    if len(seen) < known + len(nodes):
        raise _bad(reader, nodes[0], "a node is a child more than once", "each once", len(nodes))
    if len(seen) > reader.limits.btree_nodes:
        raise _bad(reader, nodes[0], "too many nodes", reader.limits.btree_nodes, len(seen))
    if reader.context.undefined_address in seen:
        raise FormatError(
            "a child without an address", structure="version 1 B-tree node", section="III.A.1"
        )


def _bad(reader: Reader, node: int, what: str, limit: Any, found: int) -> LimitError:
    return LimitError(
        what,
        structure="version 1 B-tree",
        section="III.A.1",
        expected=limit,
        found=found,
        offset=reader.base_address + node,
    )
