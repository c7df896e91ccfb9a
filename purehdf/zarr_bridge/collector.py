"""Collecting where the chunks of all arrays lie.

An array of which one chunk can be neither referenced nor inlined is left out whole, with an
entry in the report: a chunk that is missing would read as the fill value.
"""

from __future__ import annotations

from math import prod
from typing import Any, NamedTuple

import numpy as np

from ..data.storage import Blocks
from ..errors import PureHDFError, SourceError
from ..index.chunk_table import ChunkTable
from ..source import Source
from .array_references import ArrayReferences, Member, ReferenceEntry
from .chunks import chunk_data, stored_chunks
from .hierarchy import Hierarchy
from .members import in_one_file
from .nodes import ArrayNode, Documents, Node

__all__ = ["Collector"]

Column = np.ndarray[Any, Any]


class _Chunks(NamedTuple):
    """Positions of stored chunks, their ranges, and whether a range is all Zarr needs."""

    coordinates: Column
    offset: Column
    size: Column
    whole: Column


class _Left(Exception):
    """An array is left out, and why."""


class Collector:
    """Walks over a hierarchy, and collects its columns.

    Parameters
    ----------
    hierarchy : Hierarchy
        What is to be referenced.
    source : Source
        The bytes of the file.
    inline, embed : int
        The thresholds of ``references``.
    members : tuple of Member
        The files that the file is spread over, if there are several.
    """

    def __init__(
        self,
        hierarchy: Hierarchy,
        source: Source,
        inline: int,
        embed: int,
        members: tuple[Member, ...] = (),
    ) -> None:
        self._hierarchy = hierarchy
        self._source = source
        self._inline = inline
        self._embed = embed
        self._members = members

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
        self._check_end(chunks)
        apart = chunks.whole & ~in_one_file(self._members, chunks.offset, chunks.size)
        referenced = chunks.whole & ~apart
        decoded = chunks.coordinates[~referenced]
        reason = _why_decoded(node, apart=bool(apart.any())) if len(decoded) else ""
        self._check_size(node, len(decoded), reason)
        small = referenced & (chunks.size < self._inline)
        inlined = await self._read(chunks.offset[small], chunks.size[small])
        inlined += [await self._decode(node, tuple(each)) for each in decoded.tolist()]
        referenced &= ~small
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

    def _check_end(self, chunks: _Chunks) -> None:
        ends = chunks.offset.view(np.uint64) + chunks.size.view(np.uint64)
        if ends[chunks.whole].max(initial=0) > self._source.size:
            raise _Left("the file ends before the last of its chunks")

    def _check_size(self, node: ArrayNode, count: int, reason: str) -> None:
        size = count * prod(node.mapping.chunks) * node.mapping.dtype.itemsize
        if size > self._embed:
            raise _Left(f"{reason}; {size} bytes are too many to inline (at most {self._embed})")

    async def _read(self, offset: Column, size: Column) -> list[bytes]:
        starts = offset.view(np.uint64).tolist()
        ranges = [(start, start + n) for start, n in zip(starts, size.tolist(), strict=True)]
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
        offset = np.array([place.offset for place in places], np.uint64)
        size = np.array([place.size for place in places], np.int64)
        full = prod(node.mapping.chunks) * node.mapping.dtype.itemsize
        size = np.where(offset + np.uint64(full) <= self._source.size, full, size)
        return _Chunks(coordinates, offset.view(np.int64), size, size == full)


def _why_decoded(node: ArrayNode, *, apart: bool) -> str:
    """Why chunks are decoded, if some are, or are in two files of those that it is spread over."""
    if apart:
        return "chunks that begin in one and end in another of the files it is spread over"
    return node.mapping.reason or "chunks that are not stored as the array's codecs say"


def _entry(entry: Any) -> ReferenceEntry:
    how: Any = entry.how if entry.how in ("refused", "dimension") else "raw"
    return ReferenceEntry(entry.path, how, entry.reason)


def _of_table(node: ArrayNode, blocks: Blocks) -> _Chunks:
    table, mapping = blocks.table, node.mapping
    if table is None:
        raise ValueError("only a chunked dataset has a table")
    kept = _counting(table)
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


def _counting(table: ChunkTable) -> Any:
    """The rows that count: of several chunks in one place the first, and none outside the grid."""
    coordinates, grid = table.coordinates, table.grid
    inside = (coordinates >= 0).all() and (coordinates < np.array(grid)).all()
    if inside and prod(grid) < 1 << 62:
        flat = np.ravel_multi_index(tuple(coordinates.T), grid)
        if (flat[1:] > flat[:-1]).all():  # in order, as most indexes are: each place stands once
            return slice(None)
    return np.flatnonzero(table.rows(coordinates) == np.arange(len(table)))
