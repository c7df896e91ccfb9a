"""Names of HDF5 links that cannot be names of Zarr nodes."""

from __future__ import annotations

__all__ = ["unusable"]

_DOCUMENTS = {"zarr.json", ".zarray", ".zgroup", ".zattrs", ".zmetadata"}


def unusable(name: str) -> str:
    """Return why `name` cannot be the name of a node; empty if it can."""
    if name in ("", ".", ".."):
        return f"zarr-python takes the name {name!r} for a step in a path"
    if "\\" in name or "/" in name:
        return f"zarr-python takes the name {name!r} for a path of several names"
    if name in _DOCUMENTS:
        return f"{name!r} is the name of a metadata document"
    return ""
