"""Local heaps (III.D): where old-style groups keep the names of their links."""

from __future__ import annotations

from typing import Annotated

from ..errors import TruncatedError
from .block import Address, Bytes, Length, Signature, Version, block
from .cursor import Cursor
from .record import Record
from .structure import structure

__all__ = ["LocalHeap", "LocalHeapHeader", "decode_local_heap", "decode_local_heap_data"]


@block("local heap", "III.D")
class LocalHeapHeader:
    signature: Annotated[bytes, Signature(b"HEAP")]
    version: Annotated[int, Version(0)]
    reserved: Annotated[bytes, Bytes(3)]
    data_segment_size: Length
    offset_to_head_of_free_list: Length
    data_segment_address: Address


class LocalHeap(Record):
    """The data segment of a local heap; `offset` is its file offset."""

    data: bytes
    offset: int

    def text(self, offset: int) -> bytes:
        """Return the zero-terminated bytes that begin `offset` bytes into the data segment."""
        end = self.data.find(b"\0", offset)
        if not 0 <= offset < len(self.data) or end < 0:
            raise TruncatedError(
                "no zero-terminated name here",
                structure="local heap",
                section="III.D",
                field="data segment",
                expected=f"an offset below {len(self.data)} and a zero byte",
                found=offset,
                offset=self.offset,
            )
        return self.data[offset:end]


@structure("local heap", "III.D")
def decode_local_heap(cursor: Cursor) -> LocalHeapHeader:
    """Decode the header, which says where the data segment lies."""
    return cursor.read(LocalHeapHeader)


@structure("local heap data segment", "III.D")
def decode_local_heap_data(cursor: Cursor, size: int) -> LocalHeap:
    """Decode the data segment, `size` bytes."""
    offset = cursor.offset
    return LocalHeap(cursor.raw(size, "data segment"), offset)
