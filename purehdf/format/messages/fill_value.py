"""Fill value messages: the old one (IV.A.2.e) and the present one (IV.A.2.f)."""

from __future__ import annotations

from ...errors import VersionError
from ..cursor import Cursor
from ..record import Record
from ..structure import structure

__all__ = ["FillValue", "decode_fill_value", "decode_old_fill_value"]

_UNDEFINED, _DEFINED = 0x10, 0x20  # flags of version 3


class FillValue(Record):
    """What elements hold that were never written.

    ``value`` is one element as bytes; None is the default, zero bytes.  ``undefined``
    says that the writer promised nothing.  ``allocation_time`` is 1 early, 2 late, 3
    incremental; ``write_time`` 0 on allocation, 1 never, 2 if set.  Both are None in the
    old message.
    """

    value: bytes | None
    undefined: bool = False
    allocation_time: int | None = None
    write_time: int | None = None


@structure("fill value (old) message", "IV.A.2.e")
def decode_old_fill_value(cursor: Cursor) -> FillValue:
    """Decode the message of before HDF5 1.6; size zero is the default value."""
    return FillValue(cursor.raw(cursor.uint(4, "size"), "fill value") or None)


@structure("fill value message", "IV.A.2.f")
def decode_fill_value(cursor: Cursor) -> FillValue:
    """Decode a fill value of version 1, 2 or 3."""
    version = cursor.uint(1, "version")
    if version not in (1, 2, 3):
        raise VersionError("unknown version", field="version", expected="1 to 3", found=version)
    if version == 3:
        flags = cursor.uint(1, "flags")
        return FillValue(
            _value(cursor) if flags & _DEFINED else None,
            undefined=bool(flags & _UNDEFINED),
            allocation_time=flags & 3,
            write_time=flags >> 2 & 3,
        )
    allocation_time = cursor.uint(1, "space allocation time")
    write_time = cursor.uint(1, "fill value write time")
    defined = cursor.uint(1, "fill value defined")
    if version == 1 or defined:
        value, undefined = _stated_value(cursor)
    else:
        value, undefined = None, True
    return FillValue(value, undefined, allocation_time, write_time)


def _stated_value(cursor: Cursor) -> tuple[bytes | None, bool]:
    """Version 1 and 2 state the size as a signed number: negative is undefined, 0 default."""
    size = cursor.uint(4, "size")
    if size >= 1 << 31:
        return None, True
    return cursor.raw(size, "fill value") or None, False


def _value(cursor: Cursor) -> bytes | None:
    return cursor.raw(cursor.uint(4, "size"), "fill value") or None
