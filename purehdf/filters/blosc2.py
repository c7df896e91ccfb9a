"""Filter 32026, blosc2: one contiguous frame of Blosc2, plain or with the shape of the chunk.

In a frame with a shape (its metadata "b2nd" tells it), the chunk is cut into blocks of the
same rank, padded to whole blocks, which stand one behind the other.
"""

from __future__ import annotations

from itertools import chain
from math import prod
from typing import Any

import numpy as np

from ..errors import FormatError, TruncatedError
from ..format.buffer import Buffer
from .packages import check_size, find_package, guard

__all__ = ["decode"]

_MAGIC = b"b2frame\0"
_HEADER = 62  # up to the fields that are looked at here
_PADDING = 64 << 20  # bytes that the padding of blocks may add


def decode(data: Buffer, parameters: tuple[int, ...], limit: int) -> Buffer:
    """Decompress the only chunk of the frame."""
    if len(data) < _HEADER:
        raise TruncatedError(
            "no room for the header", structure="blosc2 filter", expected=_HEADER, found=len(data)
        )
    if bytes(data[2:10]) != _MAGIC:
        raise FormatError("not a frame", structure="blosc2 filter", found=bytes(data[2:10]))
    for start, stop in ((30, 38), (58, 62)):  # size of all, and of a chunk
        size = int.from_bytes(data[start:stop], "big")
        check_size("blosc2", size, 2 * limit + _PADDING)
    module = find_package("blosc2", 32026, parameters, "blosc2")
    out = guard("blosc2", _decompress, module, bytes(data))
    check_size("blosc2", len(out), limit)
    return out


def _decompress(module: Any, data: bytes) -> bytes:
    frame = module.schunk_from_cframe(data)
    out: bytes = frame.decompress_chunk(0)
    if "b2nd" not in frame.meta:
        return out
    _, _, shape, chunk, block = frame.meta["b2nd"][:5]
    return _without_padding(out, frame.typesize, shape, chunk, block)


def _without_padding(
    data: bytes, width: int, shape: list[int], chunk: list[int], block: list[int]
) -> bytes:
    """Put blocks side by side, and cut what reaches beyond the shape."""
    if not len(shape) == len(chunk) == len(block) or min(chunk) < 1 or min(block) < 1:
        raise FormatError("impossible shape", structure="blosc2 filter", found=shape)
    grid = [-(-size // step) for size, step in zip(chunk, block, strict=True)]
    padded = [count * step for count, step in zip(grid, block, strict=True)]
    if prod(padded) * width != len(data):
        raise FormatError(
            "the wrong size",
            structure="blosc2 filter",
            expected=prod(padded) * width,
            found=len(data),
        )
    rank = len(shape)
    blocks = np.frombuffer(data, np.uint8).reshape(*grid, *block, width)
    order = chain.from_iterable((axis, rank + axis) for axis in range(rank))
    whole = blocks.transpose(*order, 2 * rank).reshape(*padded, width)
    return whole[tuple(slice(size) for size in shape)].tobytes()
