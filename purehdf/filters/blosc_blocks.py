"""A Blosc 1 chunk block by block, for what is compressed with Snappy.

After the header come the places of all blocks, 4 bytes each.  A block is one stream, or
as many as an element has bytes; each with its size before it, and not compressed if that
is its full size.  Elements are shuffled within their block.
"""

from __future__ import annotations

from ..errors import FormatError, TruncatedError
from ..format.buffer import Buffer
from . import shuffle, snappy
from .bitshuffle import unshuffle

__all__ = ["decode_blocks"]

_HEADER = 16
_BYTES, _BITS, _WHOLE = 0x01, 0x04, 0x10  # flags: how it is shuffled, and never split
_MOST_STREAMS = 16
_LEAST_STREAM = 128  # bytes


def decode_blocks(data: Buffer, size: int) -> bytes:
    """Decode a whole chunk of `size` bytes."""
    source = bytes(data)
    flags, width = source[2], source[3] or 1
    step = int.from_bytes(source[8:12], "little")
    blocks = -(-size // step) if step else 0
    if (size and not blocks) or len(source) < _HEADER + 4 * blocks:
        raise TruncatedError("no room for the places of the blocks", structure="blosc filter")
    parts = []
    for i in range(blocks):
        entry = _HEADER + 4 * i
        start = int.from_bytes(source[entry : entry + 4], "little")
        length = min(step, size - i * step)
        fits = width <= _MOST_STREAMS and step // width >= _LEAST_STREAM
        split = fits and length == step and not flags & _WHOLE
        parts.append(
            _unshuffle(_streams(source, start, length, width if split else 1), flags, width)
        )
    return b"".join(parts)


def _streams(source: bytes, start: int, length: int, count: int) -> bytes:
    """Join the streams of the block at `start`."""
    if length % count:
        raise FormatError("a block that is not whole elements", structure="blosc filter")
    size = length // count
    parts = []
    for _ in range(count):
        stop = start + 4 + int.from_bytes(source[start : start + 4], "little")
        if stop > len(source) or start + 4 > stop:
            raise TruncatedError("a stream reaches beyond the chunk", structure="blosc filter")
        stream = source[start + 4 : stop]
        parts.append(stream if len(stream) == size else snappy.expand("blosc", stream, size))
        start = stop
    return b"".join(parts)


def _unshuffle(block: bytes, flags: int, width: int) -> Buffer:
    if flags & _BYTES:
        return shuffle.decode(block, (width,), len(block))
    # Bits are shuffled only where elements fill whole bytes of a row.
    count = len(block) // width
    if flags & _BITS and count and count % 8 == 0:
        return unshuffle(block, width, count)
    return block
