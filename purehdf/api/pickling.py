"""Pickling: an object goes as the way to open it again, a path or URL and its own path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..session import Origin, Session

if TYPE_CHECKING:
    from .file import File

__all__ = ["Reopened", "reopening"]


class Reopened:
    """A file that is opened when its first object is unpickled, and shared by all of them."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self._file: File | None = None

    @property
    def file(self) -> File:
        """The file."""
        if self._file is None:
            from .file import File

            origin = self.origin
            self._file = File(
                origin.target,
                storage_options=origin.storage_options,
                limits=origin.limits,
                external=origin.external,
            )
        return self._file

    def __reduce__(self) -> tuple[Any, ...]:
        return Reopened, (self.origin,)


def reopening(session: Session, path: str) -> tuple[Any, ...]:
    """What ``__reduce__`` returns for the object at `path`; TypeError if it cannot be found again."""
    if session.reopened is None:
        raise TypeError(
            f"an HDF5 file opened from {session.name} cannot be pickled: only one that was "
            "opened by its path or URL can"
        )
    if not path:
        raise TypeError("an object that no path leads to cannot be pickled")
    return _open, (session.reopened, path)


def _open(reopened: Reopened, path: str) -> Any:
    return reopened.file if path == "/" else reopened.file[path]
