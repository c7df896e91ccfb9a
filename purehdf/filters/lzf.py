"""Filter 32000, lzf: the format of LibLZF, as h5py writes it.

A control byte below 32 announces that many literal bytes and one more.  Any other one is
a copy of bytes that were written before: length in its upper three bits (7: more in the
next byte), distance in its lower five and in one byte more.
"""

from __future__ import annotations

from ..errors import TruncatedError
from ..format.buffer import Buffer
from .copying import copy_back
from .packages import check_size

__all__ = ["decode"]


def decode(data: Buffer, parameters: tuple[int, ...], limit: int) -> Buffer:
    """Expand, never to more than `limit` bytes; `parameters` do not matter."""
    try:
        return _expand(bytes(data), limit)
    except IndexError:
        raise TruncatedError("the data ends inside a copy", structure="lzf filter") from None


def _expand(source: bytes, limit: int) -> Buffer:
    out = bytearray()
    position, end = 0, len(source)
    while position < end:
        control = source[position]
        position += 1
        if control < 32:
            stop = position + control + 1
            if stop > end:
                raise TruncatedError("the data ends inside literal bytes", structure="lzf filter")
            out += source[position:stop]
            position = stop
        else:
            length = control >> 5
            if length == 7:
                length += source[position]
                position += 1
            distance = ((control & 31) << 8 | source[position]) + 1
            copy_back("lzf", out, distance, length + 2)
            position += 1
        if len(out) > limit:
            check_size("lzf", len(out), limit)
    return memoryview(out)
