"""A file of which only ranges of bytes are read, and only while it is as long as it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import SourceError, TruncatedError
from ..format.buffer import Buffer
from ..limits import DEFAULT_LIMITS
from ..session import whole
from ..source import open_source, run, run_async
from ..walk.need import Need
from .once import Once
from .opening import in_blocks
from .stored_bytes import stored_bytes

__all__ = ["KnownFile"]


class KnownFile:
    """An HDF5 file whose chunks lie where it was found earlier that they do.

    Parameters
    ----------
    target
        What ``purehdf.File`` takes.
    storage_options : mapping, optional
        Passed to fsspec together with a URL.
    blocksize : int, optional
        A remote file is read, and kept, in blocks of so many bytes; None: each range is a
        request of its own, and nothing else is read.
    """

    def __init__(
        self,
        target: Any,
        storage_options: Mapping[str, Any] | None = None,
        blocksize: int | None = None,
    ) -> None:
        source = whole(open_source(target, storage_options=storage_options), DEFAULT_LIMITS)
        self._source = source if blocksize is None else in_blocks(source, blocksize)
        self.name = source.name
        self._once = Once()
        self._begun = source.resident is not None

    @property
    def is_resident(self) -> bool:
        """Whether the file is in memory."""
        return self._source.resident is not None

    async def read(self, offset: int, size: int, part: slice, length: int | None) -> Buffer:
        """Return a part of the `size` bytes at `offset` of a file that had `length` bytes.

        Raises
        ------
        SourceError
            It has another length now.
        """
        if not self._begun:
            await self._once("begin", self._begin)
        try:
            data = await run_async(stored_bytes(Need, offset, size, part), self._source)
        except TruncatedError:
            self._check(length)
            raise
        self._check(length)  # after reading: by then the length is known, and costs nothing
        return data

    async def _begin(self) -> None:
        """Let the source learn the length of the file once, not in each of many first reads."""
        await self._source.read_async([])
        self._begun = True

    def read_sync(self, offset: int, size: int, part: slice, length: int | None) -> Buffer:
        """Read as :meth:`read` does, blocking."""
        self._check(length)
        return run(stored_bytes(Need, offset, size, part), self._source)

    def _check(self, length: int | None) -> None:
        if length is not None and length != self._source.size:
            raise SourceError(
                f"{self.name} is not the file that was indexed: it had {length} bytes, and has "
                f"{self._source.size}; index it anew"
            )

    def close(self) -> None:
        """Close the file."""
        self._source.close()
