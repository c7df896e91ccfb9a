"""The cursor that every decoder reads through.

The contract of a decoder: it is a plain function ``decode(cursor, ...) -> record``.  It
reads forward from the cursor and returns an immutable record.  It never waits and never
guesses a size: where the window of bytes is too short the cursor raises ``ShortRead``
with the range it needs, and whoever called the decoder runs it again on a longer window.

A cursor from :meth:`Cursor.sub` is *bounded*: it stands for bytes whose length the file
has stated, and reading beyond them is a ``TruncatedError``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol, Self, TypeVar

import numpy as np

from ..errors import ChecksumError, LimitError, TruncatedError
from ..limits import DEFAULT_LIMITS, Limits
from .block import Layout, layout_of
from .buffer import Buffer
from .checksum import lookup3
from .context import Context
from .framing import Frames, Framing

__all__ = ["Checksum", "Cursor", "Memory", "ShortRead"]

B = TypeVar("B")
T = TypeVar("T")
Table = np.ndarray[Any, np.dtype[np.void]]

_REMEMBERED = 256  # blocks of a run that others may be framed like


class ShortRead(Exception):
    """A window is too short: `ranges` lists (start, stop) file offsets that are needed.

    Each start is the start of a window; each stop is what that window must reach.
    """

    def __init__(self, ranges: Sequence[tuple[int, int]]) -> None:
        super().__init__(ranges)
        self.ranges = ranges


class Memory(Protocol):
    """Keeps what was decoded, by the decoder and the bytes."""

    def get(self, key: Any, default: Any) -> Any:
        """Return the value of `key`, or `default`."""

    def put(self, key: Any, value: Any) -> None:
        """Keep a value."""


class Checksum(NamedTuple):
    """A checksum that was read, and is to be compared with that of the bytes `covered`."""

    cursor: Cursor
    covered: Buffer
    stored: int
    offset: int

    def compare(self, computed: int) -> None:
        """Raise ChecksumError if the checksum is not the `computed` one."""
        if self.stored != computed:
            self.cursor.mismatch(
                ChecksumError(
                    "metadata checksum differs",
                    field="checksum",
                    expected=f"{computed:#010x}",
                    found=f"{self.stored:#010x}",
                    offset=self.offset,
                )
            )


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

    Attributes
    ----------
    memory : Memory or None
        What :meth:`same` has decoded before.
    checksums : list of Checksum or None
        Where checksums wait for their comparison, many together; None: there is no waiting.
    """

    __slots__ = (
        "bounded",
        "checksums",
        "context",
        "data",
        "limits",
        "memory",
        "origin",
        "position",
        "start",
        "stop",
    )

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
        self.memory: Memory | None = None
        self.checksums: list[Checksum] | None = None

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

    def ahead(self, block: type[B]) -> B:
        """Read one declared block without moving."""
        layout = layout_of(block, self.context)
        position = self._advance(layout.size)
        self.position = position
        record: B = layout.unpack(self.data, position, self.origin)
        return record

    def framed(self, block: type[Any], size: str, name: str, most: int) -> Frames:
        """Read blocks to the end, each with as many bytes behind it as its field `size` states.

        Those bytes are called `name`.  What is too short for a block at the end is left.
        The block has nothing to check: no constants, no addresses.  Raises LimitError if
        there are more than `most`.
        """
        layout = layout_of(block, self.context)
        key, memory = (layout, self.remaining), self.memory
        framing: Framing | None = None if memory is None else memory.get(key, None)
        values = None if framing is None else framing.unpack(self.data, self.position)
        if framing is None or values is None:
            number = layout.names.index(size)
            framing = Framing(layout, number, self._frames(layout, number, name, most))
            values = framing.unpack(self.data, self.position) or ()
            if memory is not None and len(framing.sizes) <= _REMEMBERED:
                memory.put(key, framing)
        return Frames(framing, values, self.origin + self._advance(framing.size))

    def _frames(self, layout: Layout, number: int, name: str, most: int) -> list[int]:
        """What the blocks to the end state in field `number`, without moving."""
        begin, sizes = self.position, []
        while self.remaining >= layout.size:
            sizes.append(layout.unpack_values(self.data, self._advance(layout.size))[number])
            self._advance(sizes[-1])
            if len(sizes) > most:
                limit = f"at most {most}"
                raise LimitError(f"too many {name}s", expected=limit, offset=self.offset)
        self.position = begin
        return sizes

    def same(self, decode: Callable[[Cursor], T], count: int) -> T:
        """Decode the next `count` bytes by themselves; the same bytes are decoded once.

        That is for what files repeat, and what the record says must not depend on the place.
        """
        if self.memory is None:
            return decode(self.sub(count))
        position = self._advance(count)
        key = (decode, bytes(self.data[position : self.position]))
        found: T = self.memory.get(key, None)
        if found is None:
            self.position = position
            found = decode(self.sub(count))
            self.memory.put(key, found)
        return found

    def glance(self, measure: Callable[[Cursor], T], count: int) -> T:
        """Return what `measure` finds in the next `count` bytes, without moving.

        The same bytes are measured once.
        """
        position = self._advance(count)
        key = (measure, bytes(self.data[position : self.position]))
        self.position = position
        found: T | None = None if self.memory is None else self.memory.get(key, None)
        if found is None:
            found = measure(self)
            if self.memory is not None:
                self.memory.put(key, found)
        return found

    def rows(self, layout: Layout, count: int) -> Buffer:
        """Move over `count` consecutive blocks of `layout` and return their bytes."""
        position = self._advance(layout.size * count)
        return self.data[position : self.position]

    def table(self, block: type[Any], count: int) -> Table:
        """Read `count` consecutive blocks as a structured array (count,), one column a field."""
        layout = layout_of(block, self.context)
        offset = self.offset
        table: Table = np.frombuffer(self.rows(layout, count), layout.dtype)
        layout.check_table(table, range(offset, offset + layout.size * count, layout.size))
        return table

    def uint(self, width: int, name: str) -> int:
        """Read an unsigned little-endian integer of `width` bytes."""
        position = self._advance(width)
        if width == 1:
            return self.data[position]
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
        start = self._advance(count)
        stop, limits = start + count, self.limits
        kind = type(self)
        child = kind(self.data, self.context, self.origin, start, stop, bounded=True, limits=limits)
        child.memory = self.memory
        return child

    def require(self, count: int) -> None:
        """Make sure that the next `count` bytes are there, without moving."""
        self.position = self._advance(count)

    def covered(self) -> Buffer:
        """The bytes from the start to here, which a checksum covers."""
        return self.data[self.start : self.position]

    def verify_checksum(self, covered: Buffer | None = None) -> None:
        """Read a checksum and compare it with that of the bytes from the start to here (I.A).

        Or of the bytes `covered`.  With a list of `checksums` it is put there, for the
        caller to verify.
        """
        covered, offset = self.covered() if covered is None else covered, self.offset
        found = Checksum(self, covered, self.uint(4, "checksum"), offset)
        if self.checksums is not None:
            self.checksums.append(found)
        else:
            found.compare(lookup3(covered))

    def mismatch(self, error: ChecksumError) -> None:
        """Raise the error of a checksum that differs, unless the limits say to read on."""
        if self.limits.verify_checksums:
            raise error
