"""Filter 1, deflate: a zlib stream."""

from __future__ import annotations

import zlib

from ..errors import FormatError, TruncatedError
from ..format.buffer import Buffer
from .packages import check_size

__all__ = ["decode"]


def decode(data: Buffer, parameters: tuple[int, ...], limit: int) -> Buffer:
    """Inflate, never to more than `limit` bytes."""
    inflater = zlib.decompressobj()
    try:
        # One byte more than allowed: a stream that fills the limit still has its end to show.
        out = inflater.decompress(data, limit + 1)
    except zlib.error as error:
        raise FormatError(f"not a zlib stream ({error})", structure="deflate filter") from error
    check_size("deflate", len(out), limit)
    if not inflater.eof:
        raise TruncatedError("the zlib stream ends early", structure="deflate filter")
    return out
