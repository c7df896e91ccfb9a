"""The metadata cache image: metadata that a writer kept for the next who opens the file.

The specification says nothing of it; libhdf5 writes it from 1.10 on, where it is asked to
(``H5Pset_mdc_image_config``).  The message is in the superblock extension.  The block holds
whole structures together with the addresses they belong to.  What stands at those
addresses in the file may be older, or was never written: the image counts.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from .block import U8, U16, U32, Address, Length, Offset, Signature, Version, block
from .cursor import Cursor
from .structure import structure

__all__ = [
    "CacheImageMessage",
    "CachedStructure",
    "decode_cache_image",
    "decode_cache_image_message",
]


@block("metadata cache image message", "II.C")
class CacheImageMessage:
    """Where the block is, and its size in bytes; no address, no image."""

    version: Annotated[int, Version(0)]
    cache_image_address: Offset
    cache_image_size: Length


@block("metadata cache image", "II.C")
class CacheImagePrefix:
    signature: Annotated[bytes, Signature(b"MDCI")]
    version: Annotated[int, Version(0)]
    flags: U8
    image_size: Length
    number_of_entries: U32


@block("metadata cache image, entry", "II.C")
class CacheImageEntry:
    structure_type: U8
    flags: U8
    ring: U8
    age: U8
    number_of_children: U16
    number_of_dirty_children: U16
    number_of_parents: U16
    rank: U32
    structure_address: Address
    structure_size: Length


class CachedStructure(NamedTuple):
    """``data`` is what must be read at ``address``."""

    address: int
    data: bytes


@structure("metadata cache image message", "II.C")
def decode_cache_image_message(cursor: Cursor) -> CacheImageMessage:
    """Decode where the image is."""
    return cursor.read(CacheImageMessage)


@structure("metadata cache image", "II.C")
def decode_cache_image(cursor: Cursor, size: int) -> tuple[CachedStructure, ...]:
    """Decode an image of `size` bytes and verify its checksum."""
    cursor.require(size)
    begin = cursor.position
    count = cursor.read(CacheImagePrefix).number_of_entries
    part = cursor.sub(max(begin + size - 4 - cursor.position, 0))
    found = tuple(_entry(part) for _ in range(count))
    part.skip(part.remaining)
    cursor.verify_checksum()
    return found


def _entry(cursor: Cursor) -> CachedStructure:
    entry = cursor.read(CacheImageEntry)
    for _ in range(entry.number_of_parents):
        cursor.address("parent address")
    return CachedStructure(
        entry.structure_address, cursor.raw(entry.structure_size, "cached structure")
    )
