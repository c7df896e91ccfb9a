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
from .checksum import lookup3_each
from .cursor import Cursor, ShortRead, Table

__all__ = ["read_columns", "require", "verify_checksums", "widened"]


def require(cursors: Sequence[Cursor], sizes: Sequence[int]) -> None:
    """Ask for ``sizes[i]`` bytes at each cursor, all at once, if any of them are missing."""
    missing: list[tuple[int, int]] = []
    for cursor, size in zip(cursors, sizes, strict=True):
        try:
            cursor.require(size)
        except ShortRead as short:
            missing.extend(short.ranges)
    if missing:
        raise ShortRead(missing)


def verify_checksums(cursors: Sequence[Cursor]) -> None:
    """Verify the checksum that comes next at each cursor; see `Cursor.verify_checksum`."""
    require(cursors, [4] * len(cursors))
    sums = lookup3_each([cursor.covered() for cursor in cursors])
    for cursor, computed in zip(cursors, sums, strict=True):
        cursor.verify_checksum(computed)


def widened(column: Table, width: int) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """Turn a column of `width` bytes each, 1 to 8, into unsigned integers."""
    out = np.zeros((len(column), 8), np.uint8)
    out[:, :width] = np.ascontiguousarray(column).view(np.uint8).reshape(-1, width)
    return out.reshape(-1).view("<u8")


def read_columns(
    cursors: Sequence[Cursor], block: type[Any], counts: Sequence[int] | None = None
) -> Table:
    """Read ``counts[i]`` blocks (one, by default) from each cursor.

    Returns a structured array (sum of counts,), cursor by cursor.  All the bytes that
    are missing are asked for in one ``ShortRead``.
    """
    layout = layout_of(block, cursors[0].context)
    offsets = [cursor.offset for cursor in cursors] if layout.checked else []
    parts: list[Buffer] = []
    missing: list[tuple[int, int]] = []
    for cursor, count in zip(cursors, repeat(1) if counts is None else counts, strict=False):
        try:
            parts.append(cursor.rows(layout, count))
        except ShortRead as short:
            missing.extend(short.ranges)
    if missing:
        raise ShortRead(missing)
    table: Table = np.frombuffer(b"".join(parts), layout.dtype)
    if layout.checked:
        each = np.ones(len(offsets), int) if counts is None else np.asarray(counts)
        starts = np.repeat(offsets, each)
        within = np.arange(len(starts)) - np.repeat(np.cumsum(each) - each, each)
        layout.check_table(table, starts + within * layout.size)
    return table
