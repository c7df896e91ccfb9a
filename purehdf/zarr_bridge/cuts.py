"""Serving unfiltered data in pieces, each of them one range of the file."""

from __future__ import annotations

from dataclasses import replace
from math import prod

import numpy as np

from ..data.storage import Blocks
from ..errors import TruncatedError
from ..format.messages.data_layout import Chunked
from ..index.chunk_table import ChunkTable, grid_of
from ..walk.datasets import DatasetRecord
from .pieces import piece_shape

__all__ = ["cut_blocks", "piece_of_chunk"]

_MOST_PIECES = 1_000_000  # of all chunks together: their table is in memory


def piece_of_chunk(record: DatasetRecord, max_chunksize: int | None) -> tuple[int, ...]:
    """Return the shape of the pieces that the chunks of a dataset are served in.

    Only unfiltered chunks can be cut.  One that holds the whole dataset is cut as a
    contiguous dataset is; several must be cut evenly, for Zarr's grid is regular.
    """
    layout = record.layout
    if not isinstance(layout, Chunked):
        raise TypeError("only chunks are cut")
    chunk = layout.chunk_shape
    if record.filters:
        return chunk
    shape = record.dataspace.shape or ()
    piece = piece_shape(chunk, record.datatype.size, max_chunksize)
    if all(n <= c for n, c in zip(shape, chunk, strict=True)):
        return piece
    count = prod(grid_of(shape, piece))
    even = all(c % p == 0 for c, p in zip(chunk, piece, strict=True))
    return piece if even and count <= _MOST_PIECES else chunk


def cut_blocks(blocks: Blocks, piece: tuple[int, ...]) -> Blocks:
    """Return `blocks` in pieces of this shape: each lies in one run."""
    if blocks.table is None:
        return replace(blocks, block_shape=piece) if blocks.data is None else blocks
    if piece == blocks.block_shape:
        return blocks
    table = _cut_table(blocks.table, blocks, piece)
    return replace(blocks, table=table, block_shape=piece)


def _cut_table(table: ChunkTable, blocks: Blocks, piece: tuple[int, ...]) -> ChunkTable:
    """The table of all pieces of all chunks; the last of a chunk may reach beyond its end."""
    chunk = blocks.block_shape
    ratio = grid_of(chunk, piece)
    inner = np.indices(ratio).reshape(len(ratio), -1).T
    strides = np.array([prod(chunk[i + 1 :]) for i in range(len(chunk))], np.int64)
    start = (inner * np.array(piece) * strides).sum(axis=1) * blocks.element_size
    size = prod(piece) * blocks.element_size
    whole = prod(chunk) * blocks.element_size
    coordinates = table.coordinates[:, None, :] * np.array(ratio) + inner
    if (table.size < whole).any():
        raise TruncatedError(
            "a chunk is too short",
            structure="chunk",
            section="IV.B",
            expected=f"{whole} bytes",
            found=f"{int(table.size.min())} bytes",
        )
    stored = np.broadcast_to(np.minimum(size, whole - start), (len(table), len(start)))
    return ChunkTable(
        coordinates.reshape(-1, len(ratio)),
        (table.file_offset[:, None] + start).reshape(-1),
        stored.reshape(-1),
        np.zeros(len(table) * len(inner), np.uint32),
        grid_of(blocks.shape, piece),
    )
