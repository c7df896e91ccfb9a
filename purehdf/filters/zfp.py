"""Filter 32013, zfp: one field of numbers, its zfp header in the parameters.

The first parameter holds versions.  The others are the words of zfp's own header: 32 bits
of magic, 52 of shape and type, 12 or 64 of mode, least significant bit first.  The chunk
is the bit stream that zfp would have written behind it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..errors import FormatError, TruncatedError
from ..format.buffer import Buffer
from .packages import check_size, find_package, guard

__all__ = ["decode"]

_MAGIC = b"zfp"
_LONG_MODE = 0xFFF
_FIXED_RATE = 2048  # short modes below it are: bits of a block, less one
_SIZES = (4, 8, 4, 8)  # int32, int64, float32, float64


class _Header(NamedTuple):
    bits: int  # of the header itself
    shape: tuple[int, ...]  # the fastest dimension first
    size: int  # of a value, in bytes
    least: int  # bits of a block


def decode(data: Buffer, parameters: tuple[int, ...], limit: int) -> Buffer:
    """Decompress the field that the parameters describe."""
    words, swapped = _header_bytes(parameters)
    header = _parse(int.from_bytes(words, "little"))
    if header.bits > 8 * len(words):
        raise TruncatedError("the parameters end inside the header", structure="zfp filter")
    values = int(np.prod(header.shape, dtype=object))
    check_size("zfp", values * header.size, limit)
    stream = _stream(words, header, data)
    module = find_package("zfp", 32013, parameters, "zfpy", "imagecodecs")
    decompress = module.zfp_decode if module.__name__ == "imagecodecs" else module.decompress_numpy
    out = np.ascontiguousarray(guard("zfp", decompress, stream))
    if out.nbytes != values * header.size:
        raise FormatError(
            "the wrong size",
            structure="zfp filter",
            expected=values * header.size,
            found=out.nbytes,
        )
    return (out.byteswap() if swapped else out).tobytes()


def _header_bytes(parameters: tuple[int, ...]) -> tuple[bytes, bool]:
    """The header, and whether the writer's byte order is not that of the file."""
    for order in ("<u4", ">u4"):
        words = np.array(parameters[1:], order).tobytes()
        if words.startswith(_MAGIC):
            return words, order == ">u4"
    raise FormatError("the parameters hold no zfp header", structure="zfp filter")


def _parse(bits: int) -> _Header:
    meta = bits >> 32
    mode = bits >> 84
    kind, rank = meta & 3, (meta >> 2 & 3) + 1
    width = 48 // rank
    mask = (1 << min(width, 32)) - 1
    shape = tuple((meta >> 4 + i * width & mask) + 1 for i in range(rank))
    short = mode & _LONG_MODE
    if short == _LONG_MODE:
        return _Header(148, shape, _SIZES[kind], (mode >> 12 & 0x7FFF) + 1)
    return _Header(96, shape, _SIZES[kind], short + 1 if short < _FIXED_RATE else 1)


def _stream(words: bytes, header: _Header, data: Buffer) -> bytes:
    """Header and data in one stream, with zeros behind it: zfp reads on without looking.

    A block of zeros takes less than 96 bits, or the least that the mode asks for; the block
    in which the data ends takes no more than 256 values of 8 bytes and some.
    """
    blocks = 1
    for extent in header.shape:
        blocks *= -(-extent // 4)
    if blocks * header.least > 8 * len(data):
        raise TruncatedError(
            "too few bytes",
            structure="zfp filter",
            expected=f"{blocks * header.least} bits",
            found=f"{8 * len(data)} bits",
        )
    padding = bytes(blocks * max(header.least, 96) // 8 + 8192)
    whole, rest = divmod(header.bits, 8)
    body = bytes(data) + padding
    if rest:
        body = _shifted(body, rest, words[whole] & (1 << rest) - 1)
    return words[:whole] + body


def _shifted(data: bytes, bits: int, first: int) -> bytes:
    """Move all bits up by `bits`, with `first` below them."""
    octets = np.frombuffer(data, np.uint8)
    out = octets << np.uint8(bits)
    out[0] |= first
    out[1:] |= octets[:-1] >> np.uint8(8 - bits)
    return out.tobytes()
