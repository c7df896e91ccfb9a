"""``File``: where users begin."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ..errors import FileStateWarning, PureHDFError
from ..limits import DEFAULT_LIMITS, Limits
from ..session import External, Origin, Progress, Session, whole
from ..source import Source, folder_of, open_source
from ..walk.headers import object_header
from ..walk.reader import Reader
from .group import Group
from .pickling import reopening

if TYPE_CHECKING:
    from ..data.problems import Mismatches
    from ..data.problems import Progress as PathProgress
    from ..data.targets import ExternalFile
    from ..source import IOStats

__all__ = ["File"]

# Options of h5py.File that say how libhdf5 works, not what is read.
_TUNING = {
    *("driver", "libver", "swmr", "locking", "track_order"),
    *("rdcc_nslots", "rdcc_w0"),
    *("page_buf_size", "min_meta_keep", "min_raw_keep", "meta_block_size"),
    *("alignment_threshold", "alignment_interval"),
    *("backing_store", "block_size", "memb_size"),
}


class File(Group):
    """An HDF5 file, opened for reading; it is also its root group.

    Parameters
    ----------
    target
        A path, the bytes of a file, a seekable binary file object, an fsspec file, or a
        URL (``https://...``; others, such as ``s3://...``, with ``purehdf[remote]``).
    mode : {"r"}
        For the sake of code written for h5py.
    storage_options : mapping, optional
        Passed to fsspec together with a URL.
    limits : Limits, optional
        Budgets for what the file may make the reader do.
    external : {"folder", "none", "any"} or callable, optional
        Which other files may be opened for external links, external storage and virtual
        datasets: those inside the file's own folder (the default for a path), none (the
        default for all else), or any.  A function is given each name, and returns the path
        to open or None.
    rdcc_nbytes : int, optional
        Size in bytes of the cache for decoded chunks that a read used in part; by default
        8 MiB (``limits.chunk_cache_bytes``), and 0 switches it off.
    verify_checksums : bool, optional
        False reads on where a checksum of metadata or of a chunk differs, instead of
        raising ChecksumError; what comes then is as good as the damaged bytes.
    progress : callable, optional
        Called with what reading has cost so far, as :meth:`io_stats` tells it, after each wave
        of requests; what it raises ends the read.  Never called for a file in memory or mapped
        into it.
    **tuning
        How h5py is to open and cache a file (``driver``, ``libver``, ``swmr``, ``locking``,
        ``rdcc_nslots`` and the like): taken, and of no meaning here.

    Opening reads the superblock and the header of the root group, nothing more.

    Raises
    ------
    SignatureError
        The target is not an HDF5 file.

    Warns
    -----
    FileStateWarning
        The file is flagged as open for writing, or is longer or shorter than it says.
    """

    def __init__(
        self,
        target: Any,
        mode: str = "r",
        *,
        storage_options: Mapping[str, Any] | None = None,
        limits: Limits = DEFAULT_LIMITS,
        external: External | None = None,
        rdcc_nbytes: int | None = None,
        verify_checksums: bool = True,
        progress: Progress | None = None,
        **tuning: Any,
    ) -> None:
        if mode != "r":
            raise ValueError(f"purehdf reads only: mode must be 'r', not {mode!r}")
        if unknown := tuning.keys() - _TUNING:
            raise TypeError(f"File() has no option {min(unknown)!r}")
        if not verify_checksums:
            limits = limits._replace(verify_checksums=False)
        if rdcc_nbytes is not None:
            limits = limits._replace(chunk_cache_bytes=rdcc_nbytes)
        source = open_source(target, storage_options=storage_options)
        try:
            source = whole(source, limits)
            origin = _origin(target, source, storage_options, limits, external)
            session = Session(source, limits, external, origin, progress)
            walk = object_header(session.reader, session.root_address)
            super().__init__(session, session.run(walk, "/"), "/")
        except BaseException:
            source.close()
            raise
        for state in session.state():
            warnings.warn(state, FileStateWarning, stacklevel=2)

    @classmethod
    def _of(cls, session: Session) -> File:
        """The file of a session that is open already."""
        file = cls.__new__(cls)
        walk = object_header(session.reader, session.root_address)
        Group.__init__(file, session, session.run(walk, "/"), "/")
        return file

    def __reduce__(self) -> tuple[Any, ...]:
        return reopening(self._session, None)

    @property
    def filename(self) -> str:
        """The path or URL, or a description of what else was opened."""
        return self._session.name

    @property
    def mode(self) -> str:
        """Always "r"."""
        return "r"

    @property
    def driver(self) -> str:
        """What h5py calls the driver for such a target: "sec2" for a path, else "fileobj"."""
        return "fileobj" if self._session.folder is None else "sec2"

    @property
    def swmr_mode(self) -> bool:
        """Always False: what a writer adds is not seen before the file is opened again."""
        return False

    @property
    def userblock_size(self) -> int:
        """Bytes before the superblock, which belong to the user."""
        return self._session.base_address

    def externals(self) -> list[ExternalFile]:
        """All other files that the file names, without opening any of them.

        Those are the targets of external links, files of raw data, and sources of virtual
        datasets; see :class:`purehdf.ExternalFile`.
        """
        from ..data.targets import external_targets

        session = self._session
        return session.run(external_targets(session.reader, session.root_address))

    def problems(self, progress: PathProgress | None = None) -> list[PureHDFError]:
        """Walk over all of the file's metadata and list what cannot be read; nothing is raised.

        Elements are not read, but whether the file ends before they do is checked for a
        local file.  Of a file that was opened with ``verify_checksums=False``, the checksums
        of metadata that differ are listed too.

        Parameters
        ----------
        progress : callable, optional
            Called with the path of each object once it has been looked at.
        """
        from ..data.problems import find_problems

        session, reader = self._session, self._session.reader

        def make_reader(mismatches: Mismatches) -> Reader:
            tracer = None if session.limits.verify_checksums else mismatches
            return reader.another(tracer)

        walk = find_problems(make_reader, session.root_address, reader.extension_address, progress)
        return session.run(walk)

    def io_stats(self) -> IOStats:
        """What reading has cost so far: round trips, requests, bytes, answers from the cache.

        All are 0 for a file that is in memory or mapped into it.  May be called from another
        thread while something is read; ``File(..., progress=)`` is told by itself.
        """
        return self._session.io_stats()

    def flush(self) -> None:
        """For code that also writes: nothing waits to be written."""

    def close(self) -> None:
        """Close the file; its objects cannot be read any more."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        if not self:
            return "<Closed HDF5 file>"
        return f'<HDF5 file "{self.filename.rpartition("/")[2]}" (mode r)>'


def _origin(
    target: Any,
    source: Source,
    storage_options: Mapping[str, Any] | None,
    limits: Limits,
    external: External | None,
) -> Origin | None:
    """How to open the file again, where it was opened by a path or a URL."""
    if not isinstance(target, str | os.PathLike) or hasattr(target, "fs"):
        return None  # bytes, a file object, or an OpenFile of fsspec
    again = os.fsdecode(target)
    if folder_of(source) is not None and "://" not in again:
        again = os.path.abspath(again)
    return Origin(again, storage_options, limits, external)
