"""Runs of blocks that each state how many bytes follow them, such as the messages of a header.

Where each block lies is known only from those before it.  But most runs of a file are framed
like another one: a :class:`struct.Struct` made for that takes them apart in one go, and what
the blocks state then says whether it was the right one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from struct import Struct
from typing import Any

from .block import Layout
from .buffer import Buffer

__all__ = ["Frames", "Framing"]


class Framing:
    """Blocks of `layout`, each with as many bytes behind it as its field number `field` states.

    Attributes
    ----------
    sizes : tuple of int
        Those numbers of bytes.
    size : int
        Bytes that all take, with the blocks.
    starts : list of int
        Where the bytes behind each block begin, from the start of the run.
    """

    def __init__(self, layout: Layout, field: int, sizes: Sequence[int]) -> None:
        self.names = layout.names
        self.sizes = tuple(sizes)
        self._struct = Struct("<" + "".join(f"{layout.format}{size}s" for size in sizes))
        self.size = self._struct.size
        stops = accumulate(size + layout.size for size in sizes)
        self.starts = [stop - size for stop, size in zip(stops, sizes, strict=True)]
        self._stated = slice(field, None, len(layout.names) + 1)

    def unpack(self, data: Buffer, position: int) -> tuple[Any, ...] | None:
        """All fields and bytes at ``data[position:]``; None if they are not framed like this."""
        if position + self.size > len(data):
            return None
        values = self._struct.unpack_from(data, position)
        return values if values[self._stated] == self.sizes else None


class Frames:
    """The blocks of a run, and what lies behind each.

    Attributes
    ----------
    contents : tuple of bytes
        What lies behind each block.
    offsets : tuple of int
        File offsets of that.
    """

    def __init__(self, framing: Framing, values: tuple[Any, ...], offset: int) -> None:
        self._names = framing.names
        self._values = values
        self.contents: tuple[bytes, ...] = self._column(len(framing.names))
        self.offsets = tuple([offset + start for start in framing.starts])

    def column(self, name: str) -> tuple[Any, ...]:
        """A field of all blocks."""
        return self._column(self._names.index(name))

    def _column(self, number: int) -> tuple[Any, ...]:
        return self._values[number :: len(self._names) + 1]
