"""Version 2 B-trees (III.A.2), read a level at a time.

Every node holds records, internal nodes too.  A node does not say how many: its parent
does, and for the root the header, so nodes are decoded with their counts at hand.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

import numpy as np

from ..errors import FormatError
from .block import (
    U8,
    U16,
    U32,
    U64,
    Address,
    Bytes,
    Length,
    Offset,
    Signature,
    Version,
    block,
    layout_of,
    make_block,
)
from .checksum import CHECKSUM
from .columns import Cursors, Integers, widened
from .context import Context
from .cursor import Cursor, Table
from .record import Record
from .structure import structure

__all__ = [
    "RECORDS",
    "BTreeV2Header",
    "chunk_record",
    "decode_btree_v2_header",
    "decode_btree_v2_nodes",
]

_PREFIX_AND_CHECKSUM = 10


@block("version 2 B-tree header", "III.A.2")
class BTreeV2Header:
    """The root of a B-tree; ``root_node_address`` is None while it has no records."""

    signature: Annotated[bytes, Signature(b"BTHD")]
    version: Annotated[int, Version(0)]
    type: U8
    node_size: U32
    record_size: U16
    depth: U16
    split_percent: U8
    merge_percent: U8
    root_node_address: Offset
    number_of_records_in_root: U16
    total_number_of_records: Length


@block("version 2 B-tree internal node", "III.A.2")
class InternalNodePrefix:
    signature: Annotated[bytes, Signature(b"BTIN")]
    version: Annotated[int, Version(0)]
    type: U8


@block("version 2 B-tree leaf node", "III.A.2")
class LeafNodePrefix:
    signature: Annotated[bytes, Signature(b"BTLF")]
    version: Annotated[int, Version(0)]
    type: U8


@block("version 2 B-tree, type 1 record: huge object, indirect", "III.A.2")
class HugeIndirect:
    address: Address
    length: Length
    id: Length


@block("version 2 B-tree, type 2 record: huge object, indirect and filtered", "III.A.2")
class HugeIndirectFiltered:
    address: Address
    length: Length
    filter_mask: U32
    memory_size: Length
    id: Length


@block("version 2 B-tree, type 3 record: huge object, direct", "III.A.2")
class HugeDirect:
    address: Address
    length: Length


@block("version 2 B-tree, type 4 record: huge object, direct and filtered", "III.A.2")
class HugeDirectFiltered:
    address: Address
    length: Length
    filter_mask: U32
    memory_size: Length


@block("version 2 B-tree, type 5 record: link name", "III.A.2")
class LinkNameRecord:
    hash: U32
    heap_id: Annotated[bytes, Bytes(7)]


@block("version 2 B-tree, type 6 record: link creation order", "III.A.2")
class LinkOrderRecord:
    creation_order: U64
    heap_id: Annotated[bytes, Bytes(7)]


@block("version 2 B-tree, type 7 record: shared message", "III.A.2")
class SharedMessageRecord:
    """Location 0: reference count (4 bytes) and heap ID (8) of a message in the heap.

    Location 1: reserved (1), message type (1), index (2) and address of a message that is
    still in an object header; the record is as long as the other one.
    """

    message_location: U8
    hash: U32
    place: Annotated[bytes, Bytes(12)]


@block("version 2 B-tree, type 8 record: attribute name", "III.A.2")
class AttributeNameRecord:
    heap_id: Annotated[bytes, Bytes(8)]
    message_flags: U8
    creation_order: U32
    hash: U32


@block("version 2 B-tree, type 9 record: attribute creation order", "III.A.2")
class AttributeOrderRecord:
    heap_id: Annotated[bytes, Bytes(8)]
    message_flags: U8
    creation_order: U32


RECORDS: dict[int, type[Any]] = {
    1: HugeIndirect,
    2: HugeIndirectFiltered,
    3: HugeDirect,
    4: HugeDirectFiltered,
    5: LinkNameRecord,
    6: LinkOrderRecord,
    7: SharedMessageRecord,
    8: AttributeNameRecord,
    9: AttributeOrderRecord,
}
"""Record types of a fixed form; 10 and 11 depend on the rank, see :func:`chunk_record`."""


@cache
def chunk_record(rank: int, size_width: int | None) -> type[Any]:
    """The record of a chunk: type 10, or with `size_width` bytes of chunk size type 11."""
    coordinates = {f"scaled_offset_{i}": U64 for i in range(rank)}
    if size_width is None:
        title = "version 2 B-tree, type 10 record: chunk"
        return make_block(title, "III.A.2", address=Address, **coordinates)
    title = "version 2 B-tree, type 11 record: filtered chunk"
    size = Annotated[bytes, Bytes(size_width)]
    return make_block(
        title, "III.A.2", address=Address, chunk_size=size, filter_mask=U32, **coordinates
    )


@structure("version 2 B-tree header", "III.A.2")
def decode_btree_v2_header(cursor: Cursor) -> BTreeV2Header:
    """Decode the header and verify its checksum."""
    cursor.require(cursor.layout(BTreeV2Header).size + CHECKSUM)
    header = cursor.read(BTreeV2Header)
    cursor.verify_checksum()
    return header


class _Widths(Record):
    """Bytes of the counts in a child pointer: records of the child, and below it."""

    records: int
    total: int


@cache
def _widths(node_size: int, record_size: int, depth: int, context: Context) -> _Widths:
    """The widths of the pointers in a node of this depth: the fewest that hold the maximum."""
    most = (node_size - _PREFIX_AND_CHECKSUM) // record_size
    records = _bytes_for(most)
    below, total = most, 0
    for _ in range(1, depth):
        pointer = context.offset_size + records + total
        most = (node_size - _PREFIX_AND_CHECKSUM - pointer) // (record_size + pointer)
        below = (most + 1) * below + most
        total = _bytes_for(below)
    return _Widths(records, total)


def _bytes_for(value: int) -> int:
    return max(value.bit_length() + 7, 8) // 8


@cache
def _pointer(widths: _Widths) -> type[Any]:
    fields: dict[str, Any] = {"number_of_records": Annotated[bytes, Bytes(widths.records)]}
    if widths.total:
        fields["total_number_of_records"] = Annotated[bytes, Bytes(widths.total)]
    title = "version 2 B-tree child pointer"
    return make_block(title, "III.A.2", child_node_address=Address, **fields)


@structure("version 2 B-tree node", "III.A.2")
def decode_btree_v2_nodes(
    cursors: Cursors,
    counts: Integers,
    header: BTreeV2Header,
    depth: int,
    record: type[Any],
) -> tuple[Table, list[int], Integers]:
    """Decode the nodes of one level, which have ``counts[i]`` records each.

    Returns the records of all nodes, and addresses and counts of all children (none for
    leaves, which have depth 0).
    """
    context = cursors.context
    if layout_of(record, context).size != header.record_size or header.node_size < 16:
        raise FormatError(
            "not the size that records of this type have",
            structure="version 2 B-tree header",
            section="III.A.2",
            field="record size",
            expected=layout_of(record, context).size,
            found=header.record_size,
        )
    widths = _widths(header.node_size, header.record_size, depth, context)
    pointer = _pointer(widths)
    size = header.record_size + (layout_of(pointer, context).size if depth else 0)
    extra = _PREFIX_AND_CHECKSUM + (size - header.record_size)
    _check_counts(cursors, counts, (header.node_size - extra) // size)
    cursors.require(extra + counts * size)
    prefixes = cursors.table(InternalNodePrefix if depth else LeafNodePrefix)
    _check_type(cursors, prefixes, header.type)
    records = cursors.table(record, counts)
    children = cursors.table(pointer, counts + 1 if depth else np.zeros_like(counts))
    cursors.verify_checksums()
    numbers = widened(children["number_of_records"], widths.records)
    # One beyond all reason stays that.
    likely = np.minimum(numbers, header.node_size).astype(np.int64)
    return records, children["child_node_address"].tolist(), likely


def _check_counts(cursors: Cursors, counts: Integers, most: int) -> None:
    for row in np.flatnonzero(counts > most).tolist():
        raise FormatError(
            "more records than fit into a node",
            field="number of records",
            expected=f"at most {most}",
            found=int(counts[row]),
            offset=int(cursors.offsets[row]),
        )


def _check_type(cursors: Cursors, prefixes: Table, type: int) -> None:
    for row in np.flatnonzero(prefixes["type"] != type).tolist():
        raise FormatError(
            "not the node that belongs here",
            field="type",
            expected=type,
            found=int(prefixes["type"][row]),
            offset=int(cursors.places[row]),
        )
