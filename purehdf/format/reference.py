"""What a stored reference says (VIII.B, VIII.C), where it is more than an address."""

from __future__ import annotations

from ..errors import FormatError
from .cursor import Cursor
from .record import Record
from .selection import Selection, decode_selection
from .structure import structure

__all__ = ["ReferenceRecord", "decode_reference_block", "decode_region"]

OBJECT, REGION, ATTRIBUTE = 2, 3, 4  # reference types of HDF5 1.12
_EXTERNAL = 1  # flag: the object lies in another file


class ReferenceRecord(Record):
    """An object, by its address in this file or in ``file``, and a part of it if any.

    The part is a ``selection`` of its elements, or the ``attribute`` of that name.
    """

    address: int | None
    file: bytes | None = None
    selection: Selection | None = None
    attribute: bytes | None = None


@structure("dataset region reference", "VIII.C")
def decode_region(cursor: Cursor) -> ReferenceRecord:
    """Decode the heap object of a region reference as written before HDF5 1.12."""
    return ReferenceRecord(cursor.address("object address"), selection=decode_selection(cursor))


@structure("reference block", "VIII.B")
def decode_reference_block(cursor: Cursor, kind: int, flags: int) -> ReferenceRecord:
    """Decode what follows the two bytes of header, `kind` and `flags`."""
    address = _token(cursor)
    file = _name(cursor, "external file name") if flags & _EXTERNAL else None
    if kind == REGION:
        size = cursor.uint(4, "size of dataspace selection")
        cursor.uint(4, "rank of dataspace selection")
        return ReferenceRecord(address, file, selection=decode_selection(cursor.sub(size)))
    if kind == ATTRIBUTE:
        return ReferenceRecord(address, file, attribute=_name(cursor, "attribute name"))
    if kind != OBJECT:
        raise FormatError(
            "unknown reference type", field="reference type", expected="2 to 4", found=kind
        )
    return ReferenceRecord(address, file)


def _token(cursor: Cursor) -> int | None:
    """A token is an address, little-endian, in as many bytes as it says."""
    width = cursor.uint(1, "token size")
    if not 1 <= width <= 16:
        raise FormatError("impossible width", field="token size", expected="1 to 16", found=width)
    value = cursor.uint(width, "token")
    return None if value == (1 << 8 * width) - 1 else value


def _name(cursor: Cursor, name: str) -> bytes:
    return cursor.raw(cursor.uint(2, f"length of {name}"), name)
