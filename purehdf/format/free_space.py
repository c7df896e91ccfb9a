"""Free-space managers (III.H): which bytes of the file, or of a fractal heap, are free."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from ..errors import FormatError
from .block import U8, U16, Address, Length, Offset, Signature, Version, block
from .cursor import Cursor
from .structure import structure

__all__ = [
    "FreeSection",
    "FreeSpaceHeader",
    "decode_free_space_header",
    "decode_free_space_sections",
]

_FRACTAL_HEAP = 0  # client
_WITH_BLOCKS = (1, 3)  # types of a heap's sections that say where their blocks are


@block("free-space manager header", "III.H")
class FreeSpaceHeader:
    """Where the list of sections is, and what the widths of its fields follow from."""

    signature: Annotated[bytes, Signature(b"FSHD")]
    version: Annotated[int, Version(0)]
    client_id: U8
    total_space_tracked: Length
    total_number_of_sections: Length
    number_of_serialized_sections: Length
    number_of_un_serialized_sections: Length
    number_of_section_classes: U16
    shrink_percent: U16
    expand_percent: U16
    size_of_address_space: U16
    maximum_section_size: Length
    address_of_serialized_section_list: Offset
    size_of_serialized_section_list_used: Length
    allocated_size_of_serialized_section_list: Length


@block("free-space section list", "III.H")
class SectionListPrefix:
    signature: Annotated[bytes, Signature(b"FSSE")]
    version: Annotated[int, Version(0)]
    free_space_manager_header_address: Address


class FreeSection(NamedTuple):
    """``size`` free bytes at ``offset``: an address of the file, or an offset in the heap."""

    offset: int
    size: int
    type: int


@structure("free-space manager header", "III.H")
def decode_free_space_header(cursor: Cursor) -> FreeSpaceHeader:
    """Decode the header and verify its checksum."""
    header = cursor.read(FreeSpaceHeader)
    cursor.verify_checksum()
    return header


@structure("free-space section list", "III.H")
def decode_free_space_sections(cursor: Cursor, header: FreeSpaceHeader) -> tuple[FreeSection, ...]:
    """Decode the list that `header` leads to and verify its checksum."""
    used = header.size_of_serialized_section_list_used
    allocated = header.allocated_size_of_serialized_section_list
    begin = cursor.position
    if allocated < used:
        raise FormatError(
            "more of the list is used than there is",
            field="size of serialized section list used",
            expected=f"at most {allocated}",
            found=used,
        )
    cursor.require(used)
    cursor.read(SectionListPrefix)
    part = cursor.sub(max(begin + used - 4 - cursor.position, 0))
    sections: list[FreeSection] = []
    while part.remaining:
        sections += _set(part, header)
    cursor.verify_checksum()
    cursor.skip(allocated - used, "room for further sections")
    return tuple(sections)


def _set(cursor: Cursor, header: FreeSpaceHeader) -> list[FreeSection]:
    """One set: sections of the same size."""
    width = _bytes_for(header.number_of_serialized_sections)
    count = cursor.uint(width, "number of sections")
    size = cursor.uint(_bytes_for(header.maximum_section_size), "section size")
    return [_section(cursor, header, size) for _ in range(count)]


def _section(cursor: Cursor, header: FreeSpaceHeader, size: int) -> FreeSection:
    # The address space of a heap is the heap's: its offsets are as wide as those of sections.
    width = (header.size_of_address_space + 7) // 8
    offset = cursor.uint(width, "section offset")
    type = cursor.uint(1, "section type")
    if header.client_id == _FRACTAL_HEAP and type in _WITH_BLOCKS:
        cursor.uint(width, "indirect block offset")
        cursor.uint(2, "block start row")
        cursor.uint(2, "block start column")
        cursor.uint(2, "number of blocks")
    return FreeSection(offset, size, type)


def _bytes_for(value: int) -> int:
    """The fewest bytes that hold `value`."""
    return max(value.bit_length() + 7, 8) // 8
