"""Reading bit fields that do not care about byte borders, many at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..format.buffer import Buffer

__all__ = ["Words", "sliding_words", "take_bits", "take_words"]

Words = np.ndarray[tuple[int], np.dtype[np.uint64]]
Positions = NDArray[np.int64]

_SURE = 57  # bits of a word that a window certainly shows: it may start at a byte's last bit


def sliding_words(data: Buffer) -> Words:
    """The 64-bit big-endian word at *every* byte of `data`, zeros behind its end.

    A view of overlapping words: it takes no memory beyond a copy of the bytes.
    """
    padded = bytes(data) + bytes(8)
    return np.ndarray((len(padded) - 7,), ">u8", padded, strides=(1,))


def take_words(words: Words, positions: Positions) -> NDArray[np.uint64]:
    """The bits from each position (in bits) on, at the upper end of a word; 57 are sure."""
    found = np.take(words, positions >> 3).astype(np.uint64)
    return found << (positions & 7).astype(np.uint64)


def take_bits(words: Words, positions: Positions, width: int) -> NDArray[np.uint64]:
    """The `width` (1 to 64) bits at each position, most significant bit first."""
    if width > _SURE:
        low = take_bits(words, positions + (width - 32), 32)
        return take_bits(words, positions, width - 32) << np.uint64(32) | low
    return take_words(words, positions) >> np.uint64(64 - width)
