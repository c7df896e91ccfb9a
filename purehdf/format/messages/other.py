"""The small messages: symbol table, continuation, comment, times, counts (IV.A.2.j, n to x)."""

from __future__ import annotations

from typing import Annotated

from ..block import U32, Address, Bytes, Length, Version, block
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
class Continuation:
    """Where an object header goes on."""

    offset: Address
    length: Length


@block("symbol table message", "IV.A.2.r")
class SymbolTable:
    """Where an old-style group keeps its links."""

    v1_btree_address: Address
    local_heap_address: Address


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


@structure("object modification time message", "IV.A.2.s")
def decode_modification_time(cursor: Cursor) -> int:
    """Decode seconds since 1970-01-01 00:00 UTC."""
    return cursor.read(ModificationTimeMessage).seconds_after_unix_epoch


@structure("object reference count message", "IV.A.2.w")
def decode_reference_count(cursor: Cursor) -> int:
    """Decode the number of hard links to an object."""
    return cursor.read(ReferenceCountMessage).reference_count
