"""What sources have in common that fetch the ranges of a wave side by side."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from .protocol import Buffer, Range
from .ranges import clip, in_thread

__all__ = ["CONNECTIONS", "ParallelSource"]

CONNECTIONS = 100  # requests that may be under way together
_FAR = 1 << 62  # a stop that every server can parse


class ParallelSource:
    """A source whose first answer tells the size, and that asks for each range by itself."""

    def __init__(self, name: str, connections: int) -> None:
        if connections < 1:
            raise ValueError("at least one connection is needed")
        self.name = name
        self.connections = connections
        self._lock = threading.Lock()
        self._closed = False

    def _fetch_all(self, wanted: Sequence[Range]) -> list[Buffer]:
        """Fetch ranges that end at the known size at the latest; none of them is empty."""
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
            found[first] = self._fetch_all([first])[0]
            todo = [(start, stop) for start, stop in todo if start < self._end()]
        found.update(zip(todo, self._fetch_all(clip(todo, self._end())), strict=True))
        return [found.get(pair, b"") for pair in clipped]

    def _end(self) -> int:
        size = self._known_size()
        return _FAR if size is None else size

    async def read_async(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Fetch one wave in a thread."""
        return await in_thread(self.read, ranges)

    def close(self) -> None:
        """Start no more requests; those under way come to their end."""
        self._closed = True
