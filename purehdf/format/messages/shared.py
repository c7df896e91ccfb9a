"""The body of a message whose flags say that it is shared (IV.A.2, "shared message")."""

from __future__ import annotations

from ...errors import FormatError, VersionError
from ..cursor import Cursor
from ..record import Record
from ..structure import structure

__all__ = ["HeapMessage", "SharedMessage", "decode_shared_message"]

_IN_HEAP, _COMMITTED = 1, 2


class SharedMessage(Record):
    """The message lies in the object header at ``address``."""

    address: int


class HeapMessage(Record):
    """The message lies in the heap of shared messages (III.I) of its type."""

    heap_id: bytes


@structure("shared message", "IV.A.2")
def decode_shared_message(cursor: Cursor) -> SharedMessage | HeapMessage:
    """Decode where a shared message lies, version 1, 2 or 3."""
    version = cursor.uint(1, "version")
    if version not in (1, 2, 3):
        raise VersionError("unknown version", field="version", expected="1 to 3", found=version)
    kind = cursor.uint(1, "type")
    if version == 3 and kind == _IN_HEAP:
        return HeapMessage(cursor.raw(8, "heap ID"))
    if version == 1:
        cursor.skip(6, "reserved")
        cursor.length("link name offset")  # the specification's table leaves it out
    address = cursor.address("address")
    if address is None:
        raise FormatError("a shared message without an address", field="address")
    return SharedMessage(address)
