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
from ..format.fractal_heap import FractalHeapHeader, decode_fractal_heap_header
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
from ..walk.reader import Reader

__all__ = ["HugeObjects", "beyond"]

Attempt = Callable[[Coroutine[Any, Any, Any]], Coroutine[Any, Any, Any]]
HugeObjects = Callable[[int, int], None]
_LIST = 0  # index type of shared messages


async def beyond(reader: Reader, message: Any, attempt: Attempt, huge: HugeObjects) -> None:
    """Load what a decoded `message` leads to and no reader asks for.

    `attempt` awaits a walk and takes note of what goes wrong; `huge` takes note of the file
    offset and the size of a huge object of a heap.
    """
    if isinstance(message, LinkInfo | AttributeInfo):
        await attempt(_heap(reader, message.fractal_heap_address, huge))
        await attempt(_tree(reader, message.creation_order_index_address))
    elif isinstance(message, FileSpaceInfo):
        for manager in message.managers:
            await attempt(_free_space(reader, manager))
    elif isinstance(message, SharedMessageTable):
        await attempt(_shared_messages(reader, message, attempt, huge))
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


async def _heap(reader: Reader, address: int | None, huge: HugeObjects) -> None:
    if address is None:
        return
    header: FractalHeapHeader = await reader.load(decode_fractal_heap_header, address)
    await _free_space(reader, header.fields.address_of_managed_block_free_space_manager)
    records = await _tree(reader, header.fields.v2_btree_address_of_huge_objects)
    if records is not None:
        for start, size in zip(*(records[c].tolist() for c in ("address", "length")), strict=True):
            huge(reader.base_address + start, size)


async def _free_space(reader: Reader, address: int | None) -> None:
    if address is None:
        return
    header = await reader.load(decode_free_space_header, address)
    sections = header.address_of_serialized_section_list
    if sections is not None:
        await reader.load(decode_free_space_sections, sections, header)


async def _shared_messages(
    reader: Reader, table: SharedMessageTable, attempt: Attempt, huge: HugeObjects
) -> None:
    place, count = table.shared_message_table_address, table.number_of_indices
    for index in await reader.load(decode_shared_message_table, place, count):
        await attempt(_heap(reader, index.fractal_heap_address, huge))
        if index.index_address is None:
            continue
        if index.index_type == _LIST:
            room = (index.number_of_messages, index.list_cutoff)
            await attempt(reader.load(decode_shared_message_list, index.index_address, *room))
        else:
            await attempt(_tree(reader, index.index_address))
