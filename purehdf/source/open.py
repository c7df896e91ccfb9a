"""Whatever a user may call a file, as a source."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Mapping
from typing import Any

from ..errors import SourceError
from .local import BytesSource, open_path
from .protocol import Source
from .stream import FileObjectSource

__all__ = ["open_source"]

# Two letters at least, so that "C:\..." is a path; "simplecache::s3://..." is fsspec's chain.
_URL = re.compile(r"((?:[A-Za-z][\w+.-]+::)*[A-Za-z][\w+.-]+)://", re.ASCII)


def open_source(target: Any, *, storage_options: Mapping[str, Any] | None = None) -> Source:
    """Open ``target`` for reading.

    ============================================  ==========================================
    ``target``                                    read through
    ============================================  ==========================================
    path (``str`` or ``os.PathLike``), file://    memory map
    path with a ``%d`` (``"data-%05d.h5"``)       the members of a family, one after the other
    ``bytes``, ``bytearray``, ``memoryview``      itself: the content of a file, not its name
    http://, https://                             HTTP range requests of the standard library
    the same with ``storage_options``             fsspec
    any other scheme://                           fsspec
    fsspec ``OpenFile`` or open file              its file system, whole waves at a time
    seekable binary file object                   ``seek`` and ``read``
    a :class:`~purehdf.source.Source`             itself
    ============================================  ==========================================

    A local file is opened at once; a remote one is first looked at when it is read.

    Raises
    ------
    FileNotFoundError, IsADirectoryError, PermissionError
        As ``open`` raises them.
    SourceError
        A URL needs a package that is not installed (``pip install purehdf[remote]``), or a
        file object cannot seek.
    TypeError
        ``target`` is none of these, or a file opened in text mode.
    ValueError
        ``storage_options`` for what is no URL.
    """
    url = _URL.match(target) if isinstance(target, str) else None
    if url is not None:
        return _open_url(url[1].lower(), str(target), storage_options or {})
    if storage_options:
        raise ValueError("storage_options are for URLs")
    # An OpenFile is a PathLike as well, and a BytesIO of fsspec is a file of it: the order counts.
    for attempt in (_as_source, _as_bytes, _as_fsspec, _as_path):
        source = attempt(target)
        if source is not None:
            return source
    if not hasattr(target, "read"):
        raise TypeError(f"not a path, URL, bytes or binary file object: {type(target).__name__}")
    return FileObjectSource(target)


def _open_url(scheme: str, url: str, options: Mapping[str, Any]) -> Source:
    if scheme == "file" and not options:
        from urllib.parse import urlsplit
        from urllib.request import url2pathname

        return open_path(url2pathname(urlsplit(url).path))
    if scheme in ("http", "https") and not options:
        from .http import HTTPSource  # late: brings ssl, email and more

        return HTTPSource(url)
    try:
        from fsspec.core import url_to_fs

        fs, path = url_to_fs(url, **_with_connections(scheme, options))
    except ImportError as error:
        raise SourceError(
            f"{scheme}:// needs a package that is not installed ({error}): "
            "pip install purehdf[remote]"
        ) from error
    except ValueError as error:
        raise SourceError(f"{scheme}:// cannot be opened: {error}") from error
    return _from_fsspec(fs, path)


def _with_connections(scheme: str, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Let s3fs have more connections than its ten, where the caller does not say how many."""
    if scheme not in ("s3", "s3a"):
        return options
    from .parallel import CONNECTIONS

    config = {"max_pool_connections": CONNECTIONS, **(options.get("config_kwargs") or {})}
    return {**options, "config_kwargs": config}


def _as_source(target: Any) -> Source | None:
    source: Source | None = target if hasattr(type(target), "read_async") else None
    return source


def _as_bytes(target: Any) -> Source | None:
    if isinstance(target, (bytes, bytearray, memoryview)):
        return BytesSource(target)
    if type(target) is io.BytesIO:
        return BytesSource(target.getvalue(), "<BytesIO>")  # shared, not copied, where it can be
    return None


def _as_fsspec(target: Any) -> Source | None:
    fs, path = getattr(target, "fs", None), getattr(target, "path", None)
    if not (hasattr(fs, "cat_ranges") and isinstance(path, str)):
        return None
    if getattr(target, "compression", None) is not None:
        # The file system has the compressed bytes; the open file has the others.
        if hasattr(target, "read"):
            return FileObjectSource(target, path)
        return FileObjectSource(target.open(), path, owned=True)
    return _from_fsspec(fs, path)


def _from_fsspec(fs: Any, path: str) -> Source:
    protocol = getattr(fs, "protocol", ())
    if "file" in ((protocol,) if isinstance(protocol, str) else protocol):
        return open_path(path)
    from .adapters import FsspecSource

    return FsspecSource(fs, path)


def _as_path(target: Any) -> Source | None:
    if not isinstance(target, (str, os.PathLike)):
        return None
    path = os.fspath(target)
    if "%" in os.fsdecode(path):
        from .members import is_pattern, open_family

        if is_pattern(path):
            return open_family(path)
    return open_path(target)
