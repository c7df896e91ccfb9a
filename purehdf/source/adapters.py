"""A file of an fsspec file system as a source.  fsspec itself is the caller's."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ..errors import SourceError
from .protocol import Buffer, Range
from .ranges import clip, in_thread
from .retries import DEFAULT_RETRIES, Refusal, Retries, Transient, naming
from .version import Version, version_of
from .wave import Wave

__all__ = ["FsspecSource"]

_HOPELESS = (
    AttributeError,
    FileNotFoundError,
    ImportError,
    IsADirectoryError,
    LookupError,
    NotImplementedError,
    PermissionError,
    TypeError,
    ValueError,
)
_BUSY_STATUS = {408, 429}


class FsspecSource:
    """A file at ``path`` of the fsspec file system ``fs``; a wave is one ``cat_ranges``.

    The size costs one ``fs.info``, unless it is given.  Ranges that fail, or come with the
    wrong length, are asked for again, and those alone.  A file system made with
    ``asynchronous=True`` is awaited on its own loop by :meth:`read_async`, and has no
    synchronous reads.

    fsspec does not tell which version of a file a range was taken from.  So what ``info``
    says (size, ETag, time of modification) is compared again after a wave, if that was not
    done in the last `recheck` seconds.

    Parameters
    ----------
    size
        Length of the file in bytes; then ``info`` is never asked, and changes stay unnoticed.
    recheck
        Seconds; 0 compares after every wave, None never.
    retries
        How often and how patiently a range is tried; many file systems try by themselves too.

    Raises
    ------
    SourceError
        On reading: whatever the file system raised, which is its ``__cause__``, or the file
        changed.  A ``FileNotFoundError`` stays what it is.
    """

    resident = None
    overhead = 128 << 10
    """For BlockCache: s3fs keeps the processor busy for more than 1 ms with each request."""

    def __init__(
        self,
        fs: Any,
        path: str,
        size: int | None = None,
        *,
        recheck: float | None = 5.0,
        retries: Retries | None = None,
    ) -> None:
        self.name = _name_of(fs, path)
        self._fs = fs
        self._path = path
        self._size = size
        self._version: Version | None = None
        self._looked = 0.0  # when the version was last seen
        self._recheck = recheck if size is None else None
        self._retries = retries or DEFAULT_RETRIES

    @property
    def size(self) -> int:
        """Length of the file in bytes; one ``info``, once."""
        if self._size is None:
            self._look()
        return self._size or 0

    def read(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Fetch one wave with one ``cat_ranges``, and what failed with more of them."""
        wave = Wave(clip(ranges, self.size))
        with naming(self.name, wave.missing):
            self._retries.run(lambda: self._fetch(wave))
        if wave.asked and self._due():
            self._look()
        return wave.buffers()

    async def read_async(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Fetch one wave on the loop of the file system, or in a thread."""
        if not getattr(self._fs, "asynchronous", False):
            return await in_thread(self.read, ranges)
        if self._size is None:
            await self._look_async()
        wave = Wave(clip(ranges, self._size or 0))
        with naming(self.name, wave.missing):
            await self._retries.run_async(lambda: self._fetch_async(wave))
        if wave.asked and self._due():
            await self._look_async()
        return wave.buffers()

    def close(self) -> None:
        """Do nothing: the file system belongs to the caller."""

    def _fetch(self, wave: Wave) -> None:
        if wave.missing:
            with _judging():
                found = self._fs.cat_ranges(**self._query(wave.missing))
            wave.settle(_outcomes(wave.missing, found))

    async def _fetch_async(self, wave: Wave) -> None:
        if wave.missing:
            with _judging():
                found = await self._fs._cat_ranges(**self._query(wave.missing))
            wave.settle(_outcomes(wave.missing, found))

    def _query(self, wanted: list[Range]) -> dict[str, Any]:
        starts, ends = [start for start, _ in wanted], [stop for _, stop in wanted]
        paths = [self._path] * len(wanted)
        # Errors come back in the place of their range, which can then be named.
        return {"paths": paths, "starts": starts, "ends": ends, "on_error": "return"}

    # -- which version of the file it is

    def _due(self) -> bool:
        return self._recheck is not None and time.monotonic() - self._looked >= self._recheck

    def _look(self) -> None:
        def attempt() -> dict[str, Any]:
            with _judging():
                self._forget()
                return dict(self._fs.info(self._path))

        with naming(self.name, []):
            self._accept(self._retries.run(attempt))

    async def _look_async(self) -> None:
        async def attempt() -> dict[str, Any]:
            with _judging():
                self._forget()
                return dict(await self._fs._info(self._path))

        with naming(self.name, []):
            self._accept(await self._retries.run_async(attempt))

    def _forget(self) -> None:
        """Make the file system look again, and not into its cache."""
        if self._version is not None and hasattr(self._fs, "invalidate_cache"):
            self._fs.invalidate_cache(self._path)

    def _accept(self, info: dict[str, Any]) -> None:
        if info.get("type") == "directory":
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), info.get("name"))
        if info.get("size") is None:
            raise Refusal("the file system does not know it")
        version = version_of(info)
        difference = self._version.differs(version) if self._version else None
        if difference:
            raise SourceError(f"{self.name}: the file changed while it was read: {difference}")
        self._version, self._size, self._looked = version, version.size, time.monotonic()


def _outcomes(wanted: Sequence[Range], found: Sequence[Any]) -> list[Buffer | Refusal]:
    """What ``cat_ranges`` gave for each range that it was asked for."""
    outcomes: list[Buffer | Refusal] = []
    for (start, stop), buffer in zip(wanted, found, strict=True):
        if isinstance(buffer, FileNotFoundError):
            raise buffer
        if isinstance(buffer, BaseException):
            outcomes.append(_judged(buffer))
        elif len(buffer) != stop - start:
            outcomes.append(Transient(f"{len(buffer)} bytes came; did it change?"))
        else:
            outcomes.append(buffer)
    return outcomes


@contextmanager
def _judging() -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, IsADirectoryError) as error:
        if isinstance(judged := _judged(error), Transient):
            raise judged from error
        raise
    except Exception as error:
        raise _judged(error) from error


def _judged(error: BaseException) -> Refusal:
    """Tell a failure that may pass from one that stays."""
    # The HTTP file system of fsspec takes any failure to look for a missing file.
    status = getattr(error, "status", None) or getattr(error.__cause__, "status", None)
    if isinstance(status, int):
        hopeless = 400 <= status < 500 and status not in _BUSY_STATUS
    else:
        hopeless = isinstance(error, _HOPELESS)
    return (Refusal if hopeless else Transient)(error)


def _name_of(fs: Any, path: str) -> str:
    full = getattr(fs, "unstrip_protocol", None)
    name = str(full(path)) if callable(full) else path
    return name.partition("?")[0]  # a signed query has no place in messages
