"""The bytes of a chunk as they lie in the file, or a part of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ..errors import TruncatedError
from ..format.buffer import Buffer

__all__ = ["stored_bytes"]

Read = Callable[[list[tuple[int, int]]], Awaitable[list[Buffer]]]


async def stored_bytes(read: Read, offset: int, size: int, part: slice = slice(None)) -> Buffer:
    """Return a part of the `size` bytes at a file offset, by way of `read`: a reader's, or Need.

    Raises
    ------
    TruncatedError
        The file ends in it (IV.B).
    """
    start, stop, _ = part.indices(size)
    wanted = max(stop - start, 0)
    (data,) = await read([(offset + start, offset + start + wanted)])
    if len(data) < wanted:
        raise TruncatedError(
            "the file ends in it",
            structure="raw data",
            section="IV.B",
            offset=offset + start,
            expected=f"{wanted} bytes",
            found=f"{len(data)} bytes",
        )
    return data
