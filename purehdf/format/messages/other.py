"""The small messages: symbol table, continuation, comment, times, counts (IV.A.2.j, n to x)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from ...errors import FormatError
from ..block import U32, Bytes, Length, Offset, Version, block
from ..cursor import Cursor
from ..structure import structure

__all__ = [
    "Continuation",
    "SymbolTable",
    "decode_comment",
    "decode_continuation_message",
    "decode_modification_time",
    "decode_reference_count",
    "decode_symbol_table",
]


@block("object header continuation message", "IV.A.2.q")
class ContinuationMessage:
    offset: Offset
    length: Length


@block("symbol table message", "IV.A.2.r")
class SymbolTableMessage:
    v1_btree_address: Offset
    local_heap_address: Offset


@block("object modification time message", "IV.A.2.s")
class ModificationTimeMessage:
    version: Annotated[int, Version(1)]
    reserved: Annotated[bytes, Bytes(3)]
    seconds_after_unix_epoch: U32


@block("object reference count message", "IV.A.2.w")
class ReferenceCountMessage:
    version: Annotated[int, Version(0)]
    reference_count: U32


@dataclass(frozen=True, slots=True)
class Continuation:
    """Where an object header goes on: an address and a length in bytes."""

    address: int
    length: int


@dataclass(frozen=True, slots=True)
class SymbolTable:
    """Where an old-style group keeps its links."""

    btree_address: int
    heap_address: int


@structure("object header continuation message", "IV.A.2.q")
def decode_continuation_message(cursor: Cursor) -> Continuation:
    """Decode where an object header goes on."""
    record = cursor.read(ContinuationMessage)
    if record.offset is None:
        raise FormatError("a continuation without an address", field="offset")
    return Continuation(record.offset, record.length)


@structure("symbol table message", "IV.A.2.r")
def decode_symbol_table(cursor: Cursor) -> SymbolTable:
    """Decode where an old-style group keeps its links."""
    record = cursor.read(SymbolTableMessage)
    if record.v1_btree_address is None or record.local_heap_address is None:
        raise FormatError("a group without B-tree or heap", field="addresses")
    return SymbolTable(record.v1_btree_address, record.local_heap_address)


@structure("object comment message", "IV.A.2.n")
def decode_comment(cursor: Cursor) -> bytes:
    """Decode the comment of an object."""
    return cursor.text("comment")


@structure("object modification time message", "IV.A.2.s")
def decode_modification_time(cursor: Cursor) -> int:
    """Decode seconds since 1970-01-01 00:00 UTC."""
    return cursor.read(ModificationTimeMessage).seconds_after_unix_epoch


@structure("object reference count message", "IV.A.2.w")
def decode_reference_count(cursor: Cursor) -> int:
    """Decode the number of hard links to an object."""
    return cursor.read(ReferenceCountMessage).reference_count
