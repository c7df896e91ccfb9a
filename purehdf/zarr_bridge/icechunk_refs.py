"""References in an Icechunk repository, by way of VirtualiZarr."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..extras import naming_extras
from .array_references import References

__all__ = ["write_icechunk"]


def write_icechunk(found: References, path: str | os.PathLike[str]) -> str:
    """Write references of a local file into a new repository; return the snapshot's id.

    Whoever reads it authorises Icechunk to read the folder of the HDF5 file.

    Raises
    ------
    ValueError
        The file is not on the disk: write with ``HDFParser`` and ``to_icechunk``, which
        know its store.
    """
    with naming_extras("to_icechunk"):
        import icechunk
    from obspec_utils.registry import ObjectStoreRegistry
    from obstore.store import LocalStore

    from .virtualizarr import manifest_store

    file = _file(found.url)
    if not all(map(Path.is_file, [_file(m.url) for m in found.members] or [file])):
        raise ValueError(f"{found.url}: an Icechunk repository is made of a file on the disk")
    prefix = f"{file.parent.as_uri()}/"
    container = icechunk.VirtualChunkContainer(
        prefix, icechunk.local_filesystem_store(str(file.parent))
    )
    config = icechunk.RepositoryConfig.default()
    config.set_virtual_chunk_container(container)
    storage = icechunk.local_filesystem_storage(os.fspath(path))
    session = icechunk.Repository.create(storage, config).writable_session("main")
    registry: Any = ObjectStoreRegistry({"file://": LocalStore()})
    members = tuple(m._replace(url=_file(m.url).as_uri()) for m in found.members)
    at_url = replace(found, url=file.as_uri(), members=members)
    tree = manifest_store(at_url, registry).to_virtual_datatree(loadable_variables=[])
    tree.vz.to_icechunk(session.store, validate_containers=False)
    snapshot: str = session.commit(f"references to {file.name}")
    return snapshot


def _file(url: str) -> Path:
    return Path(url.removeprefix("file://")).absolute()
