"""A stream of bits in which fundamental sequences (n zeros and a one) are found quickly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import TruncatedError
from ..format.buffer import Buffer

__all__ = ["FundamentalStream"]

_WINDOW = 1 << 15  # bytes in which the ones are looked for at a time


class FundamentalStream:
    """Reads numbers and sequences; ``position`` is the next bit, most significant first.

    The ones of a window are located all at once, and counted before each of its bytes: the
    first one behind a position is then a matter of two look-ups.
    """

    def __init__(self, data: Buffer) -> None:
        self.position = 0
        self._size = len(data)
        self._data = bytes(data) + bytes(8)
        self._load(_WINDOW)

    def _load(self, size: int) -> None:
        """Locate the ones of the next `size` bytes."""
        self._first = self.position >> 3
        self._stop = min(self._first + size, self._size)
        octets = np.frombuffer(self._data, np.uint8)[self._first : self._stop]
        self._ones = np.flatnonzero(np.unpackbits(octets)) + 8 * self._first
        before = np.zeros(len(octets) + 1, np.int64)
        np.cumsum(np.bitwise_count(octets), out=before[1:])
        self._before, self._ones_view = before.data, self._ones.data

    def uint(self, width: int) -> int:
        """The next `width` (at most 32) bits."""
        byte, bit = self.position >> 3, self.position & 7
        self.position += width
        if byte > self._size:
            self.check()
        return int.from_bytes(self._data[byte : byte + 5]) >> 40 - bit - width & (1 << width) - 1

    def codes(self, count: int) -> NDArray[np.int64]:
        """The positions of the next `count` ones; goes on behind the last."""
        byte, bit = self.position >> 3, self.position & 7
        if byte < self._stop:
            index = self._before[byte - self._first]
            index += (self._data[byte] >> 8 - bit).bit_count()
            if index + count <= len(self._ones_view):
                self.position = self._ones_view[index + count - 1] + 1
                return self._ones[index : index + count]
        if self._stop == self._size:
            self.position = 8 * self._size + 1
            self.check()
        # The window is used up; or the codes are longer than all of it.
        fresh = byte == self._first
        self._load(2 * (self._stop - self._first) if fresh else _WINDOW)
        return self.codes(count)

    def check(self) -> None:
        """Refuse a position behind the end."""
        if self.position > 8 * self._size:
            raise TruncatedError(
                "the compressed data ends early",
                structure="szip filter",
                found=f"{self._size} bytes",
            )
