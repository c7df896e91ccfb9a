"""Jenkins' lookup3 checksum, which protects all metadata since superblock version 2 (I.A).

Once on Python integers, for one structure, and once on columns of 32-bit integers, which
wrap around by themselves, for many structures at a time.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .buffer import Buffer

__all__ = ["lookup3", "lookup3_each"]

_MASK = 0xFFFFFFFF
_GOLDEN = 0xDEADBEEF
_FEW = 8  # below this many, one at a time is faster
_TOGETHER = 1 << 24  # bytes that are summed together
_MIXING = (4, 6, 8, 16, 19, 4)  # the rotations of each step
_FINISHING = (14, 11, 25, 16, 4, 14, 24)

Column = np.ndarray[Any, Any]  # of numpy.uint32


def lookup3(data: Buffer, initial: int = 0) -> int:
    """Return ``hashlittle`` of Bob Jenkins' lookup3 over `data`, an unsigned 32-bit integer."""
    size = len(data)
    seed = (_GOLDEN + size + initial) & _MASK
    if size == 0:
        return seed
    words = struct.unpack(f"<{3 * -(-size // 12)}I", bytes(data) + bytes(-size % 12))
    return _hash(words, seed, seed, seed)


def lookup3_each(parts: Sequence[Buffer]) -> list[int]:
    """Return lookup3 of each of `parts`, computed together."""
    found = [0] * len(parts)
    order = sorted(range(len(parts)), key=lambda i: len(parts[i]), reverse=True)
    while order:
        size = len(parts[order[0]])
        count = max(_TOGETHER // max(size, 1), 1)
        some, order = order[:count], order[count:]
        few = len(some) < _FEW or not len(parts[some[-1]])
        sums = (
            map(lookup3, (parts[i] for i in some))
            if few
            else _lookup3_columns([parts[i] for i in some])
        )
        for i, computed in zip(some, sums, strict=True):
            found[i] = computed
    return found


def _lookup3_columns(parts: Sequence[Buffer]) -> list[int]:
    """The same for parts that are not empty, the longest first: one column of words each."""
    sizes = np.array([len(part) for part in parts], np.int64)
    steps = -(-sizes // 12)
    padded = b"".join([bytes(part).ljust(12 * int(steps[0]), b"\0") for part in parts])
    words = np.ascontiguousarray(np.frombuffer(padded, "<u4").reshape(len(parts), -1).T)
    start = (_GOLDEN + sizes).astype(np.uint32)
    abc = [start.copy(), start.copy(), start.copy()]
    spare = np.empty((2, len(parts)), np.uint32)
    for i, going in enumerate(_still_going(steps)):
        a, b, c = (column[:going] for column in abc)
        a += words[3 * i, :going]
        b += words[3 * i + 1, :going]
        c += words[3 * i + 2, :going]
        for rotation in _MIXING:
            a -= c
            a ^= _rotated(c, rotation, spare)
            c += b
            a, b, c = b, c, a  # the roles move on
    last = 3 * (steps - 1)
    rows = np.arange(len(parts))
    a, b, c = (column + words[last + k, rows] for k, column in enumerate(abc))
    for rotation in _FINISHING:
        c ^= b
        c -= _rotated(b, rotation, spare)
        a, b, c = b, c, a
    sums: list[int] = b.tolist()
    return sums


def _still_going(steps: Column) -> Iterator[int]:
    """For each step but the last of the longest, how many columns it is not the last of."""
    for i in range(int(steps[0]) - 1):
        yield int(np.searchsorted(-steps, -(i + 1), "left"))


def _rotated(column: Column, left: int, spare: Column) -> Column:
    """The bits of each number moved around to the left, in a row of `spare`."""
    found, rest = spare[:, : len(column)]
    np.left_shift(column, left, out=found)
    np.right_shift(column, 32 - left, out=rest)
    found |= rest
    moved: Column = found
    return moved


def _hash(words: tuple[int, ...], a: int, b: int, c: int) -> int:
    """Take up the words three at a time; the last three are mixed in differently."""
    last = len(words) - 3
    for i in range(0, last, 3):
        a, b, c = _mix(a + words[i], b + words[i + 1], c + words[i + 2])
    a, b, c = ((each + word) & _MASK for each, word in zip((a, b, c), words[last:], strict=True))
    for left in _FINISHING:
        # One step: the third word takes up the second, rotated; then the roles move on.
        c = ((c ^ b) - ((b << left | b >> 32 - left) & _MASK)) & _MASK
        a, b, c = b, c, a
    return b


def _mix(a: int, b: int, c: int) -> tuple[int, int, int]:
    # Unrolled, for speed.  Masking once per step keeps the integers small.
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
