"""Jenkins' lookup3 checksum, which protects all metadata since superblock version 2 (I.A).

The arithmetic is written once: it works on Python integers, for one structure, and on
arrays of 32-bit integers, for many structures of one length at a time.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from .buffer import Buffer

__all__ = ["lookup3", "lookup3_rows"]

_MASK = 0xFFFFFFFF
_GOLDEN = 0xDEADBEEF


def lookup3(data: Buffer, initial: int = 0) -> int:
    """Return ``hashlittle`` of Bob Jenkins' lookup3 over `data`, an unsigned 32-bit integer."""
    size = len(data)
    seed = (_GOLDEN + size + initial) & _MASK
    if size == 0:
        return seed
    words = struct.unpack(f"<{3 * -(-size // 12)}I", bytes(data) + bytes(-size % 12))
    result: int = _hash(words, seed, seed, seed)
    return result


def lookup3_rows(rows: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.uint32]]:
    """Return lookup3 of each row of `rows`, an array of bytes (n, size) with size > 0."""
    count, size = rows.shape
    padded = np.zeros((count, 12 * -(-size // 12)), np.uint8)
    padded[:, :size] = rows
    words = np.ascontiguousarray(padded.view("<u4").T.astype(np.uint32))
    seed = np.full(count, (_GOLDEN + size) & _MASK, np.uint32)
    result: np.ndarray[Any, np.dtype[np.uint32]] = _hash(words, seed, seed, seed)
    return result


def _hash(words: Any, a: Any, b: Any, c: Any) -> Any:
    """Take up the words three at a time; the last three are mixed in differently."""
    last = len(words) - 3
    for i in range(0, last, 3):
        a, b, c = _mix(a + words[i], b + words[i + 1], c + words[i + 2])
    return _final(
        (a + words[last]) & _MASK, (b + words[last + 1]) & _MASK, (c + words[last + 2]) & _MASK
    )


def _mix(a: Any, b: Any, c: Any) -> tuple[Any, Any, Any]:
    # Rotations by 4, 6, 8, 16, 19, 4.  Masking once per step keeps the integers small.
    a = (a - c) & _MASK ^ ((c << 4 | (c & _MASK) >> 28) & _MASK)
    c = (c + b) & _MASK
    b = (b - a) & _MASK ^ ((a << 6 | a >> 26) & _MASK)
    a = (a + c) & _MASK
    c = (c - b) & _MASK ^ ((b << 8 | b >> 24) & _MASK)
    b = (b + a) & _MASK
    a = (a - c) & _MASK ^ ((c << 16 | c >> 16) & _MASK)
    c = (c + b) & _MASK
    b = (b - a) & _MASK ^ ((a << 19 | a >> 13) & _MASK)
    a = (a + c) & _MASK
    c = (c - b) & _MASK ^ ((b << 4 | b >> 28) & _MASK)
    b = (b + a) & _MASK
    return a, b, c


def _final(a: Any, b: Any, c: Any) -> Any:
    for rotation in ((14, 18), (11, 21), (25, 7), (16, 16), (4, 28), (14, 18), (24, 8)):
        left, right = rotation
        # One step: the third word takes up the second, rotated; then the roles move on.
        c = ((c ^ b) - ((b << left | b >> right) & _MASK)) & _MASK
        a, b, c = b, c, a
    return b
