"""A wave's ranges fetched side by side, by threads that wait for one range each."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .protocol import Buffer, Range
from .ranges import clip, in_thread

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

__all__ = ["CONNECTIONS", "ParallelSource"]

CONNECTIONS = 100  # requests that may be under way together
_FAR = 1 << 62  # a stop that every server can parse


class ParallelSource:
    """What sources have in common that fetch one range a request: see :meth:`_fetch`."""

    def __init__(self, name: str, connections: int) -> None:
        if connections < 1:
            raise ValueError("at least one connection is needed")
        self.name = name
        self._connections = connections
        self._lock = threading.Lock()
        self._threads: ThreadPoolExecutor | None = None
        self._closed = False

    def _fetch(self, wanted: Range) -> Buffer:
        """Fetch a range; it ends at the known size at the latest, and it is not empty."""
        raise NotImplementedError

    def _known_size(self) -> int | None:
        """The size, once an answer has told it."""
        raise NotImplementedError

    @property
    def size(self) -> int:
        """Length of the file in bytes; a request for its first byte if nothing was read yet."""
        if self._known_size() is None:
            self.read([(0, 1)])
        return self._known_size() or 0

    def read(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Fetch one wave, its ranges side by side; the very first range goes ahead alone."""
        if self._closed:
            raise ValueError(f"{self.name} is closed")
        clipped = clip(ranges, self._end())
        found: dict[Range, Buffer] = {pair: b"" for pair in clipped if pair[0] < pair[1]}
        todo = list(found)
        if todo and self._known_size() is None:
            # Alone: it tells the size, and whether the server knows ranges at all.
            first = todo.pop(0)
            found[first] = self._fetch(first)
            todo = [(start, stop) for start, stop in todo if start < self._end()]
        found.update(zip(todo, self._fetch_all(clip(todo, self._end())), strict=True))
        return [found.get(pair, b"") for pair in clipped]

    def _end(self) -> int:
        size = self._known_size()
        return _FAR if size is None else size

    async def read_async(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Fetch one wave in threads."""
        return await in_thread(self.read, ranges)

    def close(self) -> None:
        """Start no more requests; those under way come to their end."""
        self._closed = True
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def _fetch_all(self, wanted: Sequence[Range]) -> list[Buffer]:
        if len(wanted) < 2 or self._connections == 1:
            return [self._fetch(pair) for pair in wanted]
        return list(self._pool().map(self._fetch, wanted))

    def _pool(self) -> ThreadPoolExecutor:
        from concurrent.futures import ThreadPoolExecutor  # late: brings logging and more

        with self._lock:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(self._connections, "purehdf-source")
            return self._threads
