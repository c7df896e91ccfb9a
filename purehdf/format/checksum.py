"""Jenkins' lookup3 checksum, which protects all metadata since superblock version 2 (I.A)."""

from __future__ import annotations

import struct

from .buffer import Buffer

__all__ = ["lookup3"]

_MASK = 0xFFFFFFFF


def lookup3(data: Buffer, initial: int = 0) -> int:
    """Return ``hashlittle`` of Bob Jenkins' lookup3 over `data`, an unsigned 32-bit integer."""
    size = len(data)
    a = b = c = (0xDEADBEEF + size + initial) & _MASK
    if size == 0:
        return c
    blocks = (size - 1) // 12  # the last 1 to 12 bytes are mixed in differently
    words = struct.unpack_from(f"<{3 * blocks}I", data)
    for i in range(0, 3 * blocks, 3):
        a, b, c = _mix(a + words[i], b + words[i + 1], c + words[i + 2])
    tail = bytes(data[12 * blocks :]).ljust(12, b"\0")
    x, y, z = struct.unpack("<3I", tail)
    return _final((a + x) & _MASK, (b + y) & _MASK, (c + z) & _MASK)


def _mix(a: int, b: int, c: int) -> tuple[int, int, int]:
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


def _final(a: int, b: int, c: int) -> int:
    for rotation in ((14, 18), (11, 21), (25, 7), (16, 16), (4, 28), (14, 18), (24, 8)):
        left, right = rotation
        # One step: the third word takes up the second, rotated; then the roles move on.
        c = ((c ^ b) - ((b << left | b >> right) & _MASK)) & _MASK
        a, b, c = b, c, a
    return b
