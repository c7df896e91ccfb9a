"""Filter 32001, blosc: one chunk of Blosc 1.

Its header has 16 bytes: format, format of the compressor, flags, element size, then size,
size of a block and compressed size, 4 bytes each.
"""

from __future__ import annotations

from ..errors import FormatError, TruncatedError
from ..format.buffer import Buffer
from .blosc_blocks import decode_blocks
from .packages import check_size, find_package, guard

__all__ = ["decode"]

_HEADER = 16
_STORED = 0x02  # flag: the bytes were not compressed
_SNAPPY = 2


def decode(data: Buffer, parameters: tuple[int, ...], limit: int) -> Buffer:
    """Decompress; the sizes come from the header, `parameters` do not matter."""
    if len(data) < _HEADER:
        raise TruncatedError(
            "no room for the header", structure="blosc filter", expected=_HEADER, found=len(data)
        )
    size = int.from_bytes(data[4:8], "little")
    stored = int.from_bytes(data[12:16], "little")
    check_size("blosc", size, limit)
    if stored > len(data):
        raise TruncatedError(
            "too few bytes", structure="blosc filter", expected=stored, found=len(data)
        )
    flags = data[2]
    # Packages are built without Snappy these days.
    if flags >> 5 == _SNAPPY and not flags & _STORED:
        return decode_blocks(data[:stored], size)
    module = find_package("blosc", 32001, parameters, "numcodecs.blosc", "blosc2")
    out: bytes = guard("blosc", module.decompress, data[:stored])
    if len(out) != size:
        raise FormatError("the wrong size", structure="blosc filter", expected=size, found=len(out))
    return out
