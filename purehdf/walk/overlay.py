"""Bytes that count in place of what stands in the file: those of a metadata cache image."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import pairwise

from ..errors import FormatError
from ..format.buffer import Buffer
from ..format.cache_image import CachedStructure

__all__ = ["Overlay"]


class Overlay:
    """The structures of a cache image, by file offset.

    Parameters
    ----------
    structures : iterable of CachedStructure
        What the image holds.
    base_address : int
        File offset that the addresses in it are relative to.
    """

    def __init__(self, structures: Iterable[CachedStructure], base_address: int) -> None:
        self._patches = sorted((base_address + s.address, s.data) for s in structures)
        self._starts = [start for start, _ in self._patches]
        for (start, data), (following, _) in pairwise(self._patches):
            if start + len(data) > following:
                raise FormatError(
                    "two structures for the same bytes",
                    structure="metadata cache image",
                    section="II.C",
                    found=f"{following:#x}, inside the one at {start:#x}",
                )

    def over(self, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
        """The structures that have bytes from `start` to `stop`: file offset and content."""
        first = max(bisect_right(self._starts, start) - 1, 0)
        for begin, data in self._patches[first : bisect_right(self._starts, stop - 1)]:
            if begin + len(data) > start:
                yield begin, data

    def applied(self, start: int, buffer: Buffer) -> Buffer:
        """Bytes of the file that begin at `start`, with those of the image in their places."""
        patches = list(self.over(start, start + len(buffer)))
        if not patches:
            return buffer
        patched = bytearray(buffer)
        for begin, data in patches:
            low, high = max(begin, start), min(begin + len(data), start + len(buffer))
            patched[low - start : high - start] = data[low - begin : high - begin]
        return bytes(patched)
