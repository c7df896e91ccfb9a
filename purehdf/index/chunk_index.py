"""From a chunk index of any kind to a :class:`ChunkTable` (III.A.1, VII)."""

from __future__ import annotations

from collections.abc import Sequence
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
from ..format.record import Record
from ..walk.btrees import btree_v1_leaves, btree_v2_records
from ..walk.chunk_arrays import Elements, extensible_array_elements, fixed_array_elements
from ..walk.datasets import DatasetRecord
from ..walk.need import together
from ..walk.reader import Reader
from .chunk_table import ChunkTable, grid_of

__all__ = ["chunk_bytes", "chunk_table", "chunk_tables"]

Column = np.ndarray[Any, Any]
_CHUNKS, _FILTERED_CHUNKS = 10, 11  # types of version 2 B-trees


def chunk_bytes(layout: Chunked) -> int:
    """Size of one decoded chunk, in bytes."""
    return prod(layout.chunk_shape) * layout.element_size


async def chunk_table(reader: Reader, record: DatasetRecord) -> ChunkTable:
    """Load the chunk index of a chunked dataset, whatever its kind."""
    dataset = _dataset(reader, record)
    index = dataset.layout.index
    return dataset.empty() if index.address is None else await _load(index, dataset, index.address)


async def chunk_tables(reader: Reader, records: Sequence[DatasetRecord]) -> list[ChunkTable]:
    """Load the chunk indexes of many chunked datasets side by side."""
    patient = reader.patient()  # small indexes by the hundred: their checksums go together
    try:
        return await together(chunk_table(patient, record) for record in records)
    finally:
        patient.verify()  # it tells what is behind any other error


def _dataset(reader: Reader, record: DatasetRecord) -> _Dataset:
    layout, space = record.layout, record.dataspace
    if not isinstance(layout, Chunked):
        raise TypeError("only chunked datasets have a table of chunks")
    grid = grid_of(space.shape or (), layout.chunk_shape)
    return _Dataset(reader, layout, space.maxshape or (), grid)


class _Dataset(Record):
    """What an index is about: ``grid`` is the number of chunks along each dimension."""

    reader: Reader
    layout: Chunked
    maxshape: tuple[int | None, ...]
    grid: tuple[int, ...]

    @property
    def rank(self) -> int:
        return len(self.grid)

    @property
    def maximum_grid(self) -> list[int]:
        """The grid at the maximum shape; 0 where that is unlimited."""
        sizes = zip(self.maxshape, self.layout.chunk_shape, strict=True)
        return [0 if most is None else -(-most // chunk) for most, chunk in sizes]

    @property
    def order(self) -> list[int]:
        """The dimensions in which the chunks of an array are numbered, from the slowest on.

        The unlimited dimension of an extensible array is numbered as if it were the first.
        """
        order = list(range(self.rank))
        if isinstance(self.layout.index, ExtensibleArrayIndex):
            if None not in self.maxshape:
                raise FormatError(
                    "an extensible array for a dataset without an unlimited dimension",
                    structure="data layout message",
                    section="IV.A.2.i",
                )
            order.insert(0, order.pop(self.maxshape.index(None)))
        return order

    def empty(self) -> ChunkTable:
        """A table of no chunks."""
        return self.table(np.empty((0, self.rank)), np.empty(0), [], [])

    def table(self, coordinates: Any, addresses: Column, sizes: Any, masks: Any) -> ChunkTable:
        if len(addresses) and (addresses == self.reader.context.undefined_address).any():
            raise FormatError("a chunk without an address", structure="chunk index", section="VII")
        offsets = addresses.astype(np.int64)
        offsets += self.reader.base_address
        return ChunkTable(
            np.ascontiguousarray(coordinates, np.int64),
            offsets,
            np.asarray(sizes, np.int64),
            np.asarray(masks, np.uint32),
            self.grid,
        )

    def unfiltered(self, coordinates: Any, addresses: Column) -> ChunkTable:
        """A table of chunks that are all as large as they are in memory."""
        count = len(addresses)
        sizes = np.full(count, chunk_bytes(self.layout), np.int64)
        return self.table(coordinates, addresses, sizes, np.zeros(count, np.uint32))

    def from_rows(self, coordinates: Any, rows: Table, size_width: int) -> ChunkTable:
        """A table from elements or records, which state `size_width` bytes of size, or none."""
        if not size_width:
            return self.unfiltered(coordinates, rows["address"])
        sizes = widened(rows["chunk_size"], size_width).view(np.int64)
        return self.table(coordinates, rows["address"], sizes, rows["filter_mask"])


@singledispatch
async def _load(index: ChunkIndex, dataset: _Dataset, address: int) -> ChunkTable:
    """Load one kind of index; there is a function for each."""
    raise TypeError(f"no index of a dataset: {index!r}")


@_load.register
async def _single(index: SingleChunkIndex, dataset: _Dataset, address: int) -> ChunkTable:
    size = chunk_bytes(dataset.layout) if index.size is None else index.size
    place = np.zeros((1, dataset.rank))
    return dataset.table(place, np.array([address], np.uint64), [size], [index.filter_mask])


@_load.register
async def _implicit(index: ImplicitIndex, dataset: _Dataset, address: int) -> ChunkTable:
    """Chunks lie in C order of the *maximum* grid."""
    count, most = prod(dataset.grid), dataset.reader.limits.btree_nodes
    if count > most:
        raise LimitError(
            "too many chunks",
            structure="implicit index",
            section="VII.B",
            expected=f"at most {most}",
            found=count,
        )
    coordinates = np.indices(dataset.grid).reshape(dataset.rank, -1).T
    numbers = np.zeros(count, np.uint64)
    for column, extent in zip(coordinates.T, dataset.maximum_grid, strict=True):
        numbers = numbers * np.uint64(extent) + column.astype(np.uint64)
    size = np.uint64(chunk_bytes(dataset.layout))
    return dataset.unfiltered(coordinates, np.uint64(address) + numbers * size)


@_load.register
async def _fixed_array(index: FixedArrayIndex, dataset: _Dataset, address: int) -> ChunkTable:
    return _from_elements(dataset, await fixed_array_elements(dataset.reader, address))


@_load.register
async def _extensible_array(
    index: ExtensibleArrayIndex, dataset: _Dataset, address: int
) -> ChunkTable:
    return _from_elements(dataset, await extensible_array_elements(dataset.reader, address))


def _from_elements(dataset: _Dataset, elements: Elements) -> ChunkTable:
    """Chunks from an array: an element's number is its place in the maximum grid."""
    numbers, rows, order = elements.numbers, elements.table, dataset.order
    stored = rows["address"] != dataset.reader.context.undefined_address
    if not stored.all():
        numbers, rows = numbers[stored], rows[stored]
    coordinates, maximum = np.empty((len(numbers), dataset.rank), np.int64), dataset.maximum_grid
    for i in reversed(order[1:]):
        extent = max(maximum[i], 1)
        slower = numbers // extent
        coordinates[:, i] = numbers - slower * extent  # divmod takes three times as long
        numbers = slower
    coordinates[:, order[0]] = numbers
    return dataset.from_rows(coordinates, rows, elements.size_width)


@_load.register
async def _btree_v2(index: BTreeV2Index, dataset: _Dataset, address: int) -> ChunkTable:
    reader, rank = dataset.reader, dataset.rank
    header = await reader.load(decode_btree_v2_header, address)
    filtered = header.type == _FILTERED_CHUNKS
    width = header.record_size - reader.context.offset_size - 8 * rank - (4 if filtered else 0)
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
    columns = [records[f"scaled_offset_{i}"] for i in range(rank)]
    _check_order(columns, "version 2 B-tree node", "III.A.2", "scaled offset")
    return dataset.from_rows(_coordinates(columns), records, width)


@_load.register
async def _btree_v1(index: BTreeV1Index, dataset: _Dataset, address: int) -> ChunkTable:
    leaves = await btree_v1_leaves(dataset.reader, decode_chunk_nodes, address, dataset.rank + 1)
    coordinates = _scaled(leaves, dataset.layout.chunk_shape)
    sizes, masks = leaves["chunk_size"], leaves["filter_mask"]
    return dataset.table(coordinates, leaves["child_address"], sizes, masks)


def _scaled(leaves: Table, chunk_shape: tuple[int, ...]) -> Column:
    """Chunk offsets are in elements; a multiple of the chunk's shape, the last one zero."""
    columns = [leaves[f"chunk_offset_{i}"] for i in range(len(chunk_shape) + 1)]
    scaled = [column // np.uint64(n) for column, n in zip(columns, chunk_shape, strict=False)]
    wrong = columns[-1] != 0
    for column, whole, n in zip(columns, scaled, chunk_shape, strict=False):
        wrong |= whole * np.uint64(n) != column
    if wrong.any():
        row = int(wrong.argmax())
        raise FormatError(
            "a chunk that is not on the grid",
            structure="version 1 B-tree node",
            section="III.A.1",
            field="chunk offset",
            expected=f"multiples of {list(chunk_shape)}",
            found=[int(column[row]) for column in columns],
        )
    _check_order(scaled, "version 1 B-tree node", "III.A.1", "chunk offset")
    return _coordinates(scaled)


def _coordinates(columns: Sequence[Column]) -> Column:
    """Columns of integers as one array (n, rank)."""
    out = np.empty((len(columns[0]), len(columns)), np.int64)
    for i, column in enumerate(columns):
        out[:, i] = column
    return out


def _check_order(columns: Sequence[Column], structure: str, section: str, field: str) -> None:
    """Keys ascend in C order: where they do not, what a look-up by halving finds is chance."""
    ascends = np.zeros(max(len(columns[0]) - 1, 0), bool)
    for column in reversed(columns):
        before, after = column[:-1], column[1:]
        ascends &= after == before
        ascends |= after > before
    if not ascends.all():
        row = int(ascends.argmin())
        raise FormatError(
            "chunks that are not in order",
            structure=structure,
            section=section,
            field=field,
            expected=f"after chunk {[int(column[row]) for column in columns]}",
            found=f"chunk {[int(column[row + 1]) for column in columns]}",
        )
