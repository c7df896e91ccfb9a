"""The ring of bytes: where they come from, and the only loops that wait for them.

The contract:

- A :class:`Source` answers *waves* of ranges of absolute file offsets.  A short answer means
  the end of the file; anything else that goes wrong is raised, with the range.
- Nothing here knows HDF5.  Nothing outside waits: walkers ask, and one of the three drivers
  :func:`run`, :func:`run_async` and :class:`Task` sees to it that they are answered.
- How bytes are fetched (coalescing, rounding to blocks, concurrency, retries) is decided
  here and is composed: a :class:`BlockCache` or a :class:`CountingSource` is a source
  around a source.
- Imports: ``purehdf.errors``, the standard library; fsspec only where a user asks for it.

Read ``protocol`` first, then ``drive``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .coalesce import Part, Span, coalesce, scatter
from .drive import Task, run, run_async
from .file_set import FileSet
from .local import BytesSource, FileSource, MappedSource, folder_of, open_path
from .open import open_source
from .protocol import Asks, Buffer, Range, Source, Walker
from .stream import FileObjectSource

if TYPE_CHECKING:
    from .adapters import FsspecSource
    from .blocks import BlockCache
    from .counting import CountingSource
    from .http import HTTPSource
    from .joined import JoinedSource
    from .members import open_family, with_members
    from .obstore import ObstoreSource
    from .retries import Retries
    from .statistics import IOStats

__all__ = [
    "Asks",
    "BlockCache",
    "Buffer",
    "BytesSource",
    "CountingSource",
    "FileObjectSource",
    "FileSet",
    "FileSource",
    "FsspecSource",
    "HTTPSource",
    "IOStats",
    "JoinedSource",
    "MappedSource",
    "ObstoreSource",
    "Part",
    "Range",
    "Retries",
    "Source",
    "Span",
    "Task",
    "Walker",
    "coalesce",
    "folder_of",
    "open_family",
    "open_path",
    "open_source",
    "run",
    "run_async",
    "scatter",
    "with_members",
]


# Imported when they are first asked for: a local file needs none of them.
_LATE = {
    "BlockCache": ".blocks",
    "CountingSource": ".counting",
    "FsspecSource": ".adapters",
    "HTTPSource": ".http",
    "IOStats": ".statistics",
    "JoinedSource": ".joined",
    "ObstoreSource": ".obstore",
    "Retries": ".retries",
    "open_family": ".members",
    "with_members": ".members",
}


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATE[name], __name__), name)
