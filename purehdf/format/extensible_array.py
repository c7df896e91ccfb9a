"""Extensible arrays (VII.D): the index of a dataset with one unlimited dimension.

The elements are spread over the index block itself, data blocks that the index block
points to, and data blocks that *super blocks* point to.  Super block ``i`` stands for
``2 ** (i // 2)`` data blocks of ``2 ** ((i + 1) // 2)`` times the smallest size; the first
few are not stored, their data blocks hang on the index block.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any, NamedTuple

import numpy as np

from ..errors import FormatError
from .block import U8, Address, Length, Offset, Signature, Version, block, layout_of
from .checksum import CHECKSUM
from .chunk_element import chunk_element, size_width
from .columns import Cursors
from .context import Context
from .cursor import Cursor, Table
from .fixed_array import set_bits
from .record import Record
from .structure import structure

__all__ = [
    "DataBlock",
    "ExtensibleArrayHeader",
    "IndexBlock",
    "SuperBlock",
    "data_block_prefix_size",
    "decode_extensible_array_data_blocks",
    "decode_extensible_array_header",
    "decode_extensible_array_index_block",
    "decode_extensible_array_super_block",
]


@block("extensible array header", "VII.D")
class HeaderFields:
    signature: Annotated[bytes, Signature(b"EAHD")]
    version: Annotated[int, Version(0)]
    client_id: U8
    element_size: U8
    max_nelmts_bits: U8
    index_block_elements: U8
    data_block_min_elements: U8
    secondary_block_min_data_pointers: U8
    max_data_block_page_bits: U8
    number_of_secondary_blocks: Length
    size_of_secondary_blocks: Length
    number_of_data_blocks: Length
    size_of_data_blocks: Length
    max_index_set: Length
    number_of_elements: Length
    index_block_address: Offset


@block("extensible array index block", "VII.D")
class IndexBlockPrefix:
    signature: Annotated[bytes, Signature(b"EAIB")]
    version: Annotated[int, Version(0)]
    client_id: U8
    header_address: Address


@block("extensible array secondary block", "VII.D")
class SuperBlockPrefix:
    signature: Annotated[bytes, Signature(b"EASB")]
    version: Annotated[int, Version(0)]
    client_id: U8
    header_address: Address


@block("extensible array data block", "VII.D")
class DataBlockPrefix:
    signature: Annotated[bytes, Signature(b"EADB")]
    version: Annotated[int, Version(0)]
    client_id: U8
    header_address: Address


@block("extensible array block address", "VII.D")
class BlockAddress:
    address: Offset


class SuperBlock(NamedTuple):
    """The shape of one super block: number and size of its data blocks, and where they begin."""

    data_blocks: int
    elements: int
    first: int


class DataBlock(NamedTuple):
    """One data block: its elements are numbered from ``first``.

    ``pages`` are the numbers of the pages that were written; None: it is not paged.
    """

    address: int
    first: int
    elements: int
    pages: tuple[int, ...] | None


class ExtensibleArrayHeader(Record):
    """The header: everything that the shapes of all blocks follow from."""

    size_width: int
    max_bits: int
    index_elements: int
    min_elements: int
    min_pointers: int
    page_elements: int
    count: int
    index_block_address: int | None

    @property
    def element(self) -> type[Any]:
        """The block of one element."""
        return chunk_element(self.size_width)

    @property
    def offset_width(self) -> int:
        """Bytes of a block offset."""
        return (self.max_bits + 7) // 8

    def super_blocks(self) -> tuple[SuperBlock, ...]:
        """The shapes of all super blocks, stored or not."""
        return _super_blocks(self.index_elements, self.min_elements, self.max_bits)

    @property
    def direct(self) -> int:
        """The number of super blocks whose data blocks hang on the index block."""
        return 2 * (self.min_pointers.bit_length() - 1)


@cache
def _super_blocks(first: int, min_elements: int, max_bits: int) -> tuple[SuperBlock, ...]:
    shapes = []
    for i in range(1 + max_bits - (min_elements.bit_length() - 1)):
        blocks, elements = 1 << i // 2, min_elements << (i + 1) // 2
        shapes.append(SuperBlock(blocks, elements, first))
        first += blocks * elements
    return tuple(shapes)


class IndexBlock(Record):
    """The first elements, and where the other ones are."""

    elements: Table
    data_blocks: tuple[DataBlock, ...]
    super_blocks: tuple[tuple[int, SuperBlock], ...]


@structure("extensible array header", "VII.D")
def decode_extensible_array_header(cursor: Cursor) -> ExtensibleArrayHeader:
    """Decode the header and verify its checksum."""
    cursor.require(cursor.layout(HeaderFields).size + CHECKSUM)
    fields = cursor.read(HeaderFields)
    cursor.verify_checksum()
    for name in ("data_block_min_elements", "secondary_block_min_data_pointers"):
        value = getattr(fields, name)
        if value == 0 or value & (value - 1):
            raise FormatError("not a power of two", field=name.replace("_", " "), found=value)
    if fields.max_nelmts_bits > 64 or fields.max_data_block_page_bits > 64:
        raise FormatError(
            "impossible number of bits",
            field="max nelmts bits",
            expected="at most 64",
            found=fields.max_nelmts_bits,
        )
    return ExtensibleArrayHeader(
        size_width(fields.client_id, fields.element_size, cursor.context),
        fields.max_nelmts_bits,
        fields.index_block_elements,
        fields.data_block_min_elements,
        fields.secondary_block_min_data_pointers,
        1 << fields.max_data_block_page_bits,
        fields.max_index_set,
        fields.index_block_address,
    )


@structure("extensible array index block", "VII.D")
def decode_extensible_array_index_block(
    cursor: Cursor, header: ExtensibleArrayHeader
) -> IndexBlock:
    """Decode the index block: elements, data blocks and super blocks that were made."""
    shapes = header.super_blocks()
    direct, stored = shapes[: header.direct], shapes[header.direct :]
    pointers = sum(shape.data_blocks for shape in direct) + len(stored)
    size = header.index_elements * cursor.layout(header.element).size
    size += pointers * cursor.layout(BlockAddress).size
    cursor.require(cursor.layout(IndexBlockPrefix).size + size + CHECKSUM)
    cursor.read(IndexBlockPrefix)
    elements = cursor.table(header.element, header.index_elements)
    blocks = []
    for shape in direct:
        addresses = _addresses(cursor, shape.data_blocks)
        blocks += _data_blocks(addresses, shape, [None] * shape.data_blocks)
    supers = zip(_addresses(cursor, len(stored)), stored, strict=True)
    cursor.verify_checksum()
    return IndexBlock(
        elements,
        tuple(blocks),
        tuple((address, shape) for address, shape in supers if address is not None),
    )


def _addresses(cursor: Cursor, count: int) -> list[int | None]:
    undefined = cursor.context.undefined_address
    column = cursor.table(BlockAddress, count)["address"].tolist()
    return [None if address == undefined else address for address in column]


def _data_blocks(
    addresses: Sequence[int | None],
    shape: SuperBlock,
    pages: Sequence[tuple[int, ...] | None],
) -> list[DataBlock]:
    return [
        DataBlock(address, shape.first + i * shape.elements, shape.elements, written)
        for i, (address, written) in enumerate(zip(addresses, pages, strict=True))
        if address is not None
    ]


@structure("extensible array secondary block", "VII.D")
def decode_extensible_array_super_block(
    cursor: Cursor, header: ExtensibleArrayHeader, shape: SuperBlock
) -> list[DataBlock]:
    """Decode a super block: the data blocks that were made."""
    paged = shape.elements > header.page_elements
    count = shape.elements // header.page_elements if paged else 0
    bitmap = shape.data_blocks * ((count + 7) // 8)
    size = cursor.layout(SuperBlockPrefix).size + header.offset_width + bitmap
    size += shape.data_blocks * cursor.layout(BlockAddress).size
    cursor.require(size + CHECKSUM)
    cursor.read(SuperBlockPrefix)
    cursor.uint(header.offset_width, "block offset")
    pages: list[tuple[int, ...] | None] = [None] * shape.data_blocks
    if paged:
        pages = _pages(cursor.raw(bitmap, "page bitmaps"), shape.data_blocks, count)
    addresses = _addresses(cursor, shape.data_blocks)
    cursor.verify_checksum()
    return _data_blocks(addresses, shape, pages)


def _pages(bitmaps: bytes, blocks: int, count: int) -> list[tuple[int, ...] | None]:
    """For each of `blocks` data blocks which of its `count` pages were written.

    Each block has room for whole bytes, but writers number the pages of all blocks through.
    """
    pages: list[list[int]] = [[] for _ in range(blocks)]
    for bit in set_bits(bitmaps, blocks * count):
        pages[bit // count].append(bit % count)
    return [tuple(numbers) for numbers in pages]


@structure("extensible array data block", "VII.D")
def decode_extensible_array_data_blocks(
    cursors: Cursors, blocks: Sequence[DataBlock], header: ExtensibleArrayHeader
) -> Table:
    """Decode data blocks that are not paged, and only the prefixes of those that are.

    Returns the elements of the former, in order.
    """
    elements_of = [block.elements if block.pages is None else 0 for block in blocks]
    counts = np.array(elements_of, np.int64)
    size = layout_of(header.element, cursors.context).size
    cursors.require(counts * size + data_block_prefix_size(cursors.context, header))
    cursors.table(DataBlockPrefix)
    cursors.uints(header.offset_width, "block offset")
    elements = cursors.table(header.element, counts)
    cursors.verify_checksums()
    return elements


def data_block_prefix_size(context: Context, header: ExtensibleArrayHeader) -> int:
    """Bytes of a data block before its pages: prefix, block offset and checksum."""
    return layout_of(DataBlockPrefix, context).size + header.offset_width + CHECKSUM
