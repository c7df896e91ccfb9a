"""The global heap block of a virtual dataset (III.F): which elements come from where."""

from __future__ import annotations

from ..errors import FormatError, VersionError
from .cursor import Cursor
from .record import Record
from .selection import Selection, decode_selection
from .structure import structure

__all__ = ["VirtualMapping", "decode_virtual_mappings"]

_FILE_SHARED, _DATASET_SHARED, _SAME_FILE = 0x01, 0x02, 0x04  # flags of version 1
_FEWEST_BYTES = 10  # that one entry takes


class VirtualMapping(Record, eq=False):
    """Elements of the virtual dataset and the ones of a source dataset that they stand for.

    Both selections have the same number of elements, which correspond in order.
    ``filename`` is b"." for the same file; names may hold the pattern b"%b".
    """

    filename: bytes
    dataset: bytes
    source: Selection
    virtual: Selection


@structure("global heap block for virtual datasets", "III.F")
def decode_virtual_mappings(cursor: Cursor) -> tuple[VirtualMapping, ...]:
    """Decode the mappings, version 0 or 1, and verify their checksum."""
    version = cursor.uint(1, "version")
    if version not in (0, 1):
        raise VersionError("unknown version", field="version", expected="0 or 1", found=version)
    count = cursor.length("number of entries")
    if count * _FEWEST_BYTES > cursor.remaining:
        raise FormatError("more entries than bytes", field="number of entries", found=count)
    mappings: list[VirtualMapping] = []
    for _ in range(count):
        flags = cursor.uint(1, "flags") if version else 0
        filename = _name(cursor, "source file name", flags & _FILE_SHARED, flags & _SAME_FILE)
        dataset = _name(cursor, "source dataset", flags & _DATASET_SHARED)
        if isinstance(filename, int):
            filename = _earlier(mappings, filename).filename
        if isinstance(dataset, int):
            dataset = _earlier(mappings, dataset).dataset
        source, virtual = decode_selection(cursor), decode_selection(cursor)
        mappings.append(VirtualMapping(filename, dataset, source, virtual))
    cursor.verify_checksum()
    return tuple(mappings)


def _name(cursor: Cursor, field: str, shared: int, same: int = 0) -> bytes | int:
    """A name, or the number of the entry that has it."""
    if same:
        return b"."
    return cursor.length(f"{field}, as in entry") if shared else cursor.text(field)


def _earlier(mappings: list[VirtualMapping], number: int) -> VirtualMapping:
    if number >= len(mappings):
        raise FormatError(
            "a name that is shared with a later entry",
            field="entry",
            expected=f"below {len(mappings)}",
            found=number,
        )
    return mappings[number]
