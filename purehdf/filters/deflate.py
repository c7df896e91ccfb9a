"""Filter 1, deflate: a zlib stream."""

from __future__ import annotations

import zlib

from ..errors import FormatError, LimitError
from ..format.buffer import Buffer

__all__ = ["decode"]


def decode(data: Buffer, parameters: tuple[int, ...], limit: int) -> Buffer:
    """Inflate, never to more than `limit` bytes."""
    inflater = zlib.decompressobj()
    try:
        out = inflater.decompress(data, limit)
        # A stream that fills the limit exactly still has its end to show.
        if not inflater.eof and inflater.decompress(inflater.unconsumed_tail, 1):
            raise LimitError(
                "inflates to more than a chunk",
                structure="deflate filter",
                expected=f"at most {limit} bytes",
            )
    except zlib.error as error:
        raise FormatError(f"not a zlib stream ({error})", structure="deflate filter") from error
    if not inflater.eof:
        raise FormatError("the zlib stream ends early", structure="deflate filter")
    return out
