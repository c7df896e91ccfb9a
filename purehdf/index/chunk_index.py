"""From a chunk index of any kind to a :class:`ChunkTable` (III.A.1, VII)."""

from __future__ import annotations

from functools import singledispatch
from math import prod
from typing import Any

import numpy as np

from ..errors import FormatError, LimitError, UnsupportedError
from ..format.btree_v1 import decode_chunk_nodes
from ..format.cursor import Table
from ..format.messages.data_layout import (
    BTreeV1Index,
    BTreeV2Index,
    Chunked,
    ChunkIndex,
    ExtensibleArrayIndex,
    FixedArrayIndex,
    ImplicitIndex,
    SingleChunkIndex,
)
from ..walk.btrees import btree_v1_leaves
from ..walk.datasets import DatasetRecord
from ..walk.reader import Reader
from .chunk_table import ChunkTable, grid_of

__all__ = ["chunk_bytes", "chunk_table"]


async def chunk_table(reader: Reader, record: DatasetRecord) -> ChunkTable:
    """Load the chunk index of a chunked dataset.

    Raises UnsupportedError for kinds of index that purehdf does not read.
    """
    layout = record.layout
    if not isinstance(layout, Chunked):
        raise TypeError("only chunked datasets have a table of chunks")
    shape = record.dataspace.shape or ()
    grid = grid_of(shape, layout.chunk_shape)
    if layout.index.address is None:
        return _table(np.empty((0, len(grid)), np.int64), [], [], [], grid)
    return await _load(layout.index, reader, record, layout, grid)


def _table(
    coordinates: Any, offsets: Any, sizes: Any, masks: Any, grid: tuple[int, ...]
) -> ChunkTable:
    return ChunkTable(
        np.ascontiguousarray(coordinates, np.int64),
        np.asarray(offsets, np.int64),
        np.asarray(sizes, np.int64),
        np.asarray(masks, np.uint32),
        grid,
    )


@singledispatch
async def _load(
    index: ChunkIndex, reader: Reader, record: DatasetRecord, layout: Chunked, grid: tuple[int, ...]
) -> ChunkTable:
    sections = {FixedArrayIndex: "VII.C", ExtensibleArrayIndex: "VII.D", BTreeV2Index: "VII.E"}
    name = type(index).__name__.removesuffix("Index")
    raise UnsupportedError(
        f"chunk indexes of kind {name} are not read yet",
        structure="data layout message",
        section=sections[type(index)],
    )


@_load.register
async def _single(
    index: SingleChunkIndex,
    reader: Reader,
    record: DatasetRecord,
    layout: Chunked,
    grid: tuple[int, ...],
) -> ChunkTable:
    size = chunk_bytes(layout) if index.size is None else index.size
    offset = reader.base_address + (index.address or 0)
    return _table(np.zeros((1, len(grid))), [offset], [size], [index.filter_mask], grid)


@_load.register
async def _implicit(
    index: ImplicitIndex,
    reader: Reader,
    record: DatasetRecord,
    layout: Chunked,
    grid: tuple[int, ...],
) -> ChunkTable:
    """Chunks lie in C order of the *maximum* grid."""
    shape, maxshape = record.dataspace.shape or (), record.dataspace.maxshape or ()
    largest = [n if m is None else m for n, m in zip(shape, maxshape, strict=True)]
    full = grid_of(largest, layout.chunk_shape)
    count = prod(grid)
    if count > reader.limits.btree_nodes:
        raise LimitError(
            "too many chunks",
            structure="implicit index",
            section="VII.B",
            expected=reader.limits.btree_nodes,
            found=count,
        )
    coordinates = np.indices(grid).reshape(len(grid), -1).T
    numbers = np.zeros(count, np.int64)
    for column, extent in zip(coordinates.T, full, strict=True):
        numbers = numbers * extent + column
    size = chunk_bytes(layout)
    offsets = reader.base_address + (index.address or 0) + numbers * size
    return _table(coordinates, offsets, np.full(count, size), np.zeros(count), grid)


def chunk_bytes(layout: Chunked) -> int:
    """Size of one decoded chunk, in bytes."""
    return prod(layout.chunk_shape) * layout.element_size


@_load.register
async def _btree_v1(
    index: BTreeV1Index,
    reader: Reader,
    record: DatasetRecord,
    layout: Chunked,
    grid: tuple[int, ...],
) -> ChunkTable:
    rank = len(layout.chunk_shape)
    leaves = await btree_v1_leaves(reader, decode_chunk_nodes, index.address or 0, rank + 1)
    return _table(
        _scaled(leaves, layout.chunk_shape),
        _file_offsets(reader, leaves),
        leaves["chunk_size"],
        leaves["filter_mask"],
        grid,
    )


def _scaled(leaves: Table, chunk_shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """Chunk offsets are in elements; a multiple of the chunk's shape, the last one zero."""
    offsets = np.stack([leaves[f"chunk_offset_{i}"] for i in range(len(chunk_shape) + 1)], axis=1)
    unit = np.array([*chunk_shape, 1 << 62], np.uint64)
    scaled, rest = np.divmod(offsets, unit)
    if rest.any():
        row = int(np.flatnonzero(rest.any(axis=1))[0])
        raise FormatError(
            "a chunk that is not on the grid",
            structure="version 1 B-tree node",
            section="III.A.1",
            field="chunk offset",
            expected=f"multiples of {list(chunk_shape)}",
            found=offsets[row].tolist(),
        )
    return scaled[:, :-1].astype(np.int64)


def _file_offsets(reader: Reader, leaves: Table) -> np.ndarray[Any, Any]:
    addresses = leaves["child_address"]
    if (addresses == reader.context.undefined_address).any():
        raise FormatError(
            "a chunk without an address",
            structure="version 1 B-tree node",
            section="III.A.1",
            field="child address",
        )
    return addresses.astype(np.int64) + reader.base_address
