"""Link message (IV.A.2.g), link info message (IV.A.2.c), group info message (IV.A.2.k)."""

from __future__ import annotations

from ...errors import FormatError, VersionError
from ..cursor import Cursor
from ..record import Record
from ..structure import structure

__all__ = [
    "ExternalTarget",
    "GroupInfo",
    "HardTarget",
    "Link",
    "LinkInfo",
    "SoftTarget",
    "UserDefinedTarget",
    "decode_group_info",
    "decode_link",
    "decode_link_info",
]

_TYPE_STORED, _CREATION_ORDER_STORED, _CHARACTER_SET_STORED = 0x08, 0x04, 0x10
_HARD, _SOFT, _EXTERNAL = 0, 1, 64


class HardTarget(Record):
    """The address of an object header."""

    address: int


class SoftTarget(Record):
    """A path in the same file."""

    path: bytes


class ExternalTarget(Record):
    """A path in another file."""

    filename: bytes
    path: bytes


class UserDefinedTarget(Record):
    """Something that only the program which registered link class `link_class` can follow."""

    link_class: int
    data: bytes


LinkTarget = HardTarget | SoftTarget | ExternalTarget | UserDefinedTarget


class Link(Record):
    """A name in a group and where it leads."""

    name: bytes
    target: LinkTarget
    creation_order: int | None = None
    character_set: int = 0


class LinkInfo(Record):
    """How a group keeps its links; the addresses are None unless they are stored densely."""

    creation_order_tracked: bool
    maximum_creation_index: int | None
    fractal_heap_address: int | None
    name_index_address: int | None
    creation_order_index_address: int | None


class GroupInfo(Record):
    """Hints for writers: phase change values, and estimates of entries and name lengths."""

    maximum_compact: int | None
    minimum_dense: int | None
    estimated_entries: int | None
    estimated_name_length: int | None


def _version(cursor: Cursor, expected: int) -> None:
    version = cursor.uint(1, "version")
    if version != expected:
        raise VersionError("unknown version", field="version", expected=expected, found=version)


@structure("link message", "IV.A.2.g")
def decode_link(cursor: Cursor) -> Link:
    """Decode one link."""
    _version(cursor, 1)
    flags = cursor.uint(1, "flags")
    link_type = cursor.uint(1, "link type") if flags & _TYPE_STORED else _HARD
    order = cursor.uint(8, "creation order") if flags & _CREATION_ORDER_STORED else None
    charset = cursor.uint(1, "link name character set") if flags & _CHARACTER_SET_STORED else 0
    name = cursor.raw(cursor.uint(1 << (flags & 3), "length of link name"), "link name")
    return Link(name, _target(cursor, link_type), order, charset)


def _target(cursor: Cursor, link_type: int) -> LinkTarget:
    if link_type == _HARD:
        address = cursor.address("object header address")
        if address is None:
            raise FormatError("a hard link without an address", field="object header address")
        return HardTarget(address)
    data = cursor.sub(cursor.uint(2, "length of link information"))
    if link_type == _SOFT:
        return SoftTarget(data.raw(data.remaining, "soft link value"))
    if link_type == _EXTERNAL:
        data.uint(1, "version and flags")
        return ExternalTarget(data.text("file name"), data.text("object path"))
    return UserDefinedTarget(link_type, data.raw(data.remaining, "user data"))


@structure("link info message", "IV.A.2.c")
def decode_link_info(cursor: Cursor) -> LinkInfo:
    """Decode how a group keeps its links."""
    _version(cursor, 0)
    flags = cursor.uint(1, "flags")
    tracked, indexed = bool(flags & 1), bool(flags & 2)
    return LinkInfo(
        tracked,
        cursor.uint(8, "maximum creation index") if tracked else None,
        cursor.address("fractal heap address"),
        cursor.address("address of v2 B-tree for name index"),
        cursor.address("address of v2 B-tree for creation order index") if indexed else None,
    )


@structure("group info message", "IV.A.2.k")
def decode_group_info(cursor: Cursor) -> GroupInfo:
    """Decode the hints of a group."""
    _version(cursor, 0)
    flags = cursor.uint(1, "flags")
    change, estimate = flags & 1, flags & 2
    return GroupInfo(
        cursor.uint(2, "maximum compact value") if change else None,
        cursor.uint(2, "minimum dense value") if change else None,
        cursor.uint(2, "estimated number of entries") if estimate else None,
        cursor.uint(2, "estimated link name length") if estimate else None,
    )
