"""The raw format of Snappy, which occurs inside Blosc and which few packages decode.

The data starts with its decoded length, seven bits a byte.  The lower two bits of a tag
say what follows: literal bytes (0), or a copy with a distance of 11 (1), 16 (2) or 32
bits (3).
"""

from __future__ import annotations

from ..errors import FormatError, TruncatedError
from .copying import copy_back

__all__ = ["expand"]


def expand(name: str, source: bytes, size: int) -> bytes:
    """Return the `size` bytes that `source` stands for; `name` is the filter to blame."""
    out = bytearray()
    position = _check_length(name, source, size)
    while position < len(source):
        tag = source[position]
        kind, position = tag & 3, position + 1
        if kind == 0:
            width = max((tag >> 2) - 59, 0)
            length = _number(name, source, position, width) if width else tag >> 2
            position += width
            out += source[position : position + length + 1]
            position += length + 1
        else:
            width = (1, 2, 4)[kind - 1]
            distance = _number(name, source, position, width)
            length = (tag >> 2) + 1
            if kind == 1:
                length, distance = (tag >> 2 & 7) + 4, distance | tag >> 5 << 8
            copy_back(name, out, distance, length)
            position += width
        if len(out) > size:
            break
    if len(out) != size or position > len(source):
        raise FormatError(
            "Snappy data of the wrong size",
            structure=f"{name} filter",
            expected=size,
            found=len(out),
        )
    return bytes(out)


def _check_length(name: str, source: bytes, size: int) -> int:
    """Compare the length at the beginning; return where the first tag is."""
    length = 0
    for i, byte in enumerate(source[:5]):
        length |= (byte & 127) << 7 * i
        if byte < 128:
            if length != size:
                raise FormatError(
                    "the wrong size", structure=f"{name} filter", expected=size, found=length
                )
            return i + 1
    raise TruncatedError("no length of the Snappy data", structure=f"{name} filter")


def _number(name: str, source: bytes, position: int, width: int) -> int:
    if position + width > len(source):
        raise TruncatedError("the Snappy data ends early", structure=f"{name} filter")
    return int.from_bytes(source[position : position + width], "little")
