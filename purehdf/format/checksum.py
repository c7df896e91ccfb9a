"""Jenkins' lookup3 checksum, which protects all metadata since superblock version 2 (I.A).

Each step needs the one before it, so one structure is summed word by word; but many
structures are summed side by side.  Up to some dozens of them are *lanes* of one long Python
integer, 64 bits for each 32-bit value, and more are columns of NumPy, which has more to do
for a step, and less for each structure.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from .buffer import Buffer

__all__ = ["CHECKSUM", "lookup3", "lookup3_each"]

CHECKSUM = 4  # bytes of one, as it is stored

_MASK = 0xFFFFFFFF
_GOLDEN = 0xDEADBEEF
_WORTH_WHILE = 300  # bytes beside the longest: below, one after the other is faster
_MANY = 96  # from here on columns are faster than lanes
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
    return _finished(_taken_in((seed, seed, seed), words[:-3], 1), words[-3:], 1)


def lookup3_each(parts: Sequence[Buffer]) -> list[int]:
    """Return lookup3 of each of `parts`, computed together."""
    found = [0] * len(parts)
    lengths = [len(part) for part in parts]
    order = sorted(range(len(parts)), key=lengths.__getitem__, reverse=True)
    while order:
        count = max(min(_TOGETHER // max(lengths[order[0]], 1), _COLUMNS), 1)
        some, order = order[:count], order[count:]
        chosen = [parts[i] for i in some]
        for i, computed in zip(some, _side_by_side(chosen), strict=True):
            found[i] = computed
    return found


def _side_by_side(parts: Sequence[Buffer]) -> Iterable[int]:
    """The same for parts that are summed together, the longest first."""
    if sum(map(len, parts[1:])) < _WORTH_WHILE or not parts[-1]:
        return map(lookup3, parts)
    sizes = np.array([len(part) for part in parts], np.int64)
    steps = -(-sizes // 12)
    rows = _padded(parts, 12 * int(steps[0]))
    start = (_GOLDEN + sizes).astype(np.uint32)
    return (_in_columns if len(parts) >= _MANY else _in_lanes)(rows, steps, start)


# -- lanes


@cache
def _lanes(count: int) -> tuple[int, int]:
    """What keeps 32 bits of each lane, and what keeps a difference from borrowing of the next."""
    ones = sum(1 << 64 * i for i in range(count))
    return ones * _MASK, ones << 34


def _in_lanes(rows: Column, steps: Column, start: Column) -> list[int]:
    seed, lanes = _integer(start), len(start)
    state = (seed, seed, seed)
    ended: list[tuple[int, tuple[int, ...]]] = []  # lanes of rows that are shorter, and how many
    for count, words in _taken_up(rows, steps):
        if count < lanes:
            ended.append((count, tuple(value >> 64 * count for value in state)))
            a, b, c = (value & (1 << 64 * count) - 1 for value in state)
            state, lanes = (a, b, c), count
        state = _taken_in(state, _integers(words), count)
    for count, above in reversed(ended):
        a, b, c = (low | high << 64 * count for low, high in zip(state, above, strict=True))
        state = (a, b, c)
    last = [_integer(words) for words in _last_words(rows, steps)]
    sums = _finished(state, last, len(start)).to_bytes(8 * len(start), "little")
    found: list[int] = np.frombuffer(sums, "<u8").tolist()
    return found


def _integer(column: Column) -> int:
    return int.from_bytes(column.astype("<u8").tobytes(), "little")


def _integers(columns: Column) -> list[int]:
    data, width = columns.astype("<u8").tobytes(), 8 * columns.shape[1]
    return [int.from_bytes(data[i : i + width], "little") for i in range(0, len(data), width)]


def _taken_in(
    state: tuple[int, int, int], words: Sequence[int], lanes: int
) -> tuple[int, int, int]:
    """The state after all `words`, three in a step."""
    mask, bias = _lanes(lanes)
    a, b, c = state
    supply = iter(words)
    for x, y, z in zip(supply, supply, supply, strict=True):
        a, b, c = a + x, b + y, c + z
        # Unrolled, for speed.  Only what is shifted right must be masked before.
        a = (a + bias - c) & mask ^ ((c << 4 | (c & mask) >> 28) & mask)
        c = (c + b) & mask
        b = (b + bias - a) & mask ^ ((a << 6 | a >> 26) & mask)
        a = (a + c) & mask
        c = (c + bias - b) & mask ^ ((b << 8 | b >> 24) & mask)
        b = (b + a) & mask
        a = (a + bias - c) & mask ^ ((c << 16 | c >> 16) & mask)
        c = (c + b) & mask
        b = (b + bias - a) & mask ^ ((a << 19 | a >> 13) & mask)
        a = (a + c) & mask
        c = (c + bias - b) & mask ^ ((b << 4 | b >> 28) & mask)
        b = (b + a) & mask
    return a, b, c


def _finished(state: tuple[int, int, int], words: Sequence[int], lanes: int) -> int:
    """Take in the last three words, which are mixed differently."""
    mask, bias = _lanes(lanes)
    a, b, c = ((each + word) & mask for each, word in zip(state, words, strict=True))
    for left in _FINISHING:
        # One step: the third word takes up the second, rotated; then the roles move on.
        c = ((c ^ b) + bias - ((b << left | b >> 32 - left) & mask)) & mask
        a, b, c = b, c, a
    return b


# -- columns


def _in_columns(rows: Column, steps: Column, start: Column) -> list[int]:
    abc = (start, start.copy(), start.copy())
    spare = (np.empty_like(start), np.empty_like(start))
    for count, words in _taken_up(rows, steps):
        a, b, c, turned, rest = (column[:count] for column in (*abc, *spare))
        for i in range(0, len(words), 3):
            a += words[i]
            b += words[i + 1]
            c += words[i + 2]
            _mix_columns(a, b, c, turned, rest)
    a, b, c = (column + words for column, words in zip(abc, _last_words(rows, steps), strict=True))
    for left, right in _FINISHING_COLUMNS:
        c ^= b
        c -= b << left | b >> right
        a, b, c = b, c, a
    sums: list[int] = b.tolist()
    return sums


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


# -- the words of both


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


def _last_words(rows: Column, steps: Column) -> list[Column]:
    """The three last words of each row."""
    places, last = np.arange(len(rows)), 3 * (steps - 1)
    return [rows[places, last + k] for k in range(3)]
