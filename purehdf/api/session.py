"""An opened file: its bytes, its reader, and the driver that runs walks over them."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from ..errors import FormatError, PureHDFError
from ..format.context import Context
from ..format.superblock import Superblock
from ..limits import Limits
from ..source import BlockCache, Source, run
from ..walk.paths import all_paths
from ..walk.reader import Reader
from ..walk.superblock import find_superblock

__all__ = ["Session"]

T = TypeVar("T")


class Session:
    """What all objects of one opened file share.

    A source that is not in memory is put behind a cache of blocks, so that structures
    which lie together cost one round trip.
    """

    def __init__(self, source: Source, limits: Limits) -> None:
        self.source = source if source.resident is not None else BlockCache(source)
        self.limits = limits
        self.closed = False
        self._paths: dict[int, str] | None = None
        finder = self._reader(Context(), 0)
        self.base_address, self.superblock = self._run(find_superblock(finder))
        self.reader = self._reader(self.superblock.context, self.base_address)
        self.root_address = _root_address(self.superblock)

    def _reader(self, context: Context, base_address: int) -> Reader:
        return Reader(context, base_address, resident=self.source.resident, limits=self.limits)

    def _run(self, walk: Coroutine[Any, Any, T]) -> T:
        return run(walk, self.source)

    def run(self, walk: Coroutine[Any, Any, T], path: str | None = None) -> T:
        """Run a walk to its end; an error learns the `path` of the object it is about."""
        if self.closed:
            walk.close()
            raise ValueError("the file is closed")
        with self.errors(path):
            return self._run(walk)

    @contextmanager
    def errors(self, path: str | None) -> Iterator[None]:
        """Tell errors the path of the object that they are about."""
        try:
            yield
        except PureHDFError as error:
            raise error.locate(path=path) from error.__cause__

    def path_of(self, address: int) -> str | None:
        """A path to the object at `address`, or None; the first call looks at all groups."""
        if self._paths is None:
            self._paths = self.run(all_paths(self.reader, self.root_address))
        return self._paths.get(address)

    def close(self) -> None:
        """Close the file; objects of it cannot be read any more."""
        if not self.closed:
            self.closed = True
            self.source.close()


def _root_address(superblock: Superblock) -> int:
    if superblock.root_address is None:
        raise FormatError(
            "no root group", structure="superblock", section="II.A", field="root group address"
        )
    return superblock.root_address
