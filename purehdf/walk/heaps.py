"""Global heap collections, many at a time (III.E)."""

from __future__ import annotations

from collections.abc import Iterable

from ..format.global_heap import GlobalHeapCollection, decode_global_heap_collection
from .reader import Reader

__all__ = ["global_heap_collections"]


async def global_heap_collections(
    reader: Reader, addresses: Iterable[int]
) -> dict[int, GlobalHeapCollection]:
    """Load the collections at `addresses`, in as few waves as one of them takes."""
    distinct = sorted(set(addresses))
    found = await reader.load_all(decode_global_heap_collection, distinct)
    return dict(zip(distinct, found, strict=True))
