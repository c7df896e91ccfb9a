"""Fractal heaps (III.G): where links and attributes lie that are stored densely."""

from __future__ import annotations

from typing import Annotated

from ..errors import FormatError
from .block import U8, U16, U32, Length, Offset, Signature, Version, block
from .checksum import CHECKSUM
from .context import Context
from .cursor import Cursor
from .messages.filter_pipeline import Filter, decode_filter_pipeline
from .record import Record
from .structure import structure

__all__ = [
    "DirectBlock",
    "FractalHeapHeader",
    "HeapChild",
    "decode_direct_block",
    "decode_fractal_heap_header",
    "decode_indirect_block",
]

_BLOCKS_CHECKSUMMED = 0x02


@block("fractal heap header", "III.G")
class HeaderFields:
    signature: Annotated[bytes, Signature(b"FRHP")]
    version: Annotated[int, Version(0)]
    heap_id_length: U16
    io_filters_encoded_length: U16
    flags: U8
    maximum_size_of_managed_objects: U32
    next_huge_object_id: Length
    v2_btree_address_of_huge_objects: Offset
    free_space_in_managed_blocks: Length
    address_of_managed_block_free_space_manager: Offset
    managed_space_in_heap: Length
    allocated_managed_space_in_heap: Length
    offset_of_direct_block_allocation_iterator: Length
    number_of_managed_objects: Length
    size_of_huge_objects: Length
    number_of_huge_objects: Length
    size_of_tiny_objects: Length
    number_of_tiny_objects: Length
    table_width: U16
    starting_block_size: Length
    maximum_direct_block_size: Length
    maximum_heap_size: U16
    starting_number_of_rows_in_root_indirect_block: U16
    address_of_root_block: Offset
    current_number_of_rows_in_root_indirect_block: U16


@block("fractal heap header, filters", "III.G")
class HeaderFilterFields:
    size_of_filtered_root_direct_block: Length
    io_filter_mask: U32


@block("fractal heap direct block", "III.G")
class DirectBlockPrefix:
    signature: Annotated[bytes, Signature(b"FHDB")]
    version: Annotated[int, Version(0)]
    heap_header_address: Offset


@block("fractal heap indirect block", "III.G")
class IndirectBlockPrefix:
    signature: Annotated[bytes, Signature(b"FHIB")]
    version: Annotated[int, Version(0)]
    heap_header_address: Offset


class FractalHeapHeader(Record):
    """The shape of the heap: a doubling table of blocks over one space of offsets.

    ``filters`` is empty unless the heap's blocks are filtered.
    """

    fields: HeaderFields
    filters: tuple[Filter, ...] = ()
    root: HeaderFilterFields | None = None

    @property
    def offset_width(self) -> int:
        """Bytes of an offset into the heap's space."""
        return (self.fields.maximum_heap_size + 7) // 8

    @property
    def length_width(self) -> int:
        """Bytes of the length of a managed object in a heap ID."""
        largest_block = self.fields.maximum_direct_block_size
        largest_object = self.fields.maximum_size_of_managed_objects
        return min((largest_block.bit_length() + 6) // 8, (largest_object.bit_length() + 7) // 8)

    @property
    def direct_rows(self) -> int:
        """Rows of the table whose blocks are direct."""
        ratio = self.fields.maximum_direct_block_size // self.fields.starting_block_size
        return ratio.bit_length() + 1

    def row_size(self, row: int) -> int:
        """Size of a block in this row of the table, in bytes of the heap's space."""
        return self.fields.starting_block_size << max(row - 1, 0)

    def rows_of(self, size: int) -> int:
        """Number of rows of an indirect block that covers `size` bytes."""
        first = self.fields.starting_block_size * self.fields.table_width
        return (size // first).bit_length()


class HeapChild(Record):
    """A block below an indirect block; ``address`` is None where it was never made.

    It covers ``size`` bytes from ``offset`` of the heap's space.  ``rows`` is 0 for a
    direct block.  ``stored_size`` and ``filter_mask`` are those of a filtered block.
    """

    address: int | None
    offset: int
    size: int
    rows: int
    stored_size: int
    filter_mask: int = 0


class DirectBlock(Record):
    """The bytes of a direct block, its prefix included: heap offsets count that too."""

    data: bytes
    heap_offset: int
    file_offset: int


@structure("fractal heap header", "III.G")
def decode_fractal_heap_header(cursor: Cursor) -> FractalHeapHeader:
    """Decode the header and verify its checksum."""
    fields = cursor.read(HeaderFields)
    _check(fields)
    filters: tuple[Filter, ...] = ()
    root = None
    if fields.io_filters_encoded_length:
        root = cursor.read(HeaderFilterFields)
        part = cursor.sub(fields.io_filters_encoded_length, "filter pipeline message", "IV.A.2.l")
        filters = decode_filter_pipeline(part)
    cursor.verify_checksum()
    return FractalHeapHeader(fields, filters, root)


def _check(fields: HeaderFields) -> None:
    start, largest, width = (
        fields.starting_block_size,
        fields.maximum_direct_block_size,
        fields.table_width,
    )
    for name, value in (
        ("starting block size", start),
        ("maximum direct block size", largest),
        ("table width", width),
    ):
        if value == 0 or value & (value - 1):
            raise FormatError("not a power of two", field=name, found=value)
    if largest < start or not 1 <= fields.maximum_heap_size <= 64:
        raise FormatError(
            "an impossible table of blocks",
            field="maximum heap size",
            found=fields.maximum_heap_size,
        )


@structure("fractal heap direct block", "III.G")
def decode_direct_block(cursor: Cursor, header: FractalHeapHeader, size: int) -> DirectBlock:
    """Decode an unfiltered direct block of `size` bytes, prefix and checksum included."""
    cursor.require(size)
    begin, file_offset = cursor.position, cursor.offset
    cursor.read(DirectBlockPrefix)
    heap_offset = cursor.uint(header.offset_width, "block offset")
    data = bytes(cursor.data[begin : begin + size])
    if header.fields.flags & _BLOCKS_CHECKSUMMED:
        # It lies inside the bytes that it covers, and counts as zero there.
        at = cursor.position - begin
        cursor.verify_checksum(data[:at] + bytes(CHECKSUM) + data[at + CHECKSUM :])
    cursor.skip(size - (cursor.position - begin), "object data")
    return DirectBlock(data, heap_offset, file_offset)


@structure("fractal heap indirect block", "III.G")
def decode_indirect_block(
    cursor: Cursor, header: FractalHeapHeader, rows: int
) -> tuple[HeapChild, ...]:
    """Decode an indirect block of `rows` rows: the blocks below it."""
    if not 0 < rows <= header.fields.maximum_heap_size:
        raise FormatError("an impossible number of rows", field="rows", found=rows)
    cursor.read(IndirectBlockPrefix)
    offset = cursor.uint(header.offset_width, "block offset")
    cursor.require(_table_size(cursor.context, header, rows))
    children = []
    for row in range(rows):
        size = header.row_size(row)
        for column in range(header.fields.table_width):
            child = _child(cursor, header, row, column, offset)
            children.append(child)
            offset += size
    cursor.verify_checksum()
    return tuple(children)


def _table_size(context: Context, header: FractalHeapHeader, rows: int) -> int:
    """Bytes of the addresses in an indirect block."""
    direct = min(rows, header.direct_rows)
    extra = context.length_size + 4 if header.filters else 0
    return header.fields.table_width * (rows * context.offset_size + direct * extra)


def _child(
    cursor: Cursor, header: FractalHeapHeader, row: int, column: int, offset: int
) -> HeapChild:
    size = header.row_size(row)
    kind = "direct" if row < header.direct_rows else "indirect"
    address = cursor.address(f"child {kind} block address, row {row}, column {column}")
    if kind == "indirect":
        return HeapChild(address, offset, size, header.rows_of(size), 0)
    if not header.filters:
        return HeapChild(address, offset, size, 0, size)
    stored = cursor.length("size of filtered direct block")
    return HeapChild(address, offset, size, 0, stored, cursor.uint(4, "filter mask"))
