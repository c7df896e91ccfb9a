"""References opened by fsspec and zarr alone, and compared with h5py."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import fsspec
import pytest
import zarr
from zarr.storage import FsspecStore

from purehdf.zarr_bridge.chunk_references import References

from .compare import _differences
from .seen_by_h5py import seen_by_h5py

ZARR_WARNS = pytest.mark.filterwarnings(
    "ignore:Numcodecs codecs are not in the Zarr version 3 specification",
    "ignore:The codec `vlen-utf8` is currently not part in the Zarr format 3 specification",
    r"ignore:The data type \(.*\) does not have a Zarr V3 specification",
)
"""zarr warns of format 3's extensions; ``HDF5Store`` silences it, and is not used here."""


class ReferenceStore(FsspecStore):
    """zarr's store over fsspec's reference file system, with what ``compare`` asks for."""

    zarr_format: int
    found: References

    def report(self) -> Any:
        return self.found.report

    async def list_dir(self, prefix: str) -> AsyncIterator[str]:
        """As zarr's, whose 3.1 lists nothing below the root."""
        with suppress(FileNotFoundError):
            for path in await self.fs._ls(prefix.strip("/"), detail=False):
                yield path.rpartition("/")[2]


def open_references(fo: Any, found: References) -> ReferenceStore:
    """The store over references: a dict, or the path of a file or folder."""
    fs = fsspec.filesystem(
        "reference",
        fo=fo if isinstance(fo, dict) else str(fo),
        asynchronous=True,
        skip_instance_cache=True,
        remote_protocol="file",
        remote_options={"asynchronous": True},
    )
    store = ReferenceStore(fs, read_only=True, path="")
    store.zarr_format, store.found = found.zarr_format, found
    return store


def reference_differences(path: Path, fo: Any, found: References) -> list[str]:
    """All that h5py finds in a file, and its references hold otherwise or without a report."""
    store: Any = open_references(fo, found)
    return list(_differences(seen_by_h5py(path), store))


def open_group(fo: Any, found: References) -> Any:
    """The root of references, opened by zarr."""
    return zarr.open(open_references(fo, found), mode="r", zarr_format=found.zarr_format)
