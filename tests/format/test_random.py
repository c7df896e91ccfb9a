"""Whatever the bytes are: a decoder gives a record or an error of ours, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from purehdf.errors import PureHDFError
from purehdf.format.btree_v1 import decode_chunk_nodes, decode_group_nodes
from purehdf.format.columns import Cursors
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor, ShortRead
from purehdf.format.global_heap import decode_global_heap_collection
from purehdf.format.local_heap import decode_local_heap, decode_local_heap_data
from purehdf.format.messages import MESSAGES
from purehdf.format.messages.shared import decode_shared_message
from purehdf.format.object_header import decode_continuation, decode_object_header
from purehdf.format.recording import RecordingCursor
from purehdf.format.superblock import FORMAT_SIGNATURE, decode_superblock
from purehdf.format.symbol_table import decode_symbol_table_nodes

Decode = Callable[[Cursor], Any]

# What the structure begins with, so that not every attempt ends at the signature.
STRUCTURES: dict[str, tuple[bytes, Decode]] = {
    "superblock": (FORMAT_SIGNATURE, decode_superblock),
    "symbol table node": (b"SNOD\1", lambda c: decode_symbol_table_nodes(Cursors.of([c]))),
    "group node": (b"TREE\0", lambda c: decode_group_nodes(Cursors.of([c]), None)),
    "chunk node": (b"TREE\1", lambda c: decode_chunk_nodes(Cursors.of([c]), None, 3)),
    "local heap": (b"HEAP\0", decode_local_heap),
    "local heap data": (b"", lambda c: decode_local_heap_data(c, 40)),
    "global heap": (b"GCOL\1\0\0\0\x60\0\0\0\0\0\0\0", decode_global_heap_collection),
    "object header, version 1": (b"\1\0", decode_object_header),
    "object header, version 2": (b"OHDR\2", decode_object_header),
    "continuation, version 1": (b"", lambda c: decode_continuation(c, 60, 1, 0)),
    "continuation, version 2": (b"OCHK", lambda c: decode_continuation(c, 60, 2, 4)),
    "shared message": (b"", decode_shared_message),
} | {kind.title: (b"", kind.decode) for kind in MESSAGES.values() if kind.decode is not None}

widths = st.sampled_from((2, 4, 8))
contexts = st.builds(Context, widths, widths)
kinds = st.sampled_from((Cursor, RecordingCursor))
# Small numbers are versions, classes, flags and counts: they get further than others.
likely = st.lists(st.one_of(st.integers(0, 5), st.integers(0, 255)), max_size=120).map(bytes)


@pytest.mark.parametrize("name", STRUCTURES)
@settings(max_examples=60)
@given(context=contexts, kind=kinds, data=likely, bounded=st.booleans())
def test_any_bytes(
    name: str, context: Context, kind: type[Cursor], data: bytes, bounded: bool
) -> None:
    begin, decode = STRUCTURES[name]
    window = begin + data
    error: Exception | None = None
    try:
        decode(kind(window, context, 0x100, bounded=bounded))
    except (PureHDFError, ShortRead) as caught:
        error = caught
    if isinstance(error, ShortRead):
        assert not bounded
        assert all(start == 0x100 and stop > 0x100 + len(window) for start, stop in error.ranges)
