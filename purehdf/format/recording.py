"""A cursor that remembers every field it reads: the only tracer there is.

It runs the same decoders as the plain cursor, so what ``explain`` shows is by
construction what the reader saw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Self, TypeVar

from ..errors import ChecksumError
from ..limits import DEFAULT_LIMITS, Limits
from .block import Layout, layout_of
from .buffer import Buffer
from .context import Context
from .cursor import Cursor
from .framing import Frames

__all__ = ["Field", "RecordingCursor", "Rows"]

B = TypeVar("B")
T = TypeVar("T")


class Field(NamedTuple):
    """One field that was read.

    ``offset`` is the file offset and ``length`` the width, in bytes; ``structure`` and
    ``section`` name the innermost structure that the field belongs to.
    """

    name: str
    offset: int
    length: int
    value: Any
    structure: str
    section: str


class Rows(NamedTuple):
    """``rows`` blocks in a row at file offset ``offset``: fields once someone asks for them.

    A chunk index has a row for each chunk, and a trace of it must stay as small as its bytes.
    """

    layout: Layout
    offset: int
    rows: int
    data: bytes

    @property
    def length(self) -> int:
        """Bytes that all rows take."""
        return self.layout.size * self.rows

    def row(self, i: int) -> Iterator[Field]:
        """The fields of row `i`."""
        values = self.layout.unpack_values(self.data, i * self.layout.size)
        label = f"[{i}] " if self.rows > 1 else ""
        return _fields_of(self.layout, self.offset + i * self.layout.size, values, label)

    def fields(self) -> Iterator[Field]:
        """The fields of all rows."""
        return (field for i in range(self.rows) for field in self.row(i))


class RecordingCursor(Cursor):
    """A :class:`Cursor` that keeps a note of everything it reads, in `parts`.

    Checksums that differ, but are passed over, are in `mismatches`.
    """

    __slots__ = ("mismatches", "parts", "section", "structure")

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
        super().__init__(data, context, origin, start, stop, bounded=bounded, limits=limits)
        self.parts: list[Field | Rows] = []
        self.mismatches: list[ChecksumError] = []
        self.structure = self.section = ""

    @property
    def fields(self) -> list[Field]:
        """A :class:`Field` for everything that was read, in order."""
        return [
            field
            for part in self.parts
            for field in (part.fields() if isinstance(part, Rows) else (part,))
        ]

    def _note(self, name: str, begin: int, value: Any) -> None:
        self.parts.append(
            Field(name, begin, self.offset - begin, value, self.structure, self.section)
        )

    def read(self, block: type[B]) -> B:
        layout = layout_of(block, self.context)
        begin = self.offset
        record = super().read(block)
        values = [getattr(record, name) for name in layout.names]
        self.parts.extend(_fields_of(layout, begin, values, ""))
        return record

    def framed(self, block: type[Any], size: str, name: str, most: int) -> Frames:
        layout, begin = layout_of(block, self.context), self.position
        for _ in range(most):
            if self.remaining < layout.size:
                break
            self.raw(getattr(self.read(block), size), name)
        self.position = begin
        return super().framed(block, size, name, most)

    def same(self, decode: Callable[[Cursor], T], count: int) -> T:
        return decode(self.sub(count))  # every time, for the fields

    def rows(self, layout: Layout, count: int) -> Buffer:
        begin = self.offset
        data = super().rows(layout, count)
        if count:
            self.parts.append(Rows(layout, begin, count, bytes(data)))
        return data

    def uint(self, width: int, name: str) -> int:
        begin = self.offset
        value = super().uint(width, name)
        self._note(name, begin, value)
        return value

    def raw(self, count: int, name: str) -> bytes:
        begin = self.offset
        value = super().raw(count, name)
        self._note(name, begin, value)
        return value

    def skip(self, count: int, name: str = "padding") -> None:
        begin = self.offset
        super().skip(count, name)
        if count:
            self._note(name, begin, None)

    def mismatch(self, error: ChecksumError) -> None:
        super().mismatch(error)
        self.mismatches.append(error)

    def sub(self, count: int, title: str = "", section: str = "") -> Self:
        child = super().sub(count)
        child.parts = self.parts
        child.mismatches = self.mismatches
        child.structure = title or self.structure
        child.section = section or self.section
        return child


def _fields_of(layout: Layout, begin: int, values: Any, label: str) -> Iterator[Field]:
    """The fields of one block whose first byte is at file offset `begin`."""
    block = layout.record
    for name, offset, width, value in zip(
        layout.names, layout.offsets, layout.widths, values, strict=True
    ):
        text = label + name.replace("_", " ")
        yield Field(text, begin + offset, width, value, block.title, block.section)
