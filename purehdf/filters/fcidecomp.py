"""Filter 32018, fcidecomp: one image of JPEG-LS (ISO/IEC 14495-1), of bytes or 16-bit words.

The image tells all that a decoder needs.  Of several components, the chunk holds the samples
in the order of the scans: one component after the other, or interleaved.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..errors import FormatError, TruncatedError
from ..format.buffer import Buffer
from .packages import check_size, find_package, guard

__all__ = ["decode"]

_START = b"\xff\xd8"  # of the image
_END = b"\xff\xd9"  # of the image: coded samples hold no marker
_FRAME = 0xF7
_SCAN = 0xDA


class _Frame(NamedTuple):
    size: int  # of the decoded image, in bytes
    planar: bool  # whether each component has a scan of its own


def decode(data: Buffer, parameters: tuple[int, ...], limit: int) -> Buffer:
    """Decompress the image; its size comes from the data, `parameters` do not matter."""
    source = bytes(data)
    frame = _parse(source)
    check_size("fcidecomp", frame.size, limit)
    module = find_package("fcidecomp", 32018, parameters, "imagecodecs")
    image = guard("fcidecomp", module.jpegls_decode, source)
    if frame.planar and image.ndim == 3:
        image = np.moveaxis(image, -1, 0)  # the decoder puts the components last
    return bytes(image.astype(image.dtype.newbyteorder("<"), copy=False).tobytes())


def _parse(data: bytes) -> _Frame:
    """Walk through the segments, up to the first scan."""
    if not data.startswith(_START):
        raise FormatError("not an image", structure="fcidecomp filter", found=data[:2])
    if _END not in data:  # the decoder takes seconds to see that
        raise TruncatedError("the image has no end", structure="fcidecomp filter")
    size, position = None, len(_START)
    while position + 4 <= len(data):
        fill, marker = data[position : position + 2]
        start, position = position, position + 2 + _word(data, position + 2)
        segment = data[start + 4 : position]
        if fill != 0xFF or position > len(data):
            break
        if marker == _FRAME and len(segment) >= 6:
            width = 1 if segment[0] <= 8 else 2
            size = _word(segment, 1) * _word(segment, 3) * segment[5] * width
        if marker == _SCAN and size is not None and len(segment) >= 3:
            return _Frame(size, segment[-2] == 0)
    raise TruncatedError("no header of a frame and a scan", structure="fcidecomp filter")


def _word(data: bytes, position: int) -> int:
    return int.from_bytes(data[position : position + 2], "big")
