"""Filter 32033, htj2k: one bare codestream of High-Throughput JPEG 2000 (ISO/IEC 15444-15).

The second parameter is the size of a sample in bytes, and 0x80 if it is signed; zero or
nothing leaves both to the codestream.  Components are interleaved.
"""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

import numpy as np

from ..errors import FormatError, TruncatedError
from ..format.buffer import Buffer
from .packages import check_size, find_package, guard

__all__ = ["decode"]

_START = b"\xff\x4f\xff\x51"  # of the codestream, and of its first segment: the sizes
_SIZES = struct.Struct(">4x 4x 2I 2I 16x H B")  # up to the precision of the first component
_SIGNED = 0x80


class _Image(NamedTuple):
    samples: int
    bits: int  # of a sample
    signed: bool


def decode(data: Buffer, parameters: tuple[int, ...], limit: int) -> Buffer:
    """Decompress the image to samples of the type that the parameters name."""
    source = bytes(data)
    image = _parse(source)
    dtype = _sample_type(parameters, image)
    # The decoder has its own idea of the smallest type that holds a sample.
    check_size("htj2k", image.samples * dtype.itemsize, limit)
    module = find_package("htj2k", 32033, parameters, "imagecodecs")
    out = guard("htj2k", module.htj2k_decode, source, planar=False)
    if out.dtype.kind not in "iu":
        raise FormatError("samples are no integers", structure="htj2k filter", found=out.dtype)
    return bytes(out.astype(dtype).tobytes())


def _parse(data: bytes) -> _Image:
    if not data.startswith(_START):
        raise FormatError("not a codestream", structure="htj2k filter", found=data[:4])
    if len(data) < _SIZES.size:
        raise TruncatedError(
            "no room for the header",
            structure="htj2k filter",
            expected=_SIZES.size,
            found=len(data),
        )
    right, bottom, left, top, components, precision = _SIZES.unpack_from(data)
    if left >= right or top >= bottom:
        raise FormatError("an image of no samples", structure="htj2k filter")
    samples = (right - left) * (bottom - top) * components
    return _Image(samples, (precision & 0x7F) + 1, bool(precision & _SIGNED))


def _sample_type(parameters: tuple[int, ...], image: _Image) -> np.dtype[Any]:
    kind = parameters[1] if len(parameters) > 1 else 0
    if not kind:
        kind = (1 if image.bits <= 8 else 2) | (_SIGNED if image.signed else 0)
    size = kind & ~_SIGNED
    if size not in (1, 2) or image.bits > 8 * size:
        raise FormatError(
            "samples do not fit their type",
            structure="htj2k filter",
            expected=f"parameter {kind:#x}",
            found=f"{image.bits} bits",
        )
    return np.dtype(f"<{'i' if kind & _SIGNED else 'u'}{size}")
