"""The references of one file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ..limits import DEFAULT_LIMITS, Limits
from ..session import External, whole
from ..source import open_source, run
from .array_references import References
from .collector import Collector
from .forms import check_cut, form_of
from .hierarchy import Hierarchy, Settings
from .members import members_of
from .opening import LazySession

__all__ = ["EMBED_THRESHOLD", "INLINE_THRESHOLD", "References", "references", "url_of"]

INLINE_THRESHOLD = 500
EMBED_THRESHOLD = 1 << 20


def references(
    target: Any,
    *,
    url: str | None = None,
    group: str = "/",
    zarr_format: int = 2,
    inline_threshold: int = INLINE_THRESHOLD,
    embed_threshold: int = EMBED_THRESHOLD,
    max_chunksize: int | None = None,
    storage_options: Mapping[str, Any] | None = None,
    limits: Limits = DEFAULT_LIMITS,
    external: External | None = None,
    own_codecs: bool = False,
) -> References:
    """Return where all chunks of a file lie.

    Parameters
    ----------
    target
        What ``purehdf.File`` takes.
    url : str, optional
        Where others find the file; by default what `target` says.  The other members of a
        family, split or multi file are beside it.
    group : str
        Path of the group that becomes the root.
    zarr_format : {2, 3}
        Version of the Zarr format of the metadata.
    inline_threshold : int
        Chunks of fewer bytes are inlined; 0: none but those that must be.
    embed_threshold : int
        Chunks that Zarr cannot decode from a range of bytes are inlined where those of
        their array have at most so many bytes together, as plain elements; otherwise the
        array is left out.
    max_chunksize : int or None
        A contiguous dataset is cut into chunks of at most so many bytes; None: not at all.
    storage_options, limits, external
        As ``HDF5Store`` takes them; what lies in other files is inlined.
    own_codecs : bool
        Whether the metadata may name the codecs ``purehdf.*``: fewer chunks must be inlined,
        but reading them takes purehdf, installed.

    Raises
    ------
    ValueError
        A wrong `zarr_format` or `max_chunksize`, or no `url` for a target without one, or one
        that does not end in the name of a file with members.
    """
    form = form_of(zarr_format)
    check_cut(max_chunksize)
    url = url_of(target) if url is None else url
    source = whole(open_source(target, storage_options=storage_options), limits)
    session = LazySession(source, limits, external)
    try:
        members = members_of(source, url)
        settings = Settings(group, max_chunksize, form, limits, own_codecs)
        hierarchy = Hierarchy(settings, source.resident, session)
        collector = Collector(hierarchy, source, inline_threshold, embed_threshold, members)
        groups, arrays, report = run(collector.everything(), session.files)
    finally:
        session.files.close()
    return References(url, zarr_format, groups, arrays, report, members)


def url_of(target: Any) -> str:
    """Return the path or URL by which a target is known.

    Raises
    ------
    ValueError
        It has none.
    """
    if isinstance(target, str | os.PathLike) and not hasattr(target, "fs"):
        return os.fsdecode(os.fspath(target))
    fs, path = getattr(target, "fs", None), getattr(target, "path", None)
    if fs is None or not isinstance(path, str):
        raise ValueError("url= says where others find the file: the target does not")
    found: str = fs.unstrip_protocol(path)
    return found
