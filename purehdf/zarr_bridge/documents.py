"""The metadata documents of a file, for whoever writes a Zarr hierarchy; without zarr-python."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..limits import DEFAULT_LIMITS, Limits
from ..session import External, whole
from ..source import open_source, run
from .forms import check_cut, form_of
from .hierarchy import Hierarchy, Settings
from .nodes import ArrayNode, Documents
from .opening import LazySession
from .saved_documents import key_of

__all__ = ["metadata_documents"]


def metadata_documents(
    target: Any,
    *,
    group: str = "/",
    zarr_format: int = 3,
    max_chunksize: int | None = None,
    consolidated: bool = False,
    own_codecs: bool = False,
    storage_options: Mapping[str, Any] | None = None,
    limits: Limits = DEFAULT_LIMITS,
    external: External | None = None,
) -> Documents:
    """Return Zarr's metadata documents of all groups and arrays: key -> JSON.

    The keys are ``"zarr.json"``, ``"temperature/zarr.json"`` in format 3, and ``".zgroup"``,
    ``"temperature/.zarray"``, ``"temperature/.zattrs"`` in format 2.  zarr-python need not be
    installed; where it is, version 3 of the format gets the data types that it knows.

    Parameters
    ----------
    target
        What ``purehdf.File`` takes.
    group : str
        Path of the group that becomes the root.
    zarr_format : {3, 2}
        Version of the Zarr format.
    max_chunksize, storage_options, limits, external
        As ``references`` takes them.
    consolidated : bool
        Whether the root's metadata holds that of all nodes.
    own_codecs : bool
        Whether the metadata may name the codecs ``purehdf.*``.

    Raises
    ------
    ValueError
        A wrong `zarr_format` or `max_chunksize`.
    """
    form = form_of(zarr_format)
    check_cut(max_chunksize)
    source = whole(open_source(target, storage_options=storage_options), limits)
    session = LazySession(source, limits, external)
    settings = Settings(group, max_chunksize, form, limits, own_codecs)
    hierarchy = Hierarchy(settings, source.resident, session)
    try:
        return run(_documents(hierarchy, consolidated=consolidated), session.files)
    finally:
        session.files.close()


async def _documents(hierarchy: Hierarchy, *, consolidated: bool) -> Documents:
    nodes = await hierarchy.everything()
    found = {node.path: node.documents for node in nodes}
    if consolidated and not isinstance(nodes[0], ArrayNode):
        below = {path: documents for path, documents in found.items() if path}
        found[""] = hierarchy.settings.form.consolidated(found[""], below)
    return {
        key_of(path, name): document
        for path, documents in found.items()
        for name, document in documents.items()
    }
