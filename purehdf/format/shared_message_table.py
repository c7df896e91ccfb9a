"""The shared object header message table (III.I): heaps of messages that objects share."""

from __future__ import annotations

from typing import Annotated

from ..errors import FormatError
from .block import U8, U16, U32, Address, Offset, Signature, Version, block
from .btree_v2 import SharedMessageRecord
from .cursor import Cursor, Table
from .structure import structure

__all__ = [
    "SharedMessageIndex",
    "SharedMessageTable",
    "decode_shared_message_list",
    "decode_shared_message_table",
    "decode_shared_message_table_message",
]

_MOST_INDEXES = 8


@block("shared message table message", "IV.A.2.p")
class SharedMessageTable:
    """Where the table is, and how many indexes it has."""

    version: Annotated[int, Version(0)]
    shared_message_table_address: Address
    number_of_indices: U8


@block("shared message table, signature", "III.I")
class TablePrefix:
    signature: Annotated[bytes, Signature(b"SMTB")]


@block("shared message record list, signature", "III.I")
class ListPrefix:
    signature: Annotated[bytes, Signature(b"SMLI")]


@block("shared message table, index", "III.I")
class SharedMessageIndex:
    """One index: bit n of ``message_type_flags`` says that it holds messages of type n."""

    version: Annotated[int, Version(0)]
    index_type: U8
    message_type_flags: U16
    minimum_message_size: U32
    list_cutoff: U16
    v2_btree_cutoff: U16
    number_of_messages: U16
    index_address: Offset
    fractal_heap_address: Offset


@structure("shared message table message", "IV.A.2.p")
def decode_shared_message_table_message(cursor: Cursor) -> SharedMessageTable:
    """Decode the message of the superblock extension that says where the table is."""
    return cursor.read(SharedMessageTable)


@structure("shared message table", "III.I")
def decode_shared_message_table(cursor: Cursor, count: int) -> tuple[SharedMessageIndex, ...]:
    """Decode a table of `count` indexes and verify its checksum."""
    if count > _MOST_INDEXES:
        raise FormatError(
            "too many indexes", field="number of indices", expected="at most 8", found=count
        )
    cursor.read(TablePrefix)
    indexes = tuple(cursor.read(SharedMessageIndex) for _ in range(count))
    cursor.verify_checksum()
    return indexes


@structure("shared message record list", "III.I")
def decode_shared_message_list(cursor: Cursor, count: int, room: int) -> Table:
    """Decode a list of `count` records that has room for `room`; verify its checksum.

    Returns one row a message: the columns of record type 7 of version 2 B-trees.
    """
    cursor.read(ListPrefix)
    records = cursor.table(SharedMessageRecord, count)
    cursor.verify_checksum()
    size = cursor.layout(SharedMessageRecord).size
    cursor.skip(max(room - count, 0) * size, "room for further records")
    return records
