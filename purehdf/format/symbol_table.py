"""Group symbol table nodes (III.B) and their entries (III.C)."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from .block import U16, U32, Bytes, Length, Offset, Signature, Version, block
from .columns import Cursors
from .cursor import Table
from .structure import structure

__all__ = [
    "CACHED_GROUP",
    "CACHED_SOFT_LINK",
    "SymbolTableEntry",
    "SymbolTableNodeHeader",
    "decode_symbol_table_nodes",
]

CACHED_GROUP = 1  # cache type: the scratch pad holds addresses of a B-tree and a heap
CACHED_SOFT_LINK = 2  # cache type: the scratch pad holds the heap offset of a path


@block("symbol table node", "III.B")
class SymbolTableNodeHeader:
    signature: Annotated[bytes, Signature(b"SNOD")]
    version: Annotated[int, Version(1)]
    reserved: Annotated[bytes, Bytes(1)]
    number_of_symbols: U16


@block("symbol table entry", "III.C")
class SymbolTableEntry:
    link_name_offset: Length
    object_header_address: Offset
    cache_type: U32
    reserved: Annotated[bytes, Bytes(4)]
    scratch_pad: Annotated[bytes, Bytes(16)]


@structure("symbol table node", "III.B")
def decode_symbol_table_nodes(cursors: Cursors) -> Table:
    """Decode many nodes together.

    Returns the entries of all nodes, in order: the columns are the fields of
    :class:`SymbolTableEntry`.
    """
    headers = cursors.table(SymbolTableNodeHeader)
    return cursors.table(SymbolTableEntry, headers["number_of_symbols"].astype(np.int64))
