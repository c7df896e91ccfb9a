"""External data files message (IV.A.2.h): the elements lie in other files."""

from __future__ import annotations

from typing import Annotated

from ..block import U16, Address, Bytes, Length, Version, block
from ..cursor import Cursor
from ..record import Record
from ..structure import structure

__all__ = ["ExternalSlot", "ExternalStorage", "decode_external_storage"]


@block("external data files message", "IV.A.2.h")
class ExternalPrefix:
    version: Annotated[int, Version(1)]
    reserved: Annotated[bytes, Bytes(3)]
    allocated_slots: U16
    used_slots: U16
    heap_address: Address


@block("external data files message, slot", "IV.A.2.h")
class ExternalSlot:
    """A run of bytes in another file, whose name lies in the local heap."""

    name_offset_in_local_heap: Length
    offset_in_external_data_file: Length
    data_size_in_external_file: Length


class ExternalStorage(Record):
    """The runs that, one after another, hold the elements."""

    heap_address: int
    slots: tuple[ExternalSlot, ...]


@structure("external data files message", "IV.A.2.h")
def decode_external_storage(cursor: Cursor) -> ExternalStorage:
    """Decode the list of external files."""
    prefix = cursor.read(ExternalPrefix)
    slots = tuple(cursor.read(ExternalSlot) for _ in range(prefix.used_slots))
    return ExternalStorage(prefix.heap_address, slots)
