"""From a chunk index of any kind to a :class:`ChunkTable` (III.A.1, VII)."""

from __future__ import annotations

from functools import singledispatch
from math import prod
from typing import Any

import numpy as np

from ..errors import FormatError, LimitError
from ..format.btree_v1 import decode_chunk_nodes
from ..format.btree_v2 import chunk_record, decode_btree_v2_header
from ..format.columns import widened
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
from ..walk.btrees import btree_v1_leaves, btree_v2_records
from ..walk.chunk_arrays import Elements, extensible_array_elements, fixed_array_elements
from ..walk.datasets import DatasetRecord
from ..walk.reader import Reader
from .chunk_table import ChunkTable, grid_of

__all__ = ["chunk_bytes", "chunk_table"]

_CHUNKS, _FILTERED_CHUNKS = 10, 11  # types of version 2 B-trees


async def chunk_table(reader: Reader, record: DatasetRecord) -> ChunkTable:
    """Load the chunk index of a chunked dataset, whatever its kind."""
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
    """Load one kind of index; there is a function for each."""
    raise TypeError(f"no index of a dataset: {index!r}")


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
    count = prod(grid)
    if count > reader.limits.btree_nodes:
        raise LimitError(
            "too many chunks",
            structure="implicit index",
            section="VII.B",
            expected=f"at most {reader.limits.btree_nodes}",
            found=count,
        )
    coordinates = np.indices(grid).reshape(len(grid), -1).T
    numbers = np.zeros(count, np.int64)
    for column, extent in zip(coordinates.T, _maximum_grid(record, layout), strict=True):
        numbers = numbers * extent + column
    size = chunk_bytes(layout)
    offsets = reader.base_address + (index.address or 0) + numbers * size
    return _table(coordinates, offsets, np.full(count, size), np.zeros(count), grid)


def _maximum_grid(record: DatasetRecord, layout: Chunked) -> list[int]:
    """Chunks along each dimension at the maximum shape; 0 where that is unlimited."""
    maxshape = record.dataspace.maxshape or ()
    return [
        0 if most is None else -(-most // chunk)
        for most, chunk in zip(maxshape, layout.chunk_shape, strict=True)
    ]


def chunk_bytes(layout: Chunked) -> int:
    """Size of one decoded chunk, in bytes."""
    return prod(layout.chunk_shape) * layout.element_size


@_load.register
async def _fixed_array(
    index: FixedArrayIndex,
    reader: Reader,
    record: DatasetRecord,
    layout: Chunked,
    grid: tuple[int, ...],
) -> ChunkTable:
    elements = await fixed_array_elements(reader, index.address or 0)
    order = list(range(len(grid)))
    return _from_elements(reader, record, layout, grid, elements, order)


@_load.register
async def _extensible_array(
    index: ExtensibleArrayIndex,
    reader: Reader,
    record: DatasetRecord,
    layout: Chunked,
    grid: tuple[int, ...],
) -> ChunkTable:
    """The unlimited dimension is numbered as if it were the first."""
    elements = await extensible_array_elements(reader, index.address or 0)
    maxshape = record.dataspace.maxshape or ()
    if None not in maxshape:
        raise FormatError(
            "an extensible array for a dataset without an unlimited dimension",
            structure="data layout message",
            section="IV.A.2.i",
        )
    unlimited = maxshape.index(None)
    order = [unlimited, *(i for i in range(len(grid)) if i != unlimited)]
    return _from_elements(reader, record, layout, grid, elements, order)


def _from_elements(
    reader: Reader,
    record: DatasetRecord,
    layout: Chunked,
    grid: tuple[int, ...],
    elements: Elements,
    order: list[int],
) -> ChunkTable:
    """Chunks from an array: an element's number is its place in the maximum grid.

    `order` lists the dimensions from the slowest to the fastest.
    """
    stored = elements.table["address"] != reader.context.undefined_address
    numbers, table = elements.numbers[stored], elements.table[stored]
    maximum = _maximum_grid(record, layout)
    coordinates = np.empty((len(numbers), len(grid)), np.int64)
    for i in reversed(order[1:]):
        numbers, coordinates[:, i] = np.divmod(numbers, max(maximum[i], 1))
    coordinates[:, order[0]] = numbers
    return _table(
        coordinates,
        _file_offsets(reader, table["address"]),
        *_stored(table, layout, elements.size_width),
        grid,
    )


def _stored(table: Table, layout: Chunked, size_width: int) -> tuple[Any, Any]:
    """Stored sizes and filter masks; a chunk without filters is as large as all are."""
    if not size_width:
        return np.full(len(table), chunk_bytes(layout)), np.zeros(len(table))
    return widened(table["chunk_size"], size_width), table["filter_mask"]


@_load.register
async def _btree_v2(
    index: BTreeV2Index,
    reader: Reader,
    record: DatasetRecord,
    layout: Chunked,
    grid: tuple[int, ...],
) -> ChunkTable:
    address, rank = index.address or 0, len(grid)
    header = await reader.load(decode_btree_v2_header, address)
    filtered = header.type == _FILTERED_CHUNKS
    fixed = reader.context.offset_size + 8 * rank + (4 if filtered else 0)
    width = header.record_size - fixed
    if (width != 0 and not filtered) or (filtered and not 1 <= width <= 8):
        raise FormatError(
            "an impossible size of records",
            structure="version 2 B-tree header",
            section="III.A.2",
            field="record size",
            found=header.record_size,
            offset=reader.base_address + address,
        )
    block = chunk_record(rank, width if filtered else None)
    kind = _FILTERED_CHUNKS if filtered else _CHUNKS
    records = await btree_v2_records(reader, address, kind, block)
    coordinates = np.stack([records[f"scaled_offset_{i}"] for i in range(rank)], axis=1)
    return _table(
        coordinates.astype(np.int64),
        _file_offsets(reader, records["address"]),
        *_stored(records, layout, width),
        grid,
    )


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
        _file_offsets(reader, leaves["child_address"]),
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
    coordinates = scaled[:, :-1].astype(np.int64)
    _check_order(coordinates)
    return coordinates


def _check_order(scaled: np.ndarray[Any, Any]) -> None:
    """Keys ascend in C order: where they do not, what a look-up by halving finds is chance."""
    steps = np.diff(scaled, axis=0)
    first = np.take_along_axis(steps, (steps != 0).argmax(axis=1)[:, None], axis=1)[:, 0]
    if (first <= 0).any():
        row = int(np.flatnonzero(first <= 0)[0])
        raise FormatError(
            "chunks that are not in order",
            structure="version 1 B-tree node",
            section="III.A.1",
            field="chunk offset",
            expected=f"after chunk {scaled[row].tolist()}",
            found=f"chunk {scaled[row + 1].tolist()}",
        )


def _file_offsets(reader: Reader, addresses: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    if (addresses == reader.context.undefined_address).any():
        raise FormatError("a chunk without an address", structure="chunk index", section="VII")
    return addresses.astype(np.int64) + reader.base_address
