"""From the stored bytes of blocks into a result, side by side.

A chunk that was shuffled arrives as planes: all first bytes of its elements, then all
second bytes.  They go straight into their places in the result, so nothing is put
together elsewhere first.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from math import prod
from typing import Any, NamedTuple

import numpy as np

from ..errors import PureHDFError, TruncatedError
from ..filters import decode_chunk
from ..filters.shuffle import SHUFFLE
from ..format.buffer import Buffer
from ..limits import Limits
from .plan import Piece
from .storage import Blocks, Stored

__all__ = ["Item", "Transfer", "worth_threads"]

AnyArray = np.ndarray[Any, Any]

_WORTH_DECODING = 1 << 18  # bytes of a result; below, starting threads takes longer
_WORTH_COPYING = 1 << 24  # the same where nothing is decoded
_MOST_KEPT = 16 << 20
_FEW = 256  # elements of a chunk for which a step for each plane takes longer


class Item(NamedTuple):
    """A block that is to be moved: its share of the selection, and its stored bytes."""

    piece: Piece
    place: Stored
    data: Buffer


def worth_threads(out: AnyArray, blocks: Blocks) -> bool:
    """Whether several threads fill `out` sooner than one."""
    return out.nbytes >= (_WORTH_DECODING if blocks.filters else _WORTH_COPYING)


class Transfer:
    """Moves blocks into `out`, whose dtype is that of whole elements."""

    def __init__(self, blocks: Blocks, out: AnyArray, limits: Limits) -> None:
        self._blocks = blocks
        self._out = out
        self._limits = limits
        self._planes = _planes(blocks, out)
        if blocks.filters:
            _keep_freed_memory(prod(blocks.block_shape) * out.dtype.itemsize)

    def put(self, item: Item) -> None:
        """Decode a block and move what is selected of it; threads may do this side by side."""
        try:
            if len(item.data) < item.place.size:
                raise TruncatedError(
                    "the file ends in it",
                    expected=f"{item.place.size} bytes",
                    found=f"{len(item.data)} bytes",
                )
            self._put(*item)
        except PureHDFError as error:
            if error.section is None:
                error.locate(structure="raw data", section="IV.B")
            raise error.locate(offset=item.place.offset) from error.__cause__

    def _put(self, piece: Piece, place: Stored, stored: Buffer) -> None:
        filters = self._blocks.filters_of(piece.block)
        shape = self._blocks.stored_shape(piece.block)
        unit, mask = self._out.dtype, place.filter_mask
        count = prod(shape)
        size = count * unit.itemsize
        if self._planes and filters and not mask & 1:
            data = decode_chunk(stored, filters, mask, size, self._limits, keep=1)
            planes = np.frombuffer(data, np.uint8, size).reshape(unit.itemsize, *shape)
            for target, plane in zip(self._planes, planes, strict=True):
                target[piece.into] = plane[piece.take]
        else:
            data = decode_chunk(stored, filters, mask, size, self._limits)
            block = np.frombuffer(data, unit, count).reshape(shape)
            self._out[piece.into] = block[piece.take]


def _planes(blocks: Blocks, out: AnyArray) -> list[AnyArray]:
    """Views of `out`, of all first bytes, all second bytes, ..., if chunks come so; else none."""
    if not blocks.filters or blocks.filters[0].id != SHUFFLE or not out.size:
        return []
    width = out.dtype.itemsize
    if width < 2 or blocks.filters[0].parameters[:1] != (width,) or prod(blocks.block_shape) < _FEW:
        return []
    table = out.reshape(-1).view(np.uint8).reshape(*out.shape, width)
    return [table[..., i] for i in range(width)]


@lru_cache(maxsize=64)  # once for each size is enough
def _keep_freed_memory(size: int) -> None:
    """Let buffers of chunks, of `size` bytes, be used again.

    glibc gives them back to the system one by one, and the next chunk pays for fresh pages: a
    third of the time that zlib takes.  Once it has seen a larger block freed it keeps such.
    """
    if sys.platform == "linux":
        np.empty(min(4 * size, _MOST_KEPT), np.uint8)
