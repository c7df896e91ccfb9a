"""Filter 307, bzip2: one bzip2 stream."""

from __future__ import annotations

from ..format.buffer import Buffer
from .packages import find_package, inflate

__all__ = ["decode"]


def decode(data: Buffer, parameters: tuple[int, ...], limit: int) -> Buffer:
    """Inflate, never to more than `limit` bytes."""
    # Some builds of Python come without the module.
    bz2 = find_package("bzip2", 307, parameters, "bz2")
    return inflate("bzip2", bz2.BZ2Decompressor(), data, limit)
