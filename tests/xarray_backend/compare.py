"""The same file through h5netcdf and through purehdf."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xarray

from purehdf.xarray_backend import PureHDFBackendEntrypoint as ENGINE

__all__ = ["ENGINE", "assert_same", "assert_same_tree"]


def assert_same(path: Path, **options: Any) -> xarray.Dataset:
    """Check that one group is the same, and return it as purehdf opens it."""
    with (
        xarray.open_dataset(path, engine="h5netcdf", **options) as theirs,
        xarray.open_dataset(path, engine=ENGINE, **options) as ours,
    ):
        _compare(theirs, ours)
        return ours.load()


def assert_same_tree(path: Path, **options: Any) -> xarray.DataTree:
    """Check that a tree of groups is the same, and return it as purehdf opens it."""
    with (
        xarray.open_datatree(path, engine="h5netcdf", **options) as theirs,
        xarray.open_datatree(path, engine=ENGINE, **options) as ours,
    ):
        xarray.testing.assert_identical(theirs, ours)
        for node in theirs.subtree:
            _compare(node.to_dataset(), ours[node.path].to_dataset())
        return ours.load()


def _compare(theirs: xarray.Dataset, ours: xarray.Dataset) -> None:
    xarray.testing.assert_identical(theirs, ours)
    assert theirs.encoding == ours.encoding
    for name, variable in theirs.variables.items():
        other = ours.variables[name]
        assert variable.dtype == other.dtype
        assert variable.chunks == other.chunks
        assert _plain(variable.encoding) == _plain(other.encoding), name


def _plain(encoding: dict[str, Any]) -> dict[str, str]:
    # By repr, so that NaN is NaN; a dtype does not show its metadata.
    metadata = getattr(encoding.get("dtype"), "metadata", None) or {}
    enum = {key: metadata.get(key) for key in ("enum", "enum_name", "vlen")}
    return {key: repr(value) for key, value in (encoding | {"metadata": enum}).items()}
