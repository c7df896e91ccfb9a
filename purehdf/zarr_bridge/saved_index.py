"""An index in a file of its own: references saved as columns, reopened without the HDF5 file.

A ZIP archive, uncompressed but for the metadata, of

``index.json``
    ``{"purehdf_index": 1, "url", "members", "zarr_format", "options", "stamp", "groups",
    "arrays", "report"}``.  ``groups`` and ``arrays`` map paths to metadata documents; an array also
    has its ``shape``, its ``chunks``, and the number ``columns`` of its columns.
``<columns>/coordinates.npy``, ``offset.npy``, ``size.npy``
    Chunks that are byte ranges: int64, of shapes (n, rank), (n,) and (n,).
``<columns>/inline_coordinates.npy``, ``inline_size.npy``, ``inlined.npy``
    Chunks that are held here: int64 (m, rank) and (m,), and their bytes one after the other.

``.npy`` is numpy's format, version 1.0, without pickled objects.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

import numpy as np

from ..extras import naming_extras
from ..limits import DEFAULT_LIMITS
from ..session import whole
from ..source import JoinedSource, open_source
from .array_references import ArrayReferences, Member, ReferenceEntry, References
from .chunk_references import references, url_of
from .kerchunk import kerchunk_dict

if TYPE_CHECKING:
    from .index_store import IndexStore

__all__ = ["SavedIndex", "open_index", "save_index"]

Column = np.ndarray[Any, Any]

_VERSION = 1
_NOT_KEPT = {"external", "limits", "storage_options"}
_COLUMNS = ("coordinates", "offset", "size", "inline_coordinates")


@dataclass(slots=True)
class SavedIndex:
    """An index that was saved, or read back.

    Attributes
    ----------
    path : pathlib.Path
        Of the index.
    references : References
        Where all chunks lie.
    options : dict
        What ``references`` was called with.
    stamp : list of int or None
        Length of the HDF5 file in bytes when it was indexed, and for a local file when it
        was last written, in nanoseconds; for one of several members, when any of them was.
    """

    path: Path
    references: References
    options: dict[str, Any]
    stamp: list[int | None]

    def to_kerchunk(self) -> dict[str, Any]:
        """Return the references as kerchunk does."""
        return kerchunk_dict(self.references)

    def store(self, target: Any = None, **options: Any) -> IndexStore:
        """Return a read-only Zarr store that reads chunks, and no metadata of the HDF5 file.

        Parameters
        ----------
        target
            The file; by default what lies at the URL of the index.
        **options
            ``consolidated=``, ``storage_options=`` and ``blocksize=``, as ``HDF5Store`` takes
            them.

        Raises
        ------
        SourceError
            On reading: the file has another length than when it was indexed.
        """
        with naming_extras("a store"):
            from .index_store import IndexStore
        return IndexStore(self.references, target, length=self.stamp[0], **options)

    def refresh(self, target: Any = None, *, force: bool = False, **secrets: Any) -> bool:
        """Index the file anew, and save that, if it has changed; return whether it had.

        Parameters
        ----------
        target
            The file; by default what lies at the URL of the index.
        force : bool
            Do not look whether it has changed.
        **secrets
            ``storage_options=``, which an index does not hold.
        """
        target = self.references.url if target is None else target
        stamp = _stamp(target, secrets)
        if stamp == self.stamp and not force:
            return False
        found = save_index(
            target, self.path, **{"url": self.references.url, **self.options, **secrets}
        )
        self.references, self.stamp = found.references, found.stamp
        return True


def save_index(target: Any, path: str | os.PathLike[str], **options: Any) -> SavedIndex:
    """Index an HDF5 file, save the index at `path`, and return it.

    The options are those of ``references``.  They are saved too, but for ``limits``,
    ``external``, and ``storage_options``, which may hold secrets.
    """
    url = options.pop("url", None) or url_of(target)
    # The stamp first: what is written to the file meanwhile is found by the next refresh.
    stamp = _stamp(target, options)
    found = references(target, url=url, **options)
    kept = {name: value for name, value in options.items() if name not in _NOT_KEPT}
    index = SavedIndex(Path(path), found, kept, stamp)
    _write(index)
    return index


def open_index(path: str | os.PathLike[str]) -> SavedIndex:
    """Read an index that was saved; the HDF5 file is not touched.

    Raises
    ------
    ValueError
        The file is no index, or of a version that is not known here.
    """
    try:
        with ZipFile(path) as archive:
            head = json.loads(archive.read("index.json"))
            if head.get("purehdf_index") != _VERSION:
                raise ValueError(f"{path}: not an index of version {_VERSION}")
            arrays = {name: _array(archive, each) for name, each in head["arrays"].items()}
    except (BadZipFile, KeyError) as error:
        raise ValueError(f"{path}: not an index of purehdf") from error
    report = [ReferenceEntry(*entry) for entry in head["report"]]
    members = tuple(Member(*member) for member in head.get("members", ()))
    found = References(head["url"], head["zarr_format"], head["groups"], arrays, report, members)
    return SavedIndex(Path(path), found, head["options"], head["stamp"])


def _stamp(target: Any, options: dict[str, Any]) -> list[int | None]:
    source = open_source(target, storage_options=options.get("storage_options"))
    source = whole(source, options.get("limits", DEFAULT_LIMITS))
    try:
        size = source.size
    finally:
        source.close()
    if isinstance(source, JoinedSource):
        return [size, max(os.stat(member.name).st_mtime_ns for member in source.members)]
    name = str(target).removeprefix("file://")
    local = isinstance(target, str | os.PathLike) and os.path.exists(name)
    return [size, os.stat(name).st_mtime_ns if local else None]


def _write(index: SavedIndex) -> None:
    found = index.references
    numbered = list(found.arrays.items())
    head = {
        "purehdf_index": _VERSION,
        "url": found.url,
        "members": found.members,
        "zarr_format": found.zarr_format,
        "options": index.options,
        "stamp": index.stamp,
        "groups": found.groups,
        "arrays": {
            name: {
                "columns": i,
                "shape": array.shape,
                "chunks": array.chunks,
                "documents": array.documents,
            }
            for i, (name, array) in enumerate(numbered)
        },
        "report": found.report,
    }
    # Beside it and then in its place: whoever reads meanwhile finds the old one, whole.
    beside = index.path.with_name(index.path.name + ".part")
    with ZipFile(beside, "w", ZIP_STORED) as archive:
        for i, (_, array) in enumerate(numbered):
            for name, column in _columns(array).items():
                with archive.open(f"{i}/{name}.npy", "w", force_zip64=True) as f:
                    np.lib.format.write_array(f, column, allow_pickle=False)
        archive.writestr("index.json", json.dumps(head), ZIP_DEFLATED)
    os.replace(beside, index.path)


def _columns(array: ArrayReferences) -> dict[str, Column]:
    columns = {name: np.ascontiguousarray(getattr(array, name)) for name in _COLUMNS}
    columns["inline_size"] = np.array(list(map(len, array.inlined)), np.int64)
    columns["inlined"] = np.frombuffer(b"".join(array.inlined), np.uint8)
    return columns


def _array(archive: ZipFile, head: dict[str, Any]) -> ArrayReferences:
    def column(name: str) -> Column:
        with archive.open(f"{head['columns']}/{name}.npy") as f:
            found: Column = np.lib.format.read_array(f, allow_pickle=False)
        return found

    ends = column("inline_size").cumsum().tolist()
    data = column("inlined").tobytes()
    inlined = [data[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    return ArrayReferences(
        head["documents"],
        tuple(head["shape"]),
        tuple(head["chunks"]),
        **{name: column(name) for name in _COLUMNS},
        inlined=inlined,
    )
