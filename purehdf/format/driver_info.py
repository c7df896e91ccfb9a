"""Driver information (II.B, IV.A.2.u): how the bytes of one file are spread over several."""

from __future__ import annotations

from typing import Annotated

from .block import U8, U16, U32, U64, Bytes, Version, block
from .cursor import Cursor
from .record import Record
from .structure import structure

__all__ = [
    "DriverInformation",
    "FamilyInformation",
    "MultiInformation",
    "MultiMember",
    "decode_driver_info_message",
    "decode_driver_information_block",
]

_FAMILY, _MULTI = b"NCSAfami", b"NCSAmult"
_USES = 6  # superblock, B-tree, raw data, global heap, local heap, object header
_NAME_PADDING = 8


@block("driver information block", "II.B")
class DriverBlock:
    version: Annotated[int, Version(0)]
    reserved: Annotated[bytes, Bytes(3)]
    driver_information_size: U32
    driver_identification: Annotated[bytes, Bytes(8)]


@block("driver info message", "IV.A.2.u")
class DriverInfoMessage:
    version: Annotated[int, Version(0)]
    driver_identification: Annotated[bytes, Bytes(8)]
    driver_information_size: U16


@block("multi driver information", "II.B")
class MultiMapping:
    superblock_mapping: U8
    btree_mapping: U8
    raw_data_mapping: U8
    global_heap_mapping: U8
    local_heap_mapping: U8
    object_header_mapping: U8
    reserved: Annotated[bytes, Bytes(2)]


@block("multi driver information", "II.B")
class MultiAddresses:
    address_of_member_file: U64
    end_of_address_of_member_file: U64


@block("family driver information", "II.B")
class FamilyFields:
    size_of_member_file: U64


class FamilyInformation(Record):
    """Members of equal size (in bytes), one after the other; the last may be shorter."""

    member_size: int


class MultiMember(Record):
    """A member holds the bytes from ``address``; ``%s`` in its name is the name of the whole."""

    address: int
    end: int
    name: bytes


class MultiInformation(Record):
    """One member for each kind of content; kinds that are mapped to one share its member."""

    members: tuple[MultiMember, ...]


class DriverInformation(Record):
    """What the driver called ``identification`` left; bytes where the driver is not known."""

    identification: bytes
    content: FamilyInformation | MultiInformation | bytes


@structure("driver information block", "II.B")
def decode_driver_information_block(cursor: Cursor) -> DriverInformation:
    """Decode the block that superblocks of version 0 and 1 lead to."""
    fields = cursor.read(DriverBlock)
    return _decode(cursor, fields.driver_identification, fields.driver_information_size)


@structure("driver info message", "IV.A.2.u")
def decode_driver_info_message(cursor: Cursor) -> DriverInformation:
    """Decode the message of the superblock extension that takes the place of the block."""
    fields = cursor.read(DriverInfoMessage)
    return _decode(cursor, fields.driver_identification, fields.driver_information_size)


def _decode(cursor: Cursor, identification: bytes, size: int) -> DriverInformation:
    if identification == _FAMILY:
        part = cursor.sub(size, "family driver information", "II.B")
        return DriverInformation(
            identification, FamilyInformation(part.read(FamilyFields).size_of_member_file)
        )
    if identification == _MULTI:
        part = cursor.sub(size, "multi driver information", "II.B")
        return DriverInformation(identification, _decode_multi(part))
    return DriverInformation(identification, cursor.raw(size, "driver information"))


def _decode_multi(cursor: Cursor) -> MultiInformation:
    mapping = cursor.read(MultiMapping)
    fields = cursor.layout(MultiMapping).names[:_USES]
    uses = [getattr(mapping, name) for name in fields]
    # A use that is mapped to nothing (0) has a member of its own.
    members = dict.fromkeys(use or i for i, use in enumerate(uses, 1))
    places = [cursor.read(MultiAddresses) for _ in members]
    names = [cursor.text("name of member file", _NAME_PADDING) for _ in members]
    return MultiInformation(
        tuple(
            MultiMember(place.address_of_member_file, place.end_of_address_of_member_file, name)
            for place, name in zip(places, names, strict=True)
        )
    )
