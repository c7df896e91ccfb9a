"""Attribute message (IV.A.2.m) and attribute info message (IV.A.2.v)."""

from __future__ import annotations

from typing import Annotated

from ...errors import VersionError
from ..block import U8, U16, Version, block
from ..cursor import Cursor, Memory
from ..record import Record
from ..structure import structure

__all__ = [
    "Attribute",
    "AttributeHead",
    "AttributeInfo",
    "AttributeMessage",
    "Part",
    "attribute_at_hand",
    "decode_attribute",
    "decode_attribute_info",
]

_DATATYPE_SHARED, _DATASPACE_SHARED = 0x01, 0x02
_FIXED = 8  # bytes of the fields that all versions have
_PADDED_TO = 8  # each part in version 1


@block("attribute message", "IV.A.2.m")
class AttributePrefix:
    """What all versions begin with; version 1 has no flags, and pads each part to eight bytes."""

    version: Annotated[int, Version(1, 2, 3)]
    flags: U8
    name_size: U16
    datatype_size: U16
    dataspace_size: U16


class Part(Record):
    """A message inside the attribute message: its bytes and their file offset.

    Of a ``shared`` one the body only says where it is.
    """

    body: bytes
    offset: int
    shared: bool


class AttributeHead(Record):
    """All of an attribute message but its data, which many objects repeat.

    The offsets of ``datatype`` and ``dataspace`` count from the message's first byte;
    ``size`` is where the data begins.
    """

    name: bytes
    character_set: int
    datatype: Part
    dataspace: Part
    size: int


class AttributeMessage(Record):
    """An attribute wherever it lies; ``data`` is all that follows its head."""

    head: AttributeHead
    data: bytes


class Attribute(Record):
    """A named array of an object: its message, and the file offset of that.

    Datatype and dataspace stay bytes until the value is asked for: an attribute of a
    type that cannot be read still has its name.
    """

    message: AttributeMessage
    offset: int

    @property
    def head(self) -> AttributeHead:
        """All but its data."""
        return self.message.head

    @property
    def name(self) -> bytes:
        """Its name."""
        return self.message.head.name

    @property
    def character_set(self) -> int:
        """Of the name: 0 ASCII, 1 UTF-8."""
        return self.head.character_set

    @property
    def datatype(self) -> Part:
        """The datatype message."""
        return self._placed(self.head.datatype)

    @property
    def dataspace(self) -> Part:
        """The dataspace message."""
        return self._placed(self.head.dataspace)

    @property
    def data(self) -> Part:
        """The elements."""
        return self._placed(Part(self.message.data, self.head.size, False))

    def _placed(self, part: Part) -> Part:
        return Part(part.body, self.offset + part.offset, part.shared)


class AttributeInfo(Record):
    """Where attributes lie that are stored densely; None where they are not."""

    creation_order_tracked: bool
    maximum_creation_index: int | None
    fractal_heap_address: int | None
    name_index_address: int | None
    creation_order_index_address: int | None


@structure("attribute message", "IV.A.2.m")
def decode_attribute(cursor: Cursor) -> AttributeMessage:
    """Decode an attribute of version 1, 2 or 3."""
    head = cursor.same(_decode_head, cursor.glance(_head_size, _FIXED))
    return AttributeMessage(head, cursor.raw(cursor.remaining, "data"))


def attribute_at_hand(memory: Memory, body: bytes) -> AttributeMessage | None:
    """The attribute message in `body`, where its head was decoded before; else None."""
    size = memory.get((_head_size, body[:_FIXED]), None)
    head = None if size is None else memory.get((_decode_head, body[:size]), None)
    return None if head is None else AttributeMessage.make((head, body[size:]))


def _head_size(cursor: Cursor) -> int:
    """Bytes before the data."""
    prefix = cursor.ahead(AttributePrefix)
    return _FIXED + (prefix.version == 3) + sum(_sizes(prefix))


def _sizes(prefix: AttributePrefix) -> tuple[int, int, int]:
    """Bytes that name, datatype and dataspace take."""
    sizes = prefix.name_size, prefix.datatype_size, prefix.dataspace_size
    if prefix.version > 1:
        return sizes
    name, datatype, dataspace = (-(-size // _PADDED_TO) * _PADDED_TO for size in sizes)
    return name, datatype, dataspace


def _decode_head(cursor: Cursor) -> AttributeHead:
    prefix = cursor.read(AttributePrefix)
    charset = cursor.uint(1, "name character set encoding") if prefix.version == 3 else 0
    flags = 0 if prefix.version == 1 else prefix.flags
    name_size, type_size, space_size = _sizes(prefix)
    # Its last byte is a zero; one that is not is no part of the name either.
    name = cursor.raw(name_size, "name")[: max(prefix.name_size - 1, 0)].split(b"\0")[0]
    datatype = _part(cursor, type_size, "datatype", bool(flags & _DATATYPE_SHARED))
    dataspace = _part(cursor, space_size, "dataspace", bool(flags & _DATASPACE_SHARED))
    return AttributeHead(name, charset, datatype, dataspace, cursor.position - cursor.start)


def _part(cursor: Cursor, size: int, name: str, shared: bool) -> Part:
    offset = cursor.position - cursor.start
    return Part(cursor.raw(size, name), offset, shared)


@structure("attribute info message", "IV.A.2.v")
def decode_attribute_info(cursor: Cursor) -> AttributeInfo:
    """Decode how an object keeps its attributes."""
    version = cursor.uint(1, "version")
    if version != 0:
        raise VersionError("unknown version", field="version", expected=0, found=version)
    flags = cursor.uint(1, "flags")
    tracked, indexed = bool(flags & 1), bool(flags & 2)
    return AttributeInfo(
        tracked,
        cursor.uint(2, "maximum creation index") if tracked else None,
        cursor.address("fractal heap address"),
        cursor.address("attribute name v2 B-tree address"),
        cursor.address("attribute creation order v2 B-tree address") if indexed else None,
    )
