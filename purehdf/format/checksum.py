"""Jenkins' lookup3 checksum, which protects all metadata since superblock version 2 (I.A).

Once on Python integers, for one structure, and once on columns of 32-bit integers, which
wrap around by themselves, for many structures at a time.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from .buffer import Buffer

__all__ = ["CHECKSUM", "lookup3", "lookup3_each"]

CHECKSUM = 4  # bytes of one, as it is stored

_MASK = 0xFFFFFFFF
_GOLDEN = 0xDEADBEEF
_FEW = 8  # below this many, one at a time is faster
_TOGETHER = 1 << 25  # bytes that are summed together
_COLUMNS = 4096  # more at a time would not stay in the cache
_STEPS = 32  # of 12 bytes, that are turned into columns together
_MIXING = (4, 6, 8, 16, 19, 4)  # the rotations of each step
_FINISHING = (14, 11, 25, 16, 4, 14, 24)

Column = np.ndarray[Any, Any]  # of numpy.uint32


def _shifts(rotations: tuple[int, ...]) -> list[tuple[Column, Column]]:
    """How far to shift left and right: as arrays, which NumPy takes up faster than numbers."""
    return [(np.array(n, np.uint32), np.array(32 - n, np.uint32)) for n in rotations]


_MIXING_COLUMNS, _FINISHING_COLUMNS = _shifts(_MIXING), _shifts(_FINISHING)


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
    lengths = [len(part) for part in parts]
    order = sorted(range(len(parts)), key=lengths.__getitem__, reverse=True)
    while order:
        count = max(min(_TOGETHER // max(lengths[order[0]], 1), _COLUMNS), 1)
        some, order = order[:count], order[count:]
        few = len(some) < _FEW or not lengths[some[-1]]
        chosen = [parts[i] for i in some]
        for i, computed in zip(
            some, map(lookup3, chosen) if few else _lookup3_columns(chosen), strict=True
        ):
            found[i] = computed
    return found


def _lookup3_columns(parts: Sequence[Buffer]) -> list[int]:
    """The same for parts that are not empty, the longest first: one column of words each."""
    sizes = np.array([len(part) for part in parts], np.int64)
    steps = -(-sizes // 12)
    rows = _padded(parts, 12 * int(steps[0]))
    start = (_GOLDEN + sizes).astype(np.uint32)
    abc = (start, start.copy(), start.copy())
    spare = (np.empty_like(start), np.empty_like(start))
    for count, words in _taken_up(rows, steps):
        a, b, c, turned, rest = (column[:count] for column in (*abc, *spare))
        for i in range(0, len(words), 3):
            a += words[i]
            b += words[i + 1]
            c += words[i + 2]
            _mix_columns(a, b, c, turned, rest)
    last = 3 * (steps - 1)
    places = np.arange(len(rows))
    a, b, c = (column + rows[places, last + k] for k, column in enumerate(abc))
    for left, right in _FINISHING_COLUMNS:
        c ^= b
        c -= b << left | b >> right
        a, b, c = b, c, a
    sums: list[int] = b.tolist()
    return sums


def _padded(parts: Sequence[Buffer], width: int) -> Column:
    """A row of 32-bit words for each part, filled up with zeros to `width` bytes."""
    zeros = bytes(width)
    pieces = [piece for part in parts for piece in (part, zeros[len(part) :])]
    return np.frombuffer(b"".join(pieces), "<u4").reshape(len(parts), -1)


def _taken_up(rows: Column, steps: Column) -> Iterator[tuple[int, Column]]:
    """The words of all steps but the last of each row, as stretches of columns.

    Each comes with the number of rows, the longest, that it belongs to: it changes where
    rows end.  Only a few steps are turned into columns at a time, which stay in the cache.
    """
    most = int(steps[0]) - 1
    going = np.searchsorted(-steps, -np.arange(1, most + 1), "left")
    borders = np.flatnonzero(np.diff(going)) + 1
    for begin in range(0, most, _STEPS):
        end = min(begin + _STEPS, most)
        words = np.ascontiguousarray(rows[: going[begin], 3 * begin : 3 * end].T)
        within = borders[(borders > begin) & (borders < end)].tolist()
        for first, last in pairwise([begin, *within, end]):
            count = int(going[first])
            yield count, words[3 * (first - begin) : 3 * (last - begin), :count]


def _mix_columns(a: Column, b: Column, c: Column, turned: Column, rest: Column) -> None:
    """One step; `turned` and `rest` are room for what is in between."""
    for left, right in _MIXING_COLUMNS:
        a -= c
        np.left_shift(c, left, turned)
        np.right_shift(c, right, rest)
        a ^= turned
        a ^= rest
        c += b
        a, b, c = b, c, a  # the roles move on


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
