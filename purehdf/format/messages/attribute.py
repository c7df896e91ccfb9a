"""Attribute message (IV.A.2.m) and attribute info message (IV.A.2.v)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, NamedTuple

from ...errors import VersionError
from ..block import U8, U16, Version, block
from ..cursor import Cursor
from ..structure import structure

__all__ = ["Attribute", "AttributeInfo", "Part", "decode_attribute", "decode_attribute_info"]

_DATATYPE_SHARED, _DATASPACE_SHARED = 0x01, 0x02


@block("attribute message", "IV.A.2.m")
class AttributePrefix:
    """What all versions begin with; version 1 has no flags, and pads each part to eight bytes."""

    version: Annotated[int, Version(1, 2, 3)]
    flags: U8
    name_size: U16
    datatype_size: U16
    dataspace_size: U16


class Part(NamedTuple):
    """A message inside the attribute message: its bytes and their file offset.

    Of a ``shared`` one the body only says where it is.
    """

    body: bytes
    offset: int
    shared: bool


@dataclass(frozen=True, slots=True)
class Attribute:
    """A named array in an object header.

    Datatype and dataspace stay bytes until the value is asked for: an attribute of a
    type that cannot be read still has its name.  ``data`` is all that follows them.
    """

    name: bytes
    character_set: int
    datatype: Part
    dataspace: Part
    data: Part


@dataclass(frozen=True, slots=True)
class AttributeInfo:
    """Where attributes lie that are stored densely; None where they are not."""

    creation_order_tracked: bool
    maximum_creation_index: int | None
    fractal_heap_address: int | None
    name_index_address: int | None
    creation_order_index_address: int | None


@structure("attribute message", "IV.A.2.m")
def decode_attribute(cursor: Cursor) -> Attribute:
    """Decode an attribute of version 1, 2 or 3."""
    prefix = cursor.read(AttributePrefix)
    charset = cursor.uint(1, "name character set encoding") if prefix.version == 3 else 0
    flags, padded_to = (0, 8) if prefix.version == 1 else (prefix.flags, 1)
    sizes = (prefix.name_size, prefix.datatype_size, prefix.dataspace_size)
    name_size, type_size, space_size = (-(-size // padded_to) * padded_to for size in sizes)
    # Its last byte is a zero; one that is not is no part of the name either.
    name = cursor.raw(name_size, "name")[: max(prefix.name_size - 1, 0)].split(b"\0")[0]
    datatype = _part(cursor, type_size, "datatype", bool(flags & _DATATYPE_SHARED))
    dataspace = _part(cursor, space_size, "dataspace", bool(flags & _DATASPACE_SHARED))
    return Attribute(name, charset, datatype, dataspace, _part(cursor, cursor.remaining, "data"))


def _part(cursor: Cursor, size: int, name: str, shared: bool = False) -> Part:
    offset = cursor.offset
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
