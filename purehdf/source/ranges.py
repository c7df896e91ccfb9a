"""The two small things that every source does with ranges: clip them, and name them in errors."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from ..errors import SourceError
from .protocol import Buffer, Range

__all__ = ["clip", "failure", "in_thread"]


def clip(ranges: Sequence[Range], size: int) -> list[Range]:
    """Cut ``ranges`` at ``size``; a range past the end becomes ``(size, size)``.

    Raises
    ------
    ValueError
        A range is negative or runs backwards: the mistake of a caller, never of a file.
    """
    clipped = []
    for start, stop in ranges:
        if not 0 <= start <= stop:
            raise ValueError(f"not a range of bytes: {start} to {stop}")
        clipped.append((min(start, size), min(stop, size)))
    return clipped


def failure(name: str, ranges: Sequence[Range], why: object) -> SourceError:
    """Make the error that says which bytes of which file could not be read, and why.

    Without ``ranges``, it was the size of the file that could not be found.
    """
    text = str(why) or type(why).__name__
    if not ranges:
        return SourceError(f"{name}: cannot find the size: {text}")
    start = min(start for start, _ in ranges)
    stop = max(stop for _, stop in ranges)
    return SourceError(f"{name}: cannot read bytes {start} to {stop}: {text}", offset=start)


async def in_thread(
    read: Callable[[Sequence[Range]], list[Buffer]], ranges: Sequence[Range]
) -> list[Buffer]:
    """Call a blocking ``read`` in a thread; directly where there are none (the browser)."""
    if sys.platform == "emscripten":
        return read(ranges)
    import asyncio  # late: half of the import time of the package would be asyncio's

    return await asyncio.to_thread(read, ranges)
