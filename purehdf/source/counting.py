"""A source that keeps a record of all that is read through it."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from .protocol import Buffer, Range, Source

__all__ = ["CountingSource"]


class CountingSource:
    """Counts the I/O that ``source`` does; read-outs are exact and the same on every machine.

    It is never ``resident``, whatever is underneath, so that every read goes through it.

    Attributes
    ----------
    waves : list of list of (start, stop)
        The ranges of each call that asked for any, as they were asked for.
    bytes : int
        Bytes that came back.
    """

    resident = None

    def __init__(self, source: Source) -> None:
        self._source = source
        self._lock = threading.Lock()
        self.name = source.name
        self.waves: list[list[Range]] = []
        self.bytes = 0

    @property
    def requests(self) -> int:
        """Number of ranges of all waves."""
        return sum(map(len, self.waves))

    @property
    def size(self) -> int:
        """Length of the file in bytes; finding it is not counted."""
        return self._source.size

    def reset(self) -> None:
        """Forget what was counted so far."""
        with self._lock:
            self.waves = []
            self.bytes = 0

    def read(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Fetch one wave, and count it."""
        return self._count(ranges, self._source.read(ranges))

    async def read_async(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Fetch one wave, and count it."""
        return self._count(ranges, await self._source.read_async(ranges))

    def close(self) -> None:
        """Close the source underneath; the counts stay."""
        self._source.close()

    def _count(self, ranges: Sequence[Range], buffers: list[Buffer]) -> list[Buffer]:
        if ranges:
            with self._lock:
                self.waves.append(list(ranges))
                self.bytes += sum(map(len, buffers))
        return buffers
