"""Where the chunks of every array of a file lie, as columns: what all exports are made of.

A chunk is *referenced*, as a range of bytes that the codecs of its array decode, or
*inlined*: its bytes, encoded in those codecs, are in the references.  An array of which
one chunk can be neither is left out whole, with an entry in the report: a chunk that is
missing would read as the fill value.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any, Literal, NamedTuple

import numpy as np

from ..data.storage import Blocks
from ..errors import PureHDFError, SourceError
from ..limits import DEFAULT_LIMITS, Limits
from ..session import External
from ..source import Source, open_source, run
from . import v2, v3
from .chunks import chunk_data, stored_chunks
from .hierarchy import Hierarchy, Settings
from .nodes import ArrayNode, Documents, Node
from .opening import LazySession

__all__ = [
    "EMBED_THRESHOLD",
    "INLINE_THRESHOLD",
    "ArrayReferences",
    "ReferenceEntry",
    "References",
    "references",
    "url_of",
]

Column = np.ndarray[Any, Any]

INLINE_THRESHOLD = 500
EMBED_THRESHOLD = 1 << 20
FORMS = {2: v2, 3: v3}


class ReferenceEntry(NamedTuple):
    """How one array is referenced, or why something is left out.

    Attributes
    ----------
    path : str
        Path in the file; ``"/group/array@name"`` is an attribute.
    how : {"raw", "inlined", "refused", "dimension"}
        ``raw``: byte ranges of the file, but for chunks below the inline threshold.
        ``inlined``: at least one chunk had to be decoded, and is held by the references.
        ``refused``: left out.  ``dimension``: left out, as it only names a dimension.
    reason : str
        Why it is not raw; empty for what is.
    """

    path: str
    how: Literal["raw", "inlined", "refused", "dimension"]
    reason: str


@dataclass(frozen=True, slots=True)
class ArrayReferences:
    """Where the chunks of one array lie; those that are not listed hold the fill value.

    Attributes
    ----------
    documents : dict
        Metadata documents, name -> JSON.
    shape, chunks : tuple of int
        Of the array, and of one chunk.
    coordinates : numpy.ndarray, shape (n, rank), int64
        Positions in the grid of chunks of those that are byte ranges.
    offset, size : numpy.ndarray, shape (n,), int64
        Their ranges in the file, in bytes.
    inline_coordinates : numpy.ndarray, shape (m, rank), int64
        Positions of those that are inlined.
    inlined : list of bytes, length m
        These chunks, in the array's codecs.
    """

    documents: Documents
    shape: tuple[int, ...]
    chunks: tuple[int, ...]
    coordinates: Column
    offset: Column
    size: Column
    inline_coordinates: Column
    inlined: list[bytes]

    @property
    def grid(self) -> tuple[int, ...]:
        """Number of chunks along each dimension."""
        return tuple(-(-n // c) for n, c in zip(self.shape, self.chunks, strict=True))


@dataclass(frozen=True, slots=True)
class References:
    """The groups and arrays of one file, by their paths (the root is ``""``).

    ``url`` is where the byte ranges lie, ``report`` says how each array is referenced.
    """

    url: str
    zarr_format: int
    groups: dict[str, Documents]
    arrays: dict[str, ArrayReferences]
    report: list[ReferenceEntry]

    @property
    def left_out(self) -> list[ReferenceEntry]:
        """What the references do not hold, and why."""
        return [entry for entry in self.report if entry.how == "refused"]


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
        Where others find the file; by default what `target` says.
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
        A wrong `zarr_format` or `max_chunksize`, or no `url` for a target without one.
    """
    if zarr_format not in FORMS:
        raise ValueError(f"zarr_format is 2 or 3, not {zarr_format!r}")
    if max_chunksize is not None and max_chunksize < 1:
        raise ValueError("max_chunksize is a number of bytes, at least 1, or None")
    url = url_of(target) if url is None else url
    source = open_source(target, storage_options=storage_options)
    session = LazySession(source, limits, external)
    try:
        settings = Settings(group, max_chunksize, FORMS[zarr_format], limits, own_codecs)
        hierarchy = Hierarchy(settings, source.resident, session)
        collector = _Collector(hierarchy, source, inline_threshold, embed_threshold)
        groups, arrays, report = run(collector.everything(), session.files)
    finally:
        session.files.close()
    return References(url, zarr_format, groups, arrays, report)


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


class _Chunks(NamedTuple):
    """Positions of stored chunks, their ranges, and whether a range is all Zarr needs."""

    coordinates: Column
    offset: Column
    size: Column
    whole: Column


class _Left(Exception):
    """An array is left out, and why."""


class _Collector:
    """Walks over a hierarchy, and collects its columns."""

    def __init__(self, hierarchy: Hierarchy, source: Source, inline: int, embed: int) -> None:
        self._hierarchy = hierarchy
        self._source = source
        self._inline = inline
        self._embed = embed

    async def everything(
        self,
    ) -> tuple[dict[str, Documents], dict[str, ArrayReferences], list[ReferenceEntry]]:
        """Return groups, arrays and report."""
        nodes: list[Node] = await self._hierarchy.everything()
        entries = {path: _entry(each) for path, each in self._hierarchy.entries.items()}
        groups, arrays = {}, {}
        for node in nodes:
            if not isinstance(node, ArrayNode):
                groups[node.path] = node.documents
                continue
            try:
                arrays[node.path], reason = await self._array(node)
            except SourceError:
                raise
            except (PureHDFError, _Left) as error:
                entries[node.path] = entries[node.path]._replace(how="refused", reason=str(error))
            else:
                how: Any = "inlined" if reason else "raw"
                entries[node.path] = entries[node.path]._replace(how=how, reason=reason)
        return groups, arrays, sorted(entries.values())

    async def _array(self, node: ArrayNode) -> tuple[ArrayReferences, str]:
        """The columns of an array, and why chunks had to be decoded (empty: they had not)."""
        mapping, chunks = node.mapping, await self._chunks(node)
        decoded = chunks.coordinates[~chunks.whole]
        reason = self._why_decoded(node) if len(decoded) else ""
        self._check_size(node, len(decoded), reason)
        if (chunks.offset + chunks.size)[chunks.whole].max(initial=0) > self._source.size:
            raise _Left("the file ends before the last of its chunks")
        small = chunks.whole & (chunks.size < self._inline)
        inlined = await self._read(chunks.offset[small], chunks.size[small])
        inlined += [await self._decode(node, tuple(each)) for each in decoded.tolist()]
        referenced = chunks.whole & ~small
        found = ArrayReferences(
            node.documents,
            mapping.shape,
            mapping.chunks,
            chunks.coordinates[referenced],
            chunks.offset[referenced],
            chunks.size[referenced],
            np.concatenate([chunks.coordinates[small], decoded]),
            inlined,
        )
        return found, reason

    def _why_decoded(self, node: ArrayNode) -> str:
        return node.mapping.reason or "chunks that are not stored as the array's codecs say"

    def _check_size(self, node: ArrayNode, count: int, reason: str) -> None:
        size = count * prod(node.mapping.chunks) * node.mapping.dtype.itemsize
        if size > self._embed:
            raise _Left(f"{reason}; {size} bytes are too many to inline (at most {self._embed})")

    async def _read(self, offset: Column, size: Column) -> list[bytes]:
        ranges = list(zip(offset.tolist(), (offset + size).tolist(), strict=True))
        return list(map(bytes, await self._hierarchy.reader.read(ranges))) if ranges else []

    async def _decode(self, node: ArrayNode, position: tuple[int, ...]) -> bytes:
        data = await chunk_data(self._hierarchy, node, position)
        if data is None:
            raise _Left("one of its chunks has vanished")
        return bytes(data)

    # -- where chunks lie

    async def _chunks(self, node: ArrayNode) -> _Chunks:
        blocks = await self._hierarchy.blocks(node)
        if node.mapping.how == "raw" and blocks.table is not None:
            return _of_table(node, blocks)
        if node.mapping.how == "raw" and blocks.start is not None and blocks.external is None:
            return self._of_run(node, blocks)
        rank = len(node.mapping.shape)
        found = await stored_chunks(self._hierarchy, node)
        coordinates = np.array(found, np.int64).reshape(len(found), rank)
        nowhere = np.zeros(len(found), np.int64)
        return _Chunks(coordinates, nowhere, nowhere, np.zeros(len(found), bool))

    def _of_run(self, node: ArrayNode, blocks: Blocks) -> _Chunks:
        """Pieces of one run of bytes.

        One at the edge is shorter than a chunk.  Its range may go on into what follows in
        the file, as what is beyond the edge of the array is never seen.
        """
        grid = node.mapping.grid
        rank = len(blocks.shape)
        coordinates = np.array(list(np.ndindex(grid)), np.int64).reshape(prod(grid), len(grid))
        places = [place for place in blocks.locate(coordinates[:, :rank]) if place is not None]
        offset = np.array([place.offset for place in places], np.int64)
        size = np.array([place.size for place in places], np.int64)
        full = prod(node.mapping.chunks) * node.mapping.dtype.itemsize
        size = np.where(offset + full <= self._source.size, full, size)
        return _Chunks(coordinates, offset, size, size == full)


def _entry(entry: Any) -> ReferenceEntry:
    how: Any = entry.how if entry.how in ("refused", "dimension") else "raw"
    return ReferenceEntry(entry.path, how, entry.reason)


def _of_table(node: ArrayNode, blocks: Blocks) -> _Chunks:
    table, mapping = blocks.table, node.mapping
    if table is None:
        raise ValueError("only a chunked dataset has a table")
    # Of several chunks in one place only the first counts, and none outside the grid.
    rows = np.arange(len(table))
    kept = np.flatnonzero(table.rows(table.coordinates) == rows) if len(table) else rows
    coordinates, size = table.coordinates[kept], table.size[kept]
    whole = table.filter_mask[kept] == 0
    if not mapping.codecs:
        whole &= size == prod(mapping.chunks) * mapping.dtype.itemsize
    elif blocks.edges_unfiltered and blocks.filters:
        ends = (coordinates + 1) * np.array(blocks.block_shape, np.int64)
        whole &= (ends <= np.array(blocks.shape, np.int64)).all(axis=1)
    inner = len(mapping.shape) - coordinates.shape[1]
    coordinates = np.pad(coordinates, ((0, 0), (0, inner)))
    return _Chunks(coordinates, table.file_offset[kept], size, whole)
