"""Global heap collections (III.E): where variable-length data lies."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from ..errors import TruncatedError
from .block import U16, Bytes, Length, Signature, Version, block
from .columns import Cursors
from .cursor import Cursor
from .heap_objects import HeapCollections, no_object
from .record import Record
from .structure import structure

__all__ = [
    "GlobalHeapCollection",
    "decode_global_heap_collection",
    "decode_global_heap_collections",
]

_FREE_SPACE = 0  # index of the object that stands for what is left of the collection


@block("global heap collection", "III.E")
class GlobalHeapHeader:
    signature: Annotated[bytes, Signature(b"GCOL")]
    version: Annotated[int, Version(1)]
    reserved: Annotated[bytes, Bytes(3)]
    collection_size: Length


@block("global heap object", "III.E")
class GlobalHeapObject:
    heap_object_index: U16
    reference_count: U16
    reserved: Annotated[bytes, Bytes(4)]
    object_size: Length


class GlobalHeapCollection(Record):
    """The objects of one collection: index -> bytes; `offset` is the file offset."""

    objects: dict[int, bytes]
    offset: int

    def get(self, index: int, size: int) -> bytes:
        """Return the first `size` bytes of object `index`."""
        data = self.objects.get(index)
        if data is None or len(data) < size:
            raise no_object(index, size, None if data is None else len(data), self.offset)
        return data[:size]


@structure("global heap collection", "III.E")
def decode_global_heap_collection(cursor: Cursor) -> GlobalHeapCollection:
    """Decode a collection with all of its objects."""
    offset = cursor.offset
    begin = cursor.position
    header = cursor.read(GlobalHeapHeader)
    size = _rest(header.collection_size, cursor.position - begin)
    return GlobalHeapCollection(_objects(cursor.sub(size)), offset)


@structure("global heap collection", "III.E")
def decode_global_heap_collections(cursors: Cursors) -> HeapCollections:
    """Decode many collections together."""
    headers = cursors.table(GlobalHeapHeader)
    header_size = headers.dtype.itemsize
    sizes = [_rest(size, header_size) for size in headers["collection_size"].tolist()]
    bodies = cursors.bodies(np.array(sizes, np.uint64))
    return HeapCollections.of(bodies, cursors.places.tolist(), cursors.context.length_size)


def _rest(collection_size: int, header_size: int) -> int:
    """Bytes of a collection behind its header."""
    if collection_size < header_size:
        raise TruncatedError("collection ends in its own header", field="collection size")
    return collection_size - header_size


def _align(cursor: Cursor) -> None:
    """Skip what fills up a header, of 8 bytes and a length, to a multiple of 8 bytes."""
    cursor.skip(-cursor.context.length_size % 8)


def _objects(cursor: Cursor) -> dict[int, bytes]:
    objects: dict[int, bytes] = {}
    _align(cursor)
    # Less than one object header may be left over: it belongs to nobody.
    while cursor.remaining >= 16:
        header = cursor.read(GlobalHeapObject)
        _align(cursor)
        if header.heap_object_index == _FREE_SPACE:
            break
        objects[header.heap_object_index] = cursor.raw(header.object_size, "object data")
        cursor.skip(min(-header.object_size % 8, cursor.remaining))
    return objects
