"""Filter 32008, bitshuffle: all first bits of a block's elements, then all second bits, ...

Blocks are transposed on their own, and may each be compressed with LZ4 or Zstandard;
then the chunk starts as one of filter lz4 does.  Up to seven elements at the end, which
fill no byte of a row of bits, stay as they are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import FormatError, TruncatedError, UnsupportedError
from ..format.buffer import Buffer
from . import lz4, zstd
from .packages import find_package

__all__ = ["decode", "unshuffle"]

_NAME = "bitshuffle"
_LZ4, _ZSTD = 2, 3
_HEADER = 12
# Exchanges of an 8 × 8 matrix of bits in one word: (shift, bits that move down).
_TRANSPOSE = ((7, 0x00AA00AA00AA00AA), (14, 0x0000CCCC0000CCCC), (28, 0x00000000F0F0F0F0))


def decode(data: Buffer, parameters: tuple[int, ...], limit: int) -> Buffer:
    """Undo it: `parameters` are two version numbers, element size, block size, compression."""
    if len(parameters) < 3 or not parameters[2]:
        raise FormatError("no element size", structure="bitshuffle filter", field="parameters")
    width, block, compression = (*parameters[2:5], 0, 0)[:3]
    if compression in (_LZ4, _ZSTD):
        total, block_bytes = lz4.read_header(_NAME, data, limit)
        block = block_bytes // width  # in place of the parameter's
        shuffled: Buffer = _decompress(data, parameters, total, _block_size(block, width) * width)
    elif compression == 0:
        shuffled = data
    else:
        raise UnsupportedError(f"bitshuffle compression {compression}", section="IV.A.2.l")
    return unshuffle(shuffled, width, _block_size(block, width))


def _block_size(block: int, width: int) -> int:
    """Elements of a block; zero is bitshuffle's own choice: some 8 KiB, at least 128 elements."""
    block = block or max(8192 // width // 8 * 8, 128)
    if block % 8:
        raise FormatError(
            "not a multiple of 8", structure="bitshuffle filter", field="block size", found=block
        )
    return block


def _decompress(data: Buffer, parameters: tuple[int, ...], total: int, block_bytes: int) -> Buffer:
    """Decompress all blocks; the bytes are still shuffled."""
    width = parameters[2]
    if parameters[4] == _LZ4:
        decode_block = lz4.block_decoder(_NAME, 32008, parameters)
    else:
        module = find_package(_NAME, 32008, parameters, *zstd.MODULES)

        def decode_block(block: Buffer, size: int) -> Buffer:
            return zstd.decode_frame(module, block, size)

    packed = total - total % (8 * width)  # the rest is not compressed
    source, position = memoryview(data), _HEADER
    parts: list[Buffer] = []
    for start in range(0, packed, block_bytes):
        block, position = lz4.take_block(_NAME, source, position)
        parts.append(decode_block(block, min(block_bytes, packed - start)))
    parts.append(source[position : position + total - packed])
    out = b"".join(parts)
    if len(out) != total:
        raise TruncatedError(
            "too few bytes", structure="bitshuffle filter", expected=total, found=len(out)
        )
    return out


def unshuffle(data: Buffer, width: int, block: int) -> Buffer:
    """Undo the shuffling of elements of `width` bytes in blocks of `block` elements."""
    source = np.frombuffer(data, np.uint8)
    out = np.empty(len(source), np.uint8)
    count = len(source) // width
    whole = count // block * block
    last = count // 8 * 8
    for start, stop, size in ((0, whole, block), (whole, last, last - whole)):
        if stop > start:
            window = slice(start * width, stop * width)
            out[window] = _transpose(source[window], width, size)
    out[last * width :] = source[last * width :]
    return out.data


def _transpose(data: NDArray[np.uint8], width: int, block: int) -> NDArray[np.uint8]:
    """Turn blocks of bit rows into elements: 64 bits, 8 of 8 elements, at a time."""
    rows = data.reshape(-1, width, 8, block // 8)
    words = rows.swapaxes(2, 3).copy().view("<u8")[..., 0]
    for shift, moved in _TRANSPOSE:
        exchanged = (words ^ (words >> np.uint64(shift))) & np.uint64(moved)
        words ^= exchanged ^ (exchanged << np.uint64(shift))
    # (blocks, byte of an element, group of 8 elements) -> elements, byte by byte
    octets = words.astype("<u8", copy=False)[..., None].view(np.uint8)
    return octets.transpose(0, 2, 3, 1).reshape(-1)
