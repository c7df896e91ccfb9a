"""Structures that a reader does without: free space, indexes by creation order, and the like.

They are reached from messages and headers that readers know, so that every byte of a file
has a name.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from ..format.btree_v2 import RECORDS, decode_btree_v2_header
from ..format.cache_image import CacheImageMessage, decode_cache_image
from ..format.cursor import Table
from ..format.fractal_heap import (
    FractalHeapHeader,
    decode_fractal_heap_header,
    decode_indirect_block,
)
from ..format.free_space import decode_free_space_header, decode_free_space_sections
from ..format.messages.attribute import AttributeInfo
from ..format.messages.file_space import FileSpaceInfo
from ..format.messages.link import LinkInfo
from ..format.shared_message_table import (
    SharedMessageTable,
    decode_shared_message_list,
    decode_shared_message_table,
)
from ..walk.btrees import btree_v2_records
from ..walk.need import together
from ..walk.reader import Reader

__all__ = ["beyond"]

Attempt = Callable[[Coroutine[Any, Any, Any]], Coroutine[Any, Any, Any]]
Claim = Callable[[str, int, int, int], None]
_LIST = 0  # index type of shared messages
_FILE = 1  # client of a free-space manager


async def beyond(reader: Reader, message: Any, attempt: Attempt, claim: Claim) -> None:
    """Load what a decoded `message` leads to and no reader asks for.

    `attempt` awaits a walk and takes note of what goes wrong; `claim` takes note of bytes
    that are not decoded: what they are, their address, how many, and how many they stand
    for if they are filtered.
    """
    if isinstance(message, LinkInfo | AttributeInfo):
        await attempt(_heap(reader, message.fractal_heap_address, claim))
        await attempt(_tree(reader, message.creation_order_index_address))
    elif isinstance(message, FileSpaceInfo):
        for manager in message.managers:
            await attempt(_free_space(reader, manager, claim))
    elif isinstance(message, SharedMessageTable):
        await attempt(_shared_messages(reader, message, attempt, claim))
    elif isinstance(message, CacheImageMessage) and message.cache_image_address is not None:
        place = (message.cache_image_address, message.cache_image_size)
        await attempt(reader.load(decode_cache_image, *place))


async def _tree(reader: Reader, address: int | None) -> Table | None:
    """Load a version 2 B-tree whose records are of a fixed form."""
    if address is None:
        return None
    header = await reader.load(decode_btree_v2_header, address)
    if header.type not in RECORDS:
        return None
    return await btree_v2_records(reader, address, header.type, RECORDS[header.type])


async def _heap(reader: Reader, address: int | None, claim: Claim) -> None:
    if address is None:
        return
    header: FractalHeapHeader = await reader.load(decode_fractal_heap_header, address)
    await _free_space(reader, header.fields.address_of_managed_block_free_space_manager, claim)
    records = await _tree(reader, header.fields.v2_btree_address_of_huge_objects)
    if records is not None:
        columns = ["address", "length", "memory_size" if header.filters else "length"]
        for place in zip(*(records[c].tolist() for c in columns), strict=True):
            claim("fractal heap huge object", *place)
    if header.filters:
        await _filtered_blocks(reader, header, claim)


async def _filtered_blocks(reader: Reader, header: FractalHeapHeader, claim: Claim) -> None:
    """Find the direct blocks of a heap with filters: in the file they are not what they are."""
    title, fields = "filtered fractal heap direct block", header.fields
    address = fields.address_of_root_block
    rows = fields.current_number_of_rows_in_root_indirect_block
    if address is not None and not rows and header.root is not None:
        claim(
            title,
            address,
            header.root.size_of_filtered_root_direct_block,
            fields.starting_block_size,
        )
    level = [(address, rows)] if address is not None and rows else []
    while level:
        blocks = await together(
            reader.load(decode_indirect_block, place, header, count) for place, count in level
        )
        level = []
        for child in (child for block in blocks for child in block):
            if child.address is not None and child.rows:
                level.append((child.address, child.rows))
            elif child.address is not None:
                claim(title, child.address, child.stored_size, child.size)


async def _free_space(reader: Reader, address: int | None, claim: Claim) -> None:
    if address is None:
        return
    header = await reader.load(decode_free_space_header, address)
    if header.address_of_serialized_section_list is None:
        return
    sections = await reader.load(
        decode_free_space_sections, header.address_of_serialized_section_list, header
    )
    if header.client_id == _FILE:
        for section in sections:
            claim("free space", section.offset, section.size, section.size)


async def _shared_messages(
    reader: Reader, table: SharedMessageTable, attempt: Attempt, claim: Claim
) -> None:
    place, count = table.shared_message_table_address, table.number_of_indices
    for index in await reader.load(decode_shared_message_table, place, count):
        await attempt(_heap(reader, index.fractal_heap_address, claim))
        if index.index_address is None:
            continue
        if index.index_type == _LIST:
            room = (index.number_of_messages, index.list_cutoff)
            await attempt(reader.load(decode_shared_message_list, index.index_address, *room))
        else:
            await attempt(_tree(reader, index.index_address))
