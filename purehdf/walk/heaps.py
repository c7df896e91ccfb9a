"""Local and global heaps (III.D, III.E)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..errors import FormatError
from ..format.global_heap import (
    GlobalHeapCollection,
    decode_global_heap_collection,
    decode_global_heap_collections,
)
from ..format.heap_objects import HeapCollections
from ..format.local_heap import LocalHeap, decode_local_heap, decode_local_heap_data
from .fractal_heap import HeapObject
from .reader import Reader

__all__ = [
    "global_heap_collections",
    "global_heap_object",
    "heap_collections",
    "local_heap",
]


async def global_heap_collections(
    reader: Reader, addresses: Iterable[int]
) -> dict[int, GlobalHeapCollection]:
    """Load the collections at `addresses`, in as few waves as one of them takes."""
    distinct = sorted(set(addresses))
    if len(distinct) == 1:
        return {distinct[0]: await reader.load(decode_global_heap_collection, distinct[0])}
    found = await reader.load_all(decode_global_heap_collection, distinct)
    return dict(zip(distinct, found, strict=True))


async def heap_collections(reader: Reader, addresses: Sequence[int]) -> HeapCollections:
    """Load the collections at `addresses` together; nothing is kept."""
    return await reader.load_level(decode_global_heap_collections, addresses)


async def global_heap_object(reader: Reader, address: int, index: int) -> HeapObject:
    """Return one object of the collection at `address`, whole; its offset is the collection's."""
    collection = await reader.load(decode_global_heap_collection, address)
    data = collection.objects.get(index)
    if data is None:
        raise FormatError(
            "no such object",
            structure="global heap collection",
            section="III.E",
            field=f"object {index}",
            offset=collection.offset,
        )
    return HeapObject(data, collection.offset)


async def local_heap(reader: Reader, address: int) -> LocalHeap:
    """Load the data segment of the local heap at `address`."""
    header = await reader.load(decode_local_heap, address)
    return await reader.load(
        decode_local_heap_data, header.data_segment_address, header.data_segment_size
    )
