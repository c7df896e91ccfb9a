"""A file that is opened when it is first needed, and the other files that it names."""

from __future__ import annotations

import warnings

from ..errors import FileStateWarning
from ..limits import Limits
from ..session import External, Session
from ..source import BlockCache, FileSet, Source
from ..walk.reader import Reader

__all__ = ["LazySession", "in_blocks"]


class LazySession(Session):
    """A session that reads nothing before :meth:`open`; the rest is as in :class:`Session`.

    `block` is the number of bytes of the blocks that a remote file is read in;
    None: the default of :class:`BlockCache`.
    """

    def __init__(
        self,
        source: Source,
        limits: Limits,
        external: External | None = None,
        block: int | None = None,
    ) -> None:
        cached = in_blocks(source, block)
        self._set(FileSet(cached), 0, cached, limits)
        self.origin = None
        self._permit(external)

    async def open(self) -> Reader:
        """Find the superblock; a walk.

        Warns
        -----
        FileStateWarning
            The file is flagged as open for writing, or is longer or shorter than it says.
        """
        self.reader, self.superblock = await self._open_file()
        for state in self.state():
            warnings.warn(state, FileStateWarning, stacklevel=2)
        return self.reader


def in_blocks(source: Source, block: int | None) -> Source:
    """Put a source that is not in memory behind a cache of blocks of so many bytes.

    One that is such a cache stays as it is.
    """
    if source.resident is not None or isinstance(source, BlockCache):
        return source
    return BlockCache(source) if block is None else BlockCache(source, block=block)
