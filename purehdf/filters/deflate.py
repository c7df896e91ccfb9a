"""Filter 1, deflate: a zlib stream.

With the extra "fast" the package ``deflate`` (libdeflate) inflates it, some 2.5 times as
fast as the standard library.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import cache
from importlib import import_module

from ..errors import FormatError, TruncatedError
from ..format.buffer import Buffer
from .packages import check_size

__all__ = ["decode"]

_FAST_LIMIT = 1 << 32  # libdeflate's size of a result fits 32 bits


def decode(data: Buffer, parameters: tuple[int, ...], limit: int) -> Buffer:
    """Inflate, never to more than `limit` bytes."""
    fast = _fast()
    if fast is not None and 0 < limit < _FAST_LIMIT:  # it takes 0 for no limit
        try:
            return memoryview(fast(data, limit))
        except Exception:  # it does not say what is wrong: the standard library does
            pass
    return _inflate(data, limit)


@cache
def _fast() -> Callable[[Buffer, int], bytearray] | None:
    """``zlib_decompress(data, limit)`` of libdeflate, which verifies the checksum too."""
    try:
        found: Callable[[Buffer, int], bytearray] = import_module("deflate").zlib_decompress
    except Exception:  # missing, or broken
        return None
    return found


def _inflate(data: Buffer, limit: int) -> Buffer:
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
