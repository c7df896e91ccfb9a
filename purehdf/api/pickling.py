"""Pickling: an object goes as the way to open it again, a path or URL and its own path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from ..session import Origin, Session

if TYPE_CHECKING:
    from .file import File

__all__ = ["reopening"]

# Objects that were pickled together have one Origin, and so share one file again.
_FILES: WeakKeyDictionary[Origin, File] = WeakKeyDictionary()


def reopening(session: Session, path: str | None) -> tuple[Any, ...]:
    """What ``__reduce__`` returns for the object at `path`, None for the file itself.

    Raises TypeError for what could not be found again.
    """
    if session.origin is None:
        raise TypeError(
            f"an HDF5 file opened from {session.name} cannot be pickled: only one that was "
            "opened by its path or URL can"
        )
    if path == "":
        raise TypeError("an object that no path leads to cannot be pickled")
    return _open, (session.origin, path)


def _open(origin: Origin, path: str | None) -> Any:
    file = _FILES.get(origin)
    if file is None:
        from .file import File

        file = _FILES[origin] = File(
            origin.target,
            storage_options=origin.storage_options,
            limits=origin.limits,
            external=origin.external,
        )
    return file if path is None else file[path]
