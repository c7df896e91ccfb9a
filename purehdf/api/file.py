"""``File``: where users begin."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from ..limits import DEFAULT_LIMITS, Limits
from ..session import External, Session
from ..source import open_source
from ..walk.headers import object_header
from .group import Group

__all__ = ["File"]


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

    Opening reads the superblock and the header of the root group, nothing more.

    Raises
    ------
    SignatureError
        The target is not an HDF5 file.
    """

    def __init__(
        self,
        target: Any,
        mode: str = "r",
        *,
        storage_options: Mapping[str, Any] | None = None,
        limits: Limits = DEFAULT_LIMITS,
        external: External | None = None,
    ) -> None:
        if mode != "r":
            raise ValueError(f"purehdf reads only: mode must be 'r', not {mode!r}")
        source = open_source(target, storage_options=storage_options)
        try:
            session = Session(source, limits, external)
            walk = object_header(session.reader, session.root_address)
            super().__init__(session, session.run(walk, "/"), "/")
        except BaseException:
            source.close()
            raise

    @classmethod
    def _of(cls, session: Session) -> File:
        """The file of a session that is open already."""
        file = cls.__new__(cls)
        walk = object_header(session.reader, session.root_address)
        Group.__init__(file, session, session.run(walk, "/"), "/")
        return file

    @property
    def filename(self) -> str:
        """The path or URL, or a description of what else was opened."""
        return self._session.name

    @property
    def mode(self) -> str:
        """Always "r"."""
        return "r"

    @property
    def userblock_size(self) -> int:
        """Bytes before the superblock, which belong to the user."""
        return self._session.base_address

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
