"""The cursor that every decoder reads through.

The contract of a decoder: it is a plain function ``decode(cursor, ...) -> record``.  It
reads forward from the cursor and returns an immutable record.  It never waits and never
guesses a size: where the window of bytes is too short the cursor raises ``ShortRead``
with the range it needs, and whoever called the decoder runs it again on a longer window.

A cursor from :meth:`Cursor.sub` is *bounded*: it stands for bytes whose length the file
has stated, and reading beyond them is a ``TruncatedError``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self, TypeVar

import numpy as np

from ..errors import ChecksumError, TruncatedError
from ..limits import DEFAULT_LIMITS, Limits
from .block import Layout, layout_of
from .buffer import Buffer
from .checksum import lookup3
from .context import Context

__all__ = ["Cursor", "ShortRead"]

B = TypeVar("B")
Table = np.ndarray[Any, np.dtype[np.void]]


class ShortRead(Exception):
    """A window is too short: `ranges` lists (start, stop) file offsets that are needed.

    Each start is the start of a window; each stop is what that window must reach.
    """

    def __init__(self, ranges: Sequence[tuple[int, int]]) -> None:
        super().__init__(ranges)
        self.ranges = ranges


class Cursor:
    """A position in a window of bytes.

    Parameters
    ----------
    data : bytes or memoryview
        The bytes at hand.
    context : Context
        Sizes of offsets and lengths.
    origin : int
        File offset of ``data[0]``.
    start, stop : int
        Where in `data` to begin, and where the window ends.
    bounded : bool
        Whether the window is all there is.
    limits : Limits
        Budgets for counts and depths that the bytes state.
    """

    __slots__ = ("bounded", "context", "data", "limits", "origin", "position", "start", "stop")

    def __init__(
        self,
        data: Buffer,
        context: Context,
        origin: int = 0,
        start: int = 0,
        stop: int | None = None,
        *,
        bounded: bool = False,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self.data = data
        self.context = context
        self.origin = origin
        self.start = self.position = start
        self.stop = len(data) if stop is None else stop
        self.bounded = bounded
        self.limits = limits

    @property
    def offset(self) -> int:
        """File offset of the next byte."""
        return self.origin + self.position

    @property
    def remaining(self) -> int:
        """Bytes left in the window."""
        return self.stop - self.position

    def _advance(self, count: int) -> int:
        """Move over `count` bytes; return where they begin in the window."""
        position = self.position
        if position + count > self.stop:
            if self.bounded:
                raise TruncatedError(
                    "not enough bytes", expected=count, found=self.remaining, offset=self.offset
                )
            raise ShortRead([(self.origin + self.start, self.origin + position + count)])
        self.position = position + count
        return position

    def peek(self) -> int:
        """Return the next byte without moving."""
        self.position = self._advance(1)
        return self.data[self.position]

    def layout(self, block: type[Any]) -> Layout:
        """The compiled layout of a block in this file."""
        return layout_of(block, self.context)

    def read(self, block: type[B]) -> B:
        """Read one declared block."""
        layout = layout_of(block, self.context)
        record: B = layout.unpack(self.data, self._advance(layout.size), self.origin)
        return record

    def rows(self, block: type[Any], count: int) -> Buffer:
        """Move over `count` consecutive blocks and return their bytes."""
        size = layout_of(block, self.context).size * count
        position = self._advance(size)
        return self.data[position : position + size]

    def table(self, block: type[Any], count: int) -> Table:
        """Read `count` consecutive blocks as a structured array (count,), one column a field."""
        layout = layout_of(block, self.context)
        offset = self.offset
        table: Table = np.frombuffer(self.rows(block, count), layout.dtype)
        layout.check_table(table, range(offset, offset + layout.size * count, layout.size))
        return table

    def uint(self, width: int, name: str) -> int:
        """Read an unsigned little-endian integer of `width` bytes."""
        position = self._advance(width)
        return int.from_bytes(self.data[position : position + width], "little")

    def address(self, name: str) -> int | None:
        """Read an address; the undefined address is None."""
        value = self.uint(self.context.offset_size, name)
        return None if value == self.context.undefined_address else value

    def length(self, name: str) -> int:
        """Read a length."""
        return self.uint(self.context.length_size, name)

    def raw(self, count: int, name: str) -> bytes:
        """Read `count` bytes, as a copy."""
        position = self._advance(count)
        return bytes(self.data[position : position + count])

    def text(self, name: str, padded_to: int = 1) -> bytes:
        """Read bytes up to and over a zero byte and its padding; return them without it."""
        end = self.position
        while True:
            if end >= self.stop:
                self._advance(end - self.position + 1)  # too short, one way or the other
            if self.data[end] == 0:
                break
            end += 1
        size = end - self.position
        return self.raw(-(-(size + 1) // padded_to) * padded_to, name)[:size]

    def skip(self, count: int, name: str = "padding") -> None:
        """Move over `count` bytes that carry nothing."""
        self._advance(count)

    def sub(self, count: int, title: str = "", section: str = "") -> Self:
        """Return a bounded cursor over the next `count` bytes, and move over them."""
        position = self._advance(count)
        return type(self)(
            self.data,
            self.context,
            self.origin,
            position,
            position + count,
            bounded=True,
            limits=self.limits,
        )

    def require(self, count: int) -> None:
        """Make sure that the next `count` bytes are there, without moving."""
        self.position = self._advance(count)

    def covered(self) -> Buffer:
        """The bytes from the start to here, which a checksum covers."""
        return self.data[self.start : self.position]

    def verify_checksum(self, computed: int | None = None) -> None:
        """Read a checksum and compare it with that of the bytes from the start to here (I.A).

        `computed` is what it must be, if the caller has computed it already.
        """
        if computed is None:
            self.require(4)
            computed = lookup3(self.covered())
        offset = self.offset
        stored = self.uint(4, "checksum")
        if stored != computed:
            self.mismatch(
                ChecksumError(
                    "metadata checksum differs",
                    field="checksum",
                    expected=f"{computed:#010x}",
                    found=f"{stored:#010x}",
                    offset=offset,
                )
            )

    def mismatch(self, error: ChecksumError) -> None:
        """Raise the error of a checksum that differs, unless the limits say to read on."""
        if self.limits.verify_checksums:
            raise error
