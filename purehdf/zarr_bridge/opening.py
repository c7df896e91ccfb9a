"""A file that is opened when it is first needed, and the other files that it names."""

from __future__ import annotations

import os

from ..limits import Limits
from ..session import External, Session
from ..source import BlockCache, FileSet, Source
from ..walk.reader import Reader

__all__ = ["LazySession"]


class LazySession(Session):
    """A session that reads nothing before :meth:`open`; the rest is as in :class:`Session`.

    `block` is the number of bytes of the blocks that a remote file is read in; None: the
    default of :class:`BlockCache`.
    """

    def __init__(
        self,
        source: Source,
        limits: Limits,
        external: External | None = None,
        block: int | None = None,
    ) -> None:
        if source.resident is None:
            source = BlockCache(source) if block is None else BlockCache(source, block=block)
        self._set(FileSet(source), 0, source, limits)
        self.origin = None
        self.external = external or ("none" if self.folder is None else "folder")
        self._others = {}
        if self.folder is not None:
            self._others[os.path.realpath(self.name)] = self

    async def open(self) -> Reader:
        """Find the superblock; a walk."""
        self.reader, self.superblock = await self._open_file()
        return self.reader
