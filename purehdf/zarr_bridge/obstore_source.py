"""A file in an object store of obstore (or one like it) as a source of bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..source import Buffer, Range

__all__ = ["ObstoreSource"]


class ObstoreSource:
    """Byte ranges of one object; a wave is one call of ``get_ranges``.

    Parameters
    ----------
    store
        With the methods ``head``, ``get_ranges`` and ``get_ranges_async`` of obspec.
    path : str
        Of the object in the store.
    """

    def __init__(self, store: Any, path: str) -> None:
        self._store = store
        self._path = path
        self._size: int | None = None

    @property
    def name(self) -> str:
        """Path of the object in its store."""
        return self._path

    @property
    def size(self) -> int:
        """Length in bytes; the first look costs a request."""
        if self._size is None:
            self._size = int(self._store.head(self._path)["size"])
        return self._size

    @property
    def resident(self) -> None:
        """Never: the object is elsewhere."""
        return None

    def read(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Fetch one wave."""
        wanted = self._inside(ranges)
        starts, ends = zip(*wanted.values(), strict=True) if wanted else ((), ())
        found = self._store.get_ranges(self._path, starts=starts, ends=ends) if wanted else ()
        return _placed(wanted, found, len(ranges))

    async def read_async(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Fetch one wave without blocking the event loop."""
        wanted = self._inside(ranges)
        if not wanted:
            return _placed(wanted, (), len(ranges))
        starts, ends = zip(*wanted.values(), strict=True)
        found = await self._store.get_ranges_async(self._path, starts=starts, ends=ends)
        return _placed(wanted, found, len(ranges))

    def close(self) -> None:
        """Do nothing: the store belongs to whoever made it."""

    def _inside(self, ranges: Sequence[Range]) -> dict[int, Range]:
        """What of each range lies inside the object, by the range's place in the wave."""
        size = self.size
        clipped = {i: (start, min(stop, size)) for i, (start, stop) in enumerate(ranges)}
        return {i: (start, stop) for i, (start, stop) in clipped.items() if start < stop}


def _placed(wanted: dict[int, Range], found: Sequence[Any], count: int) -> list[Buffer]:
    buffers: list[Buffer] = [b""] * count
    for i, data in zip(wanted, found, strict=True):
        buffers[i] = memoryview(data)
    return buffers
