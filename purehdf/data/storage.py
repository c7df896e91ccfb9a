"""Every layout as a grid of blocks: one way of reading for all of them.

A chunked dataset is blocks already.  A contiguous one is cut into runs of rows, so that
a remote reader fetches no more than it needs; in memory it is a single block, a view.
Compact data is a single block too.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any, NamedTuple

import numpy as np

from ..errors import LimitError
from ..format.buffer import Buffer
from ..format.messages.data_layout import Chunked, Compact, Contiguous, Virtual
from ..format.messages.filter_pipeline import Filter
from ..index.chunk_index import chunk_table
from ..index.chunk_table import ChunkTable
from ..walk.datasets import DatasetRecord
from ..walk.reader import Reader
from .external import ExternalFiles, external_files

__all__ = ["Blocks", "Stored", "blocks_of"]

_RUN = 1 << 20  # bytes of contiguous data that are fetched, or left, as a whole


class Stored(NamedTuple):
    """Where one block lies: file offset and size in bytes, and its filter mask."""

    offset: int
    size: int
    filter_mask: int


@dataclass(frozen=True, slots=True)
class Blocks:
    """Where the blocks of a dataset lie.

    ``table`` says so for a chunked dataset, whose blocks at the edge are stored whole.
    The blocks of a contiguous one follow each other from file offset ``start``, cut off
    at the edge; those of an ``external`` one are in other files.  ``data`` holds the bytes
    of compact data.  Without any of them nothing is stored here.
    """

    shape: tuple[int, ...]
    block_shape: tuple[int, ...]
    element_size: int
    table: ChunkTable | None = None
    start: int | None = None
    data: Buffer | None = None
    filters: tuple[Filter, ...] = ()
    edges_unfiltered: bool = False
    external: ExternalFiles | None = None

    @property
    def block_bytes(self) -> int:
        """Size of a whole block."""
        return prod(self.block_shape) * self.element_size

    def stored_shape(self, block: tuple[int, ...]) -> tuple[int, ...]:
        """The shape in which the block at grid position `block` is stored."""
        return self.block_shape if self.table is not None else self._extent(block)

    def filters_of(self, block: tuple[int, ...]) -> tuple[Filter, ...]:
        """The pipeline that the block went through."""
        if self.edges_unfiltered and self._extent(block) != self.block_shape:
            return ()
        return self.filters

    def count(self, block: tuple[int, ...]) -> int:
        """The number of elements that a block has inside the dataset."""
        return prod(self._extent(block))

    def _extent(self, block: tuple[int, ...]) -> tuple[int, ...]:
        """The part of a block that lies inside the dataset."""
        return tuple(
            min(n, size - i * n)
            for i, n, size in zip(block, self.block_shape, self.shape, strict=True)
        )

    def locate(self, coordinates: np.ndarray[Any, Any]) -> list[Stored | None]:
        """Return where the blocks at grid positions (m, rank) lie; None: nowhere."""
        if self.table is not None:
            return _in_table(self.table, coordinates)
        if self.data is not None:
            return [Stored(0, len(self.data), 0)] * len(coordinates)
        if self.start is None:
            return [None] * len(coordinates)
        return [self._run(self.start, tuple(block)) for block in coordinates.tolist()]

    def _run(self, start: int, block: tuple[int, ...]) -> Stored:
        position = 0
        for i, n, size in zip(block, self.block_shape, self.shape, strict=True):
            position = position * size + i * n
        size = self.count(block) * self.element_size
        return Stored(start + position * self.element_size, size, 0)


def _in_table(table: ChunkTable, coordinates: np.ndarray[Any, Any]) -> list[Stored | None]:
    rows = table.rows(coordinates)
    if not len(table):
        return [None] * len(rows)
    # The raw data of a split file lies behind 2 ** 63, where signed numbers end.
    offsets = table.file_offset[rows].view(np.uint64).tolist()
    places = map(Stored, offsets, table.size[rows].tolist(), table.filter_mask[rows].tolist())
    found = zip(rows.tolist(), places, strict=True)
    return [place if row >= 0 else None for row, place in found]


async def blocks_of(reader: Reader, record: DatasetRecord) -> Blocks:
    """Return the blocks of a dataset; this loads the chunk index, if there is one."""
    shape, element_size = record.dataspace.shape or (), record.datatype.size
    if record.external is not None:
        files = await external_files(reader, record.external)
        return Blocks(shape, _run_shape(shape, element_size), element_size, start=0, external=files)
    layout = record.layout
    if isinstance(layout, Virtual):
        return Blocks(shape, _whole(shape), element_size)
    if isinstance(layout, Compact):
        return Blocks(shape, _whole(shape), element_size, data=layout.data)
    if isinstance(layout, Contiguous):
        return _contiguous(reader, layout, shape, element_size)
    if record.filters:
        _check_chunk(reader, layout)
    return Blocks(
        shape,
        layout.chunk_shape,
        element_size,
        table=await chunk_table(reader, record),
        filters=record.filters,
        edges_unfiltered=layout.edge_chunks_unfiltered,
    )


def _contiguous(
    reader: Reader, layout: Contiguous, shape: tuple[int, ...], element_size: int
) -> Blocks:
    if layout.address is None:
        return Blocks(shape, _whole(shape), element_size)
    start = reader.base_address + layout.address
    if reader.resident is not None:
        return Blocks(shape, _whole(shape), element_size, start=start)
    return Blocks(shape, _run_shape(shape, element_size), element_size, start=start)


def _whole(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(max(n, 1) for n in shape)


def _run_shape(shape: tuple[int, ...], element_size: int) -> tuple[int, ...]:
    """The largest block that lies in one run of about a mebibyte at most."""
    room = max(_RUN // element_size, 1)
    block = [1] * len(shape)
    for i in reversed(range(len(shape))):
        block[i] = min(shape[i], room)
        if block[i] < shape[i]:
            break
        room //= max(shape[i], 1)
    return tuple(max(n, 1) for n in block)


def _check_chunk(reader: Reader, layout: Chunked) -> None:
    size = prod(layout.chunk_shape) * layout.element_size
    if size > reader.limits.chunk_bytes:
        raise LimitError(
            "the chunks are too large; Limits(chunk_bytes=...) permits larger ones",
            structure="data layout message",
            section="IV.A.2.i",
            expected=f"at most {reader.limits.chunk_bytes} bytes",
            found=size,
        )
