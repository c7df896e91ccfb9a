"""Reading many structures of one kind at once, as columns.

A level of a B-tree is read like a single node: the decoder takes a list of cursors, one
a node, and each call here moves all of them forward and returns one structured array.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import Any

import numpy as np

from .block import layout_of
from .buffer import Buffer
from .cursor import Cursor, ShortRead, Table

__all__ = ["read_columns"]


def read_columns(
    cursors: Sequence[Cursor], block: type[Any], counts: Sequence[int] | None = None
) -> Table:
    """Read ``counts[i]`` blocks (one, by default) from each cursor.

    Returns a structured array (sum of counts,), cursor by cursor.  All the bytes that
    are missing are asked for in one ``ShortRead``.
    """
    parts: list[Buffer] = []
    offsets: list[int] = []
    missing: list[tuple[int, int]] = []
    for cursor, count in zip(cursors, repeat(1) if counts is None else counts, strict=False):
        offsets.append(cursor.offset)
        try:
            parts.append(cursor.rows(block, count))
        except ShortRead as short:
            missing.extend(short.ranges)
    if missing:
        raise ShortRead(missing)
    layout = layout_of(block, cursors[0].context)
    table: Table = np.frombuffer(b"".join(parts), layout.dtype)
    if layout.checked:
        each = np.ones(len(offsets), int) if counts is None else np.asarray(counts)
        starts = np.repeat(offsets, each)
        within = np.arange(len(starts)) - np.repeat(np.cumsum(each) - each, each)
        layout.check_table(table, (starts + within * layout.size).tolist())
    return table
