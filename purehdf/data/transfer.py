"""From the stored bytes of blocks into a result, side by side."""

from __future__ import annotations

import sys
from functools import lru_cache
from math import prod
from typing import Any, NamedTuple

import numpy as np

from ..errors import PureHDFError, TruncatedError
from ..filters import decode_chunk
from ..format.buffer import Buffer
from ..walk.datasets import DatasetRecord
from ..walk.reader import Reader
from .plan import Piece
from .planes import Planes
from .storage import Blocks, Stored

__all__ = ["Item", "Located", "Transfer"]

AnyArray = np.ndarray[Any, Any]
Located = tuple[Piece, Stored]
"""A block's share of the selection, and where the block lies."""

_WORTH_DECODING = 1 << 18  # bytes of chunks; below, starting threads takes longer
_WORTH_COPYING = 1 << 24  # bytes of a result; the same where nothing is decoded
_MOST_KEPT = 16 << 20


class Item(NamedTuple):
    """A block that is to be moved: its share of the selection, and its stored bytes."""

    piece: Piece
    place: Stored
    data: Buffer


class Transfer:
    """Moves blocks into `out`, whose dtype is that of whole elements.

    Of a chunk that is used only in part, what its filters made is kept by the reader, so
    that the next read need not undo them again.
    """

    def __init__(
        self, reader: Reader, record: DatasetRecord, blocks: Blocks, out: AnyArray
    ) -> None:
        self._blocks = blocks
        self._out = out
        self._fill = record.fill.value
        self._limits = reader.limits
        self._cache = reader.chunks
        self._dataset = (reader.shift, record.header_address)  # in this and other files
        self._planes = Planes(blocks, out)
        self._elements = prod(blocks.block_shape)
        if blocks.filters:
            _keep_freed_memory(blocks.block_bytes)

    def fill(self, into: Any = ...) -> None:
        """Put the fill value into places of the result, by default everywhere."""
        unit = self._out.dtype
        self._out[into] = np.frombuffer(self._fill or bytes(unit.itemsize), unit)[0]

    def worth_threads(self, blocks: int) -> bool:
        """Whether several threads move so many blocks sooner than one."""
        if not self._blocks.filters:
            return self._out.nbytes >= _WORTH_COPYING
        return blocks * self._blocks.block_bytes >= _WORTH_DECODING

    def put_kept(self, located: list[Located]) -> list[Located]:
        """Move what is selected of blocks that are decoded already; return the others."""
        if not self._blocks.filters or not len(self._cache):
            return located
        return [each for each in located if not self._put_kept(*each)]

    def _put_kept(self, piece: Piece, place: Stored) -> bool:
        if not self._blocks.filters_of(piece.block):
            return False
        decoded = self._cache.get((self._dataset, place))
        if decoded is not None:
            self._move(piece, decoded)
        return decoded is not None

    def put(self, item: Item) -> None:
        """Decode a block and move what is selected of it; threads may do this side by side."""
        piece, place, stored = item
        try:
            if len(stored) < place.size:
                raise TruncatedError(
                    "the file ends in it",
                    expected=f"{place.size} bytes",
                    found=f"{len(stored)} bytes",
                )
            decoded = self._decoded(piece.block, place, stored)
        except PureHDFError as error:
            if error.section is None:
                error.locate(structure="raw data", section="IV.B")
            raise error.locate(offset=place.offset) from error.__cause__
        moved = self._move(piece, decoded)
        in_part = moved < self._elements and moved < self._blocks.count(piece.block)
        if in_part and not _within(decoded, stored):
            self._cache.put((self._dataset, place), decoded)

    def _decoded(self, block: tuple[int, ...], place: Stored, stored: Buffer) -> AnyArray:
        """The elements of a block, along a first axis: its planes, or all of them as one."""
        filters, mask = self._blocks.filters_of(block), place.filter_mask
        shape, unit = self._blocks.stored_shape(block), self._out.dtype
        size = prod(shape) * unit.itemsize
        if self._planes and filters and not mask & 1:
            data = decode_chunk(stored, filters, mask, size, self._limits, keep=1)
            return np.ndarray((unit.itemsize, *shape), np.uint8, data)
        data = decode_chunk(stored, filters, mask, size, self._limits)
        return np.ndarray((1, *shape), unit, data)

    def _move(self, piece: Piece, decoded: AnyArray) -> int:
        """Move what is selected of a decoded block; return the number of elements."""
        parts = [plane[piece.take] for plane in decoded]
        if len(parts) > 1:
            self._planes.fill(piece.into, parts)
        else:
            self._out[piece.into] = parts[0]
        return int(parts[0].size)


def _within(decoded: AnyArray, stored: Buffer) -> bool:
    """Whether no filter made anything new: it is the stored bytes, or a part of them."""
    return np.may_share_memory(decoded, np.frombuffer(stored, np.uint8))


@lru_cache(maxsize=64)  # once for each size is enough
def _keep_freed_memory(size: int) -> None:
    """Let buffers of chunks, of `size` bytes, be used again.

    glibc gives them back to the system one by one, and the next chunk pays for fresh pages: a
    third of the time that zlib takes.  Once it has seen a larger block freed it keeps such.
    """
    if sys.platform == "linux":
        np.empty(min(4 * size, _MOST_KEPT), np.uint8)
