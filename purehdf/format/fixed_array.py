"""Fixed arrays (VII.C): the index of a chunked dataset that cannot grow without bound."""

from __future__ import annotations

from typing import Annotated, Any

from ..errors import FormatError
from .block import U8, Address, Length, Offset, Signature, Version, block, layout_of
from .checksum import CHECKSUM
from .chunk_element import chunk_element, size_width
from .columns import Cursors, Integers
from .cursor import Cursor, Table
from .record import Record
from .structure import structure

__all__ = [
    "FixedArrayHeader",
    "FixedArrayPrefix",
    "decode_fixed_array_data_block",
    "decode_fixed_array_header",
    "decode_pages",
    "set_bits",
]


@block("fixed array header", "VII.C")
class HeaderFields:
    signature: Annotated[bytes, Signature(b"FAHD")]
    version: Annotated[int, Version(0)]
    client_id: U8
    entry_size: U8
    page_bits: U8
    max_num_entries: Length
    data_block_address: Offset


@block("fixed array data block", "VII.C")
class DataBlockPrefix:
    signature: Annotated[bytes, Signature(b"FADB")]
    version: Annotated[int, Version(0)]
    client_id: U8
    header_address: Address


class FixedArrayHeader(Record):
    """The header; ``size_width`` is the number of bytes of a chunk size (0: none)."""

    count: int
    page_elements: int
    data_block_address: int | None
    size_width: int

    @property
    def element(self) -> type[Any]:
        """The block of one element."""
        return chunk_element(self.size_width)

    @property
    def pages(self) -> int:
        """Number of pages; 0 where the data block itself holds the elements."""
        return 0 if self.count <= self.page_elements else -(-self.count // self.page_elements)


class FixedArrayPrefix(Record):
    """A data block that is cut into pages.

    ``initialized`` are the numbers of the pages that were ever written; the pages follow
    the prefix, ``size`` bytes after its beginning.
    """

    initialized: tuple[int, ...]
    size: int


@structure("fixed array header", "VII.C")
def decode_fixed_array_header(cursor: Cursor) -> FixedArrayHeader:
    """Decode the header and verify its checksum."""
    cursor.require(cursor.layout(HeaderFields).size + CHECKSUM)
    fields = cursor.read(HeaderFields)
    cursor.verify_checksum()
    if fields.page_bits > 32:
        raise FormatError(
            "impossible pages", field="page bits", expected="at most 32", found=fields.page_bits
        )
    width = size_width(fields.client_id, fields.entry_size, cursor.context)
    return FixedArrayHeader(
        fields.max_num_entries, 1 << fields.page_bits, fields.data_block_address, width
    )


@structure("fixed array data block", "VII.C")
def decode_fixed_array_data_block(
    cursor: Cursor, header: FixedArrayHeader
) -> Table | FixedArrayPrefix:
    """Decode the data block: all elements, or where its pages are."""
    begin = cursor.position
    size = (header.pages + 7) // 8  # of the bitmap
    if not header.pages:
        size = header.count * cursor.layout(header.element).size
    cursor.require(cursor.layout(DataBlockPrefix).size + size + CHECKSUM)
    cursor.read(DataBlockPrefix)
    if not header.pages:
        elements = cursor.table(header.element, header.count)
        cursor.verify_checksum()
        return elements
    bitmap = cursor.raw(size, "page bitmap")
    cursor.verify_checksum()
    return FixedArrayPrefix(set_bits(bitmap, header.pages), cursor.position - begin)


def set_bits(bitmap: bytes, count: int) -> tuple[int, ...]:
    """The numbers of the bits that are set among the first `count`, highest bit first."""
    return tuple(i for i in range(count) if bitmap[i // 8] & 0x80 >> i % 8)


@structure("chunk index data block page", "VII")
def decode_pages(cursors: Cursors, counts: Integers, element: type[Any]) -> Table:
    """Decode pages of ``counts[i]`` elements each and verify their checksums."""
    cursors.require(counts * layout_of(element, cursors.context).size + CHECKSUM)
    elements = cursors.table(element, counts)
    cursors.verify_checksums()
    return elements
