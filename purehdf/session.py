"""An opened file: its bytes, its reader, and the driver that runs walks over them.

Both the h5py-like interface and whoever else opens files stand on it.  It also decides
which other files a file may make us open.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import AbstractContextManager
from copy import copy
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeVar

from .errors import ExternalAccessError, LimitError, MissingFileError, PureHDFError
from .format.context import Context
from .format.superblock import Superblock
from .limits import Limits
from .source import (
    FileObjectSource,
    FileSet,
    Source,
    folder_of,
    open_source,
    run,
    run_async,
)
from .walk.extension import page_size
from .walk.members import find_members
from .walk.paths import all_paths
from .walk.reader import Reader
from .walk.superblock import open_file

if TYPE_CHECKING:
    from .source import BlockCache, IOStats

__all__ = ["External", "Origin", "Progress", "Session", "whole"]

T = TypeVar("T")
External = Literal["folder", "none", "any"] | Callable[[str], str | None]
Progress = Callable[["IOStats"], object]

_OPEN_FILES = 256  # files that one file may make us open
_WRITING, _SWMR = 1, 4  # file consistency flags


class Origin:
    """A path or URL, and how it was opened: all that it takes to open it again."""

    def __init__(
        self,
        target: str,
        storage_options: Mapping[str, Any] | None,
        limits: Limits,
        external: External | None,
    ) -> None:
        self.target = target
        self.storage_options = storage_options
        self.limits = limits
        self.external = external


class Session:
    """What all objects of one opened file share; an ``Opener`` for its walkers.

    A source that is not in memory is put behind a cache of blocks, so that structures
    which lie together cost one round trip.

    Parameters
    ----------
    source : Source
        The bytes of the file.
    limits : Limits
        Budgets for what the file may make the reader do.
    external : {"folder", "none", "any"} or callable, optional
        Which other files may be opened for external links, external storage and virtual
        datasets: those inside the file's own folder (the default for a local file), none
        (the default for all else), or any.  A callable is given each name and returns the
        path to open, or None.
    origin : Origin, optional
        How to open the file again, where that is possible.
    progress : callable, optional
        Called with the cost so far after each wave of requests for this file.
    """

    def __init__(
        self,
        source: Source,
        limits: Limits,
        external: External | None = None,
        origin: Origin | None = None,
        progress: Progress | None = None,
    ) -> None:
        self._begin(source, limits, external, origin, progress)
        self.reader, self.superblock = run(self._open_file(), self.files)

    @classmethod
    async def open_async(
        cls,
        source: Source,
        limits: Limits,
        external: External | None = None,
        origin: Origin | None = None,
        progress: Progress | None = None,
    ) -> Session:
        """Open a file as the constructor does, without blocking the event loop."""
        session = cls.__new__(cls)
        session._begin(source, limits, external, origin, progress)
        session.reader, session.superblock = await run_async(session._open_file(), session.files)
        return session

    def _begin(
        self,
        source: Source,
        limits: Limits,
        external: External | None,
        origin: Origin | None,
        progress: Progress | None,
    ) -> None:
        cached = _cached(source)
        self._set(FileSet(cached), 0, cached, limits)
        if progress is not None and self._cache is not None:
            self._cache.progress = progress
        self.origin = origin
        self._permit(external)

    def _permit(self, external: External | None) -> None:
        """Say which other files may be opened; none of them is yet."""
        self.external: External = external or ("none" if self.folder is None else "folder")
        self._others: dict[str, Session] = {}
        self._raw: dict[str, Reader] = {}
        if self.folder is not None:
            self._others[os.path.realpath(self.name)] = self

    def _set(self, files: FileSet, shift: int, source: Source, limits: Limits) -> None:
        self.files = files
        self.limits = limits
        self._cache = _block_cache(source)
        source = source if self._cache is None else self._cache.source
        self.name = source.name  # the path or URL, or what else it was opened from
        self.folder = folder_of(source)
        self._allowed = os.path.realpath(self.folder or "")  # where others may lie, by default
        self.closed = False
        # A file object is asked for its size by each first read; others may need a request.
        known = source.resident is not None or isinstance(source, FileObjectSource)
        self.size = source.size if known else None
        self._shift = shift
        self._resident = source.resident
        self._paths: dict[int, str] | None = None

    reader: Reader
    superblock: Superblock
    origin: Origin | None
    size: int | None  # of the file in bytes, None where that may cost a request

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "this object of an HDF5 file cannot be pickled: File, Group, Dataset and Datatype can"
        )

    async def _open_file(self) -> tuple[Reader, Superblock]:
        reader, superblock = await open_file(
            self._resident, limits=self.limits, opener=self, shift=self._shift
        )
        if self._cache is not None:
            reader.at_hand = self._cache.at_hand
            self._cache.use_pages(await page_size(reader))
        return reader, superblock

    def io_stats(self) -> IOStats:
        """What reading this file has cost so far; see :class:`purehdf.source.IOStats`."""
        from .source import IOStats

        return IOStats() if self._cache is None else copy(self._cache.stats)

    @property
    def root_address(self) -> int:
        """Address of the root group's object header."""
        return self.reader.root_address

    @property
    def base_address(self) -> int:
        """File offset of the superblock, which addresses are relative to."""
        return self.reader.base_address

    @property
    def is_written(self) -> bool:
        """Whether the file says that it is open for writing."""
        superblock = self.superblock
        return superblock.version >= 2 and bool(superblock.file_consistency_flags & _WRITING)

    def state(self) -> Iterator[str]:
        """What a reader should know of the file: that it is being written, or its length."""
        superblock, end = self.superblock, self.superblock.end_of_file_address
        if self.is_written:
            swmr = " (SWMR)" if superblock.file_consistency_flags & _SWMR else ""
            yield (
                f"{self.name} is flagged as open for writing{swmr}: it is being written, or its "
                "writer ended without closing it, and parts may be missing or change; if nobody "
                "writes it, `h5clear -s` removes the flag"
            )
        if end is None or self.size is None:
            return
        # A user block that was put before the file shifts all of it.
        end += self.base_address - (superblock.base_address or 0)
        if self.size < end:
            yield (
                f"{self.name} is cut off: it should have {end} bytes and has {self.size}; "
                "what lies behind its end cannot be read, so look for a complete copy"
            )
        elif self.size > end:
            yield (
                f"{self.name} goes on behind its end: {self.size - end} bytes follow its {end} "
                "and are ignored; something was appended to it, or its writer did not close it"
            )

    # -- walks

    def run(self, walk: Coroutine[Any, Any, T], path: str | None = None) -> T:
        """Run a walk to its end; an error learns the `path` of the object it is about."""
        if self.closed:
            walk.close()
            raise ValueError("the file is closed")
        try:
            return run(walk, self.files)
        except PureHDFError as error:
            raise error.locate(path=path) from error.__cause__

    def errors(self, path: str | None) -> AbstractContextManager[None]:
        """Tell errors the path of the object that they are about."""
        return _Located(path)

    def path_of(self, address: int) -> str | None:
        """A path to the object at `address`, or None; the first call looks at all groups."""
        if self._paths is None:
            self._paths = self.run(all_paths(self.reader, self.root_address))
        return self._paths.get(address)

    def close(self) -> None:
        """Close the file, and those that it made us open."""
        if not self.closed:
            self.closed = True
            self.reader.chunks.clear()
            self.files.close()

    # -- other files

    async def open_hdf5(self, name: str) -> Reader:
        """Return a reader of another HDF5 file; see :class:`purehdf.walk.opener.Opener`."""
        path = self._permitted(name)
        session = self._others.get(path)
        if session is None:
            # Of threads that open it at the same time the first one wins.
            session = self._others.setdefault(path, await self._open_session(path))
        return session.reader

    async def _open_session(self, path: str) -> Session:
        source, shift = self._add(path)
        other = Session.__new__(Session)
        other._set(self.files, shift, source, self.limits)
        other.external, other._others, other._raw = self.external, self._others, self._raw
        other._allowed = self._allowed
        other.origin = self.origin and Origin(path, None, self.origin.limits, self.origin.external)
        other.reader, other.superblock = await other._open_file()
        other.reader.chunks = self.reader.chunks  # one budget for all of them
        return other

    async def open_raw(self, name: str) -> Reader:
        """Return a reader of the bytes of another file."""
        path = self._permitted(name)
        reader = self._raw.get(path)
        if reader is None:
            source, shift = self._add(path)
            fresh = Reader(Context(), resident=source.resident, limits=self.limits, shift=shift)
            reader = self._raw.setdefault(path, fresh)
        return reader

    def _add(self, path: str) -> tuple[Source, int]:
        if len(self._others) + len(self._raw) >= _OPEN_FILES:
            raise LimitError("too many other files", expected=f"at most {_OPEN_FILES}", found=path)
        source = _cached(whole(open_source(path), self.limits))
        return source, self.files.add(source)

    def _permitted(self, name: str) -> str:
        """The real path of file `name`, if the caller lets us open it."""
        if callable(self.external):
            found = self.external(name)
            if found is None:
                raise _refused(name, "the caller's function refuses it")
            return os.path.realpath(found)
        if self.external == "none" or self.folder is None:
            raise _refused(name, "no other files are opened for this one")
        allowed = None if self.external == "any" else self._allowed
        return _find(name, os.path.realpath(self.folder), allowed)


class _Located(AbstractContextManager[None]):
    """Tells errors the `path` of the object that they are about."""

    def __init__(self, path: str | None) -> None:
        self._path = path

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, PureHDFError):
            error.locate(path=self._path)


def whole(source: Source, limits: Limits) -> Source:
    """Join a family, split or multi file of which `source` is the first member, a local file.

    Any other source comes back as it is.
    """
    if folder_of(source) is None:
        return source
    members = run(find_members(source.resident, source.size, limits=limits), source)
    if members is None:
        return source
    from .source import with_members

    return with_members(source, members)


def _cached(source: Source) -> Source:
    if source.resident is not None or _block_cache(source) is not None:
        return source
    from .source import BlockCache

    return BlockCache(source)


def _block_cache(source: Source) -> BlockCache | None:
    """The source, if it is a cache of blocks: one in memory never is."""
    if source.resident is not None:
        return None
    from .source import BlockCache

    return source if isinstance(source, BlockCache) else None


def _find(name: str, folder: str, allowed: str | None) -> str:
    """Look for a file as libhdf5 does: an absolute name that leads nowhere, in `folder` too.

    It must lie below `allowed`, unless that is None.
    """
    if "\0" in name:
        raise _refused(name, "it is not a file name")
    outside = False
    last = os.path.basename(name) if os.path.isabs(name) else name
    for candidate in (os.path.join(folder, name), os.path.join(folder, last)):
        path = os.path.realpath(candidate)
        inside = allowed is None or os.path.commonpath([allowed, path]) == allowed
        if inside and os.path.isfile(path):
            return path
        outside = outside or not inside
    if outside:
        raise _refused(name, f"it is not inside {allowed}")
    raise MissingFileError(
        f"the file names another file, {name!r}, which is not there: put it beside this one, or "
        "say where it lies with a function, File(..., external=lambda name: path)"
    )


def _refused(name: str, why: str) -> ExternalAccessError:
    return ExternalAccessError(
        f"the file names another file, {name!r}, which is not opened: {why}; "
        "File(..., external='any'), or a function in its place, permits it"
    )
