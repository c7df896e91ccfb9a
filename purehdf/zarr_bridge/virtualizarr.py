"""A parser for VirtualiZarr: HDF5 files as virtual datasets, without libhdf5.

>>> from purehdf.zarr_bridge.virtualizarr import HDFParser
>>> vds = virtualizarr.open_virtual_dataset(url, registry=registry, parser=HDFParser())
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod
from typing import Any, TypeAlias

import numpy as np

from ..errors import LinkNotFoundError
from ..extras import naming_extras
from ..source import ObstoreSource, open_source
from .array_references import ArrayReferences, References
from .capabilities import filter_warnings
from .chunk_references import EMBED_THRESHOLD
from .kerchunk import warn_of_left_out
from .members import parts_of
from .nodes import Documents
from .virtual_file import FileOptions, file_references
from .virtual_grids import fit_for_joining

with naming_extras(__name__):
    from zarr.core.metadata import ArrayV3Metadata

__all__ = ["HDFParser", "manifest_store"]

Parts: TypeAlias = list[tuple[str, ArrayReferences]]


@dataclass(frozen=True)
class HDFParser:
    """Makes a ``ManifestStore`` of an HDF5 or netCDF-4 file.

    Parameters
    ----------
    group : str, optional
        Path of the group that becomes the root.
    drop_variables : iterable of str, optional
        Names of arrays and groups in the root that are left out.
    inline_threshold : int
        Chunks of fewer bytes are held by the manifests; 0: none but those that must be.
    embed_threshold : int
        As ``references`` takes it: arrays that Zarr cannot decode from byte ranges.
    max_chunksize : int or None
        A contiguous dataset is cut into chunks of at most so many bytes; None: not at all.
    links_and_references : bool
        Soft and external links and further hard links become attributes of their groups, and
        references to objects relative paths, by the draft convention "Links and Object
        References".  Otherwise links are followed.
    strict : bool
        Datasets that cannot be referenced, or that hold references to objects without
        `links_and_references`, and dimensions with several scales are errors, as they are to
        VirtualiZarr's own parser.  Otherwise datasets are left out, references to objects
        become paths from the root, and the last scale gives the name.

    Warns
    -----
    UserWarning
        When something is left out.

    Raises
    ------
    UnsupportedError, ValueError
        See `strict`; also where `group` is no group.
    """

    group: str | None = None
    drop_variables: Iterable[str] | None = None
    inline_threshold: int = 0
    embed_threshold: int = EMBED_THRESHOLD
    max_chunksize: int | None = None
    links_and_references: bool = False
    strict: bool = True

    def __call__(self, url: str, registry: Any) -> Any:
        """Return the ``virtualizarr.manifests.ManifestStore`` of the file at `url`.

        A ``file://`` URL is read from the disk, any other through the store that `registry`
        has for it.
        """
        filter_warnings()
        store, path = registry.resolve(url)
        local = url.startswith("file://")
        options = FileOptions(
            self.group or "/",
            self.inline_threshold,
            self.embed_threshold,
            self.max_chunksize,
            self.links_and_references,
            self.strict,
            frozenset(self.drop_variables or ()),
        )
        source = open_source(url if local else ObstoreSource(store, str(path)))
        try:
            found = file_references(source, url, options)
        except LinkNotFoundError as error:
            raise ValueError(f"{self.group!r} is not an HDF Group: {error}") from error
        warn_of_left_out(found)
        return manifest_store(fit_for_joining(found), registry)


def manifest_store(found: References, registry: Any) -> Any:
    """Return references of Zarr format 3 as a ``ManifestStore``.

    Raises
    ------
    ValueError
        The references are of format 2, or of a dataset without a group around it.
    """
    from virtualizarr.manifests import ManifestStore

    if found.zarr_format != 3 or "" not in found.groups:
        raise ValueError("a manifest store is made of a group, in Zarr format 3")
    tree: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        path: ({}, {}) for path in found.groups
    }
    for path, array in found.arrays.items():
        above, _, name = path.rpartition("/")
        tree[above][0][name] = _array(array.documents, parts_of(found, array))
    for path in sorted(filter(None, found.groups), key=lambda path: -path.count("/")):
        above, _, name = path.rpartition("/")
        tree[above][1][name] = _group(found, path, *tree[path])
    return ManifestStore(registry=registry, group=_group(found, "", *tree[""]))


def _group(found: References, path: str, arrays: dict[str, Any], groups: dict[str, Any]) -> Any:
    from virtualizarr.manifests import ManifestGroup

    attributes = found.groups[path]["zarr.json"]["attributes"]
    return ManifestGroup(arrays=arrays, groups=groups, attributes=attributes)


def _array(documents: Documents, parts: Parts) -> Any:
    from virtualizarr.manifests import ManifestArray

    metadata = ArrayV3Metadata.from_dict(documents["zarr.json"])
    return ManifestArray(metadata=metadata, chunkmanifest=_manifest(parts))


def _manifest(parts: Parts) -> Any:
    """The columns spread over the grid; a place without a path was never written."""
    from virtualizarr.manifests import ChunkManifest
    from virtualizarr.manifests.manifest import INLINED_CHUNK_PATH

    first = parts[0][1]  # holds what is inlined
    grid = first.grid
    count = prod(grid)
    paths: Any = np.full(count, "", np.dtypes.StringDType())
    offset, size = np.zeros((2, count), np.uint64)
    for url, array in parts:
        flat = _flat(array.coordinates, grid)
        paths[flat], offset[flat], size[flat] = url, array.offset, array.size
    inline = _flat(first.inline_coordinates, grid)
    paths[inline], size[inline] = INLINED_CHUNK_PATH, list(map(len, first.inlined))
    where = map(tuple, first.inline_coordinates.tolist())
    return ChunkManifest.from_arrays(
        paths=paths.reshape(grid),
        offsets=offset.reshape(grid),
        lengths=size.reshape(grid),
        validate_paths=False,
        inlined=dict(zip(where, first.inlined, strict=True)),
    )


def _flat(coordinates: Any, grid: tuple[int, ...]) -> Any:
    if not grid:
        return np.zeros(len(coordinates), np.int64)
    return np.ravel_multi_index(tuple(coordinates.T), grid)
