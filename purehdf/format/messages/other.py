"""The small messages: symbol table, continuation, comment, times, counts (IV.A.2.j, n to w)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from ...errors import FormatError
from ..block import U16, U32, Address, Bytes, Length, Version, block
from ..cursor import Cursor
from ..structure import structure

__all__ = [
    "BTreeKValues",
    "Continuation",
    "SymbolTable",
    "decode_bogus",
    "decode_btree_k_values",
    "decode_comment",
    "decode_continuation_message",
    "decode_modification_time",
    "decode_old_modification_time",
    "decode_reference_count",
    "decode_symbol_table",
]


@block("object header continuation message", "IV.A.2.q")
class Continuation:
    """Where an object header goes on."""

    offset: Address
    length: Length


@block("symbol table message", "IV.A.2.r")
class SymbolTable:
    """Where an old-style group keeps its links."""

    v1_btree_address: Address
    local_heap_address: Address


@block("bogus message", "IV.A.2.j")
class BogusMessage:
    bogus_value: U32


@block("object modification time message (old)", "IV.A.2.o")
class OldModificationTime:
    year: Annotated[bytes, Bytes(4)]
    month: Annotated[bytes, Bytes(2)]
    day_of_month: Annotated[bytes, Bytes(2)]
    hour: Annotated[bytes, Bytes(2)]
    minute: Annotated[bytes, Bytes(2)]
    second: Annotated[bytes, Bytes(2)]
    reserved: Annotated[bytes, Bytes(2)]


@block("B-tree K values message", "IV.A.2.t")
class BTreeKValues:
    """Half of the entries that nodes of version 1 B-trees have room for."""

    version: Annotated[int, Version(0)]
    indexed_storage_internal_node_k: U16
    group_internal_node_k: U16
    group_leaf_node_k: U16


@block("object modification time message", "IV.A.2.s")
class ModificationTimeMessage:
    version: Annotated[int, Version(1)]
    reserved: Annotated[bytes, Bytes(3)]
    seconds_after_unix_epoch: U32


@block("object reference count message", "IV.A.2.w")
class ReferenceCountMessage:
    version: Annotated[int, Version(0)]
    reference_count: U32


@structure("object header continuation message", "IV.A.2.q")
def decode_continuation_message(cursor: Cursor) -> Continuation:
    """Decode where an object header goes on."""
    return cursor.read(Continuation)


@structure("symbol table message", "IV.A.2.r")
def decode_symbol_table(cursor: Cursor) -> SymbolTable:
    """Decode where an old-style group keeps its links."""
    return cursor.read(SymbolTable)


@structure("object comment message", "IV.A.2.n")
def decode_comment(cursor: Cursor) -> bytes:
    """Decode the comment of an object."""
    return cursor.text("comment")


@structure("bogus message", "IV.A.2.j")
def decode_bogus(cursor: Cursor) -> int:
    """Decode the value of a message that exists for tests alone."""
    return cursor.read(BogusMessage).bogus_value


@structure("object modification time message (old)", "IV.A.2.o")
def decode_old_modification_time(cursor: Cursor) -> int:
    """Decode a time that stands in digits; return seconds since 1970-01-01 00:00 UTC."""
    fields = cursor.read(OldModificationTime)
    digits = (
        fields.year,
        fields.month,
        fields.day_of_month,
        fields.hour,
        fields.minute,
        fields.second,
    )
    try:
        year, month, day, hour, minute, second = map(int, digits)
        when = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as error:
        raise FormatError("not a time", found=b"".join(digits)) from error
    return int(when.timestamp())


@structure("B-tree K values message", "IV.A.2.t")
def decode_btree_k_values(cursor: Cursor) -> BTreeKValues:
    """Decode the sizes that superblocks of version 0 and 1 hold themselves."""
    return cursor.read(BTreeKValues)


@structure("object modification time message", "IV.A.2.s")
def decode_modification_time(cursor: Cursor) -> int:
    """Decode seconds since 1970-01-01 00:00 UTC."""
    return cursor.read(ModificationTimeMessage).seconds_after_unix_epoch


@structure("object reference count message", "IV.A.2.w")
def decode_reference_count(cursor: Cursor) -> int:
    """Decode the number of hard links to an object."""
    return cursor.read(ReferenceCountMessage).reference_count
