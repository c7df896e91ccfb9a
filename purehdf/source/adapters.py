"""A file of an fsspec file system as a source.  fsspec itself is the caller's."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from .protocol import Buffer, Range
from .ranges import clip, failure, in_thread

__all__ = ["FsspecSource"]


class FsspecSource:
    """A file at ``path`` of the fsspec file system ``fs``; a wave is one ``cat_ranges``.

    The size costs one ``fs.info``, unless it is given.  A file system made with
    ``asynchronous=True`` is awaited on its own loop by :meth:`read_async`, and has no
    synchronous reads.

    Raises
    ------
    SourceError
        On reading: whatever the file system raised, which is its ``__cause__``.  A
        ``FileNotFoundError`` stays what it is.
    """

    resident = None

    def __init__(self, fs: Any, path: str, size: int | None = None) -> None:
        self.name = _name_of(fs, path)
        self._fs = fs
        self._path = path
        self._size = size

    @property
    def size(self) -> int:
        """Length of the file in bytes; one ``info``, once."""
        if self._size is None:
            with self._naming([]):
                self._size = _size_of(self._fs.info(self._path))
        return self._size

    def read(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Fetch one wave with one ``cat_ranges``."""
        clipped, wanted = _wanted(ranges, self.size)
        with self._naming(wanted):
            found = self._fs.cat_ranges(**self._query(wanted)) if wanted else []
        return self._check(clipped, wanted, found)

    async def read_async(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Fetch one wave on the loop of the file system, or in a thread."""
        if not getattr(self._fs, "asynchronous", False):
            return await in_thread(self.read, ranges)
        if self._size is None:
            with self._naming([]):
                self._size = _size_of(await self._fs._info(self._path))
        clipped, wanted = _wanted(ranges, self._size)
        with self._naming(wanted):
            found = await self._fs._cat_ranges(**self._query(wanted)) if wanted else []
        return self._check(clipped, wanted, found)

    def close(self) -> None:
        """Do nothing: the file system belongs to the caller."""

    def _query(self, wanted: list[Range]) -> dict[str, Any]:
        starts, ends = [start for start, _ in wanted], [stop for _, stop in wanted]
        paths = [self._path] * len(wanted)
        # Errors come back in the place of their range, which can then be named.
        return {"paths": paths, "starts": starts, "ends": ends, "on_error": "return"}

    @contextmanager
    def _naming(self, wanted: list[Range]) -> Iterator[None]:
        """Raise what a file system raises as a SourceError for these ranges."""
        try:
            yield
        except (FileNotFoundError, IsADirectoryError):
            raise
        except Exception as error:
            raise failure(self.name, wanted, error) from error

    def _check(self, clipped: list[Range], wanted: list[Range], found: list[Any]) -> list[Buffer]:
        answers: dict[Range, Buffer] = {}
        for pair, buffer in zip(wanted, found, strict=True):
            if isinstance(buffer, FileNotFoundError):
                raise buffer
            if isinstance(buffer, BaseException):
                raise failure(self.name, [pair], buffer) from buffer
            if len(buffer) != pair[1] - pair[0]:
                raise failure(self.name, [pair], f"{len(buffer)} bytes came; did it change?")
            answers[pair] = buffer
        return [answers.get(pair, b"") for pair in clipped]


def _wanted(ranges: Sequence[Range], size: int) -> tuple[list[Range], list[Range]]:
    clipped = clip(ranges, size)
    return clipped, [pair for pair in clipped if pair[0] < pair[1]]


def _size_of(info: dict[str, Any]) -> int:
    if info.get("type") == "directory":
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), info.get("name"))
    if info.get("size") is None:
        raise ValueError("the file system does not know it")
    return int(info["size"])


def _name_of(fs: Any, path: str) -> str:
    full = getattr(fs, "unstrip_protocol", None)
    name = str(full(path)) if callable(full) else path
    return name.partition("?")[0]  # a signed query has no place in messages
