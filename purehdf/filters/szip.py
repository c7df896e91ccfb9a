"""Filter 4, szip: the extended Rice coder of CCSDS 121.0-B.

The parameters are: options, samples of a block, bits of a sample, samples of a scanline.
A chunk starts with its decoded size (4 bytes, little-endian).  Samples of 32 or 64 bits
were split into planes of bytes first, so that the coder sees bytes.  Every scanline is
padded to whole blocks, and is coded on its own.
"""

from __future__ import annotations

import numpy as np

from ..errors import FormatError, TruncatedError
from ..format.buffer import Buffer
from .packages import check_size
from .rice import RiceDecoder

__all__ = ["decode"]

_BIG_ENDIAN, _NEAREST_NEIGHBOUR = 16, 32  # options; the others steer the encoder
_MOST_OF_BLOCK, _MOST_OF_LINE = 32, 4096  # samples


def decode(data: Buffer, parameters: tuple[int, ...], limit: int) -> Buffer:
    """Decode all scanlines; whether they are signed does not matter."""
    options, block, bits, line = _check(parameters)
    if len(data) < 4:
        raise TruncatedError("no room for the size", structure="szip filter")
    size = int.from_bytes(data[:4], "little")
    check_size("szip", size, limit)
    planes = bits // 8 if bits in (32, 64) else 1
    bits = 8 if planes > 1 else bits
    width = 1 if bits <= 8 else 2 if bits <= 16 else 4
    if size % (width * planes):
        raise FormatError(
            "not a whole number of samples",
            structure="szip filter",
            expected=f"a multiple of {width * planes}",
            found=size,
        )
    decoder = RiceDecoder(data[4:], bits, block, bool(options & _NEAREST_NEIGHBOUR))
    order = ">" if options & _BIG_ENDIAN else "<"
    out = decoder.scanlines(size // width, line, np.dtype(f"{order}u{width}"))
    return out.reshape(planes, -1).T.tobytes() if planes > 1 else out.tobytes()


def _check(parameters: tuple[int, ...]) -> tuple[int, int, int, int]:
    if len(parameters) < 4:
        raise TruncatedError(
            "too few parameters", structure="szip filter", expected=4, found=len(parameters)
        )
    options, block, bits, line = parameters[:4]
    if not 0 < block <= _MOST_OF_BLOCK or block % 2:
        raise FormatError(
            "impossible block", structure="szip filter", field="pixels per block", found=block
        )
    if not 0 < line <= _MOST_OF_LINE:
        raise FormatError(
            "impossible scanline", structure="szip filter", field="pixels per scanline", found=line
        )
    if not (0 < bits <= 24 or bits in (32, 64)):
        raise FormatError(
            "impossible sample", structure="szip filter", field="bits per pixel", found=bits
        )
    return options, block, bits, line
