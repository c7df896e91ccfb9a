"""Filter 307, bzip2: one bzip2 stream."""

from __future__ import annotations

from ..errors import FilterUnavailableError
from ..format.buffer import Buffer
from .packages import inflate

__all__ = ["decode"]


def decode(data: Buffer, parameters: tuple[int, ...], limit: int) -> Buffer:
    """Inflate, never to more than `limit` bytes."""
    try:
        import bz2
    except ImportError as error:
        raise FilterUnavailableError(
            f"filter bzip2 (id 307, parameters {list(parameters)}) needs Python's module bz2, "
            "which this build of Python lacks",
            structure="bzip2 filter",
        ) from error
    return inflate("bzip2", bz2.BZ2Decompressor(), data, limit)
