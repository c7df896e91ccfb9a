"""Groups: from an object header to the links in it (II, III.B, IV.A.2.c, g, r)."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from typing import Any

from ..errors import FormatError
from ..format.btree_v1 import decode_group_nodes
from ..format.btree_v2 import LinkNameRecord
from ..format.cursor import Table
from ..format.local_heap import LocalHeap
from ..format.messages.link import (
    HardTarget,
    Link,
    LinkInfo,
    LinkTarget,
    SoftTarget,
    decode_link,
)
from ..format.messages.other import SymbolTable
from ..format.symbol_table import CACHED_SOFT_LINK, decode_symbol_table_nodes
from .btrees import btree_v1_leaves, btree_v2_records
from .fractal_heap import heap_objects, heap_root
from .headers import ObjectHeader
from .heaps import local_heap
from .messages import find_message, find_messages
from .need import gather, result_of, together
from .reader import Reader

__all__ = [
    "LINK_INFO",
    "SYMBOL_TABLE",
    "dense_links",
    "group_links",
    "is_group",
    "links_at_hand",
    "symbol_table_links",
]

LINK_INFO, LINK, SYMBOL_TABLE = 0x02, 0x06, 0x11


def is_group(header: ObjectHeader) -> bool:
    """Whether the object is a group."""
    return SYMBOL_TABLE in header.types or LINK_INFO in header.types


async def group_links(reader: Reader, header: ObjectHeader) -> Mapping[str, LinkTarget]:
    """Return the links of a group, name -> target, in the order in which h5py lists them.

    That is the order of creation where the group keeps it, else the order of the names'
    bytes.  Names that are not UTF-8 carry surrogate escapes.
    """
    return await reader.once(_group_links, header)


def links_at_hand(reader: Reader, header: ObjectHeader) -> Mapping[str, LinkTarget] | None:
    """What :func:`group_links` has returned before; None if it has not."""
    links: Mapping[str, LinkTarget] | None = reader.at_once(_group_links, header, None)
    return links


async def _group_links(reader: Reader, header: ObjectHeader) -> Mapping[str, LinkTarget]:
    if SYMBOL_TABLE in header.types:
        table: SymbolTable = await find_message(reader, header, SYMBOL_TABLE)
        return await _symbol_table_links(reader, table)
    info: LinkInfo | None = await find_message(reader, header, LINK_INFO)
    if info is None:
        raise FormatError(
            "not a group: neither a symbol table nor a link info message",
            structure="object header",
            section="IV.A.1",
            offset=reader.base_address + header.address,
        )
    if info.fractal_heap_address is None or info.name_index_address is None:
        compact = [result_of(link) for link in await find_messages(reader, header, LINK)]
        return _ordered(compact, info.creation_order_tracked)
    found = await _dense_links(reader, info.fractal_heap_address, info.name_index_address)
    return _ordered(found, info.creation_order_tracked)


async def _dense_links(reader: Reader, heap: int, index: int) -> list[Link]:
    """Links in a fractal heap, by way of their name index."""
    walks: list[Coroutine[Any, Any, Any]] = [
        btree_v2_records(reader, index, 5, LinkNameRecord),
        heap_root(reader, heap),
    ]
    records, _ = await together(walks)
    return await dense_links(reader, heap, records["heap_id"])


async def dense_links(reader: Reader, heap: int, ids: Table) -> list[Link]:
    """The links that a column of heap IDs names."""
    found = map(result_of, await heap_objects(reader, heap, ids.tolist()))
    return [reader.decode_body(decode_link, each.data, each.offset) for each in found]


def _ordered(good: list[Link], tracked: bool) -> dict[str, LinkTarget]:
    if tracked:
        good.sort(key=lambda link: link.creation_order or 0)
    else:
        good.sort(key=lambda link: link.name)
    return _by_name([(link.name, link.target) for link in good])


def _by_name(links: list[tuple[bytes, LinkTarget]]) -> dict[str, LinkTarget]:
    found = {_text(name): target for name, target in links}
    if len(found) < len(links):
        raise FormatError("two links of the same name", structure="group", section="IV.A.2.g")
    return found


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


async def _symbol_table_links(reader: Reader, table: SymbolTable) -> dict[str, LinkTarget]:
    """Links of an old-style group: its heap and its B-tree are read side by side."""
    walks: list[Coroutine[Any, Any, Any]] = [
        local_heap(reader, table.local_heap_address),
        _entries(reader, table.v1_btree_address),
    ]
    heap, entries = await gather(walks)
    found = result_of(entries)
    if found is None or not len(found):
        return {}  # the heap does not matter, not even a damaged one
    return _by_name(symbol_table_links(reader, result_of(heap), found))


async def _entries(reader: Reader, root: int) -> Table | None:
    """All symbol table entries below a B-tree's root."""
    leaves = await btree_v1_leaves(reader, decode_group_nodes, root)
    nodes = leaves["child_address"].tolist()
    return await reader.load_level(decode_symbol_table_nodes, nodes) if nodes else None


def symbol_table_links(
    reader: Reader, heap: LocalHeap, entries: Table
) -> list[tuple[bytes, LinkTarget]]:
    """Names, from the group's heap, and targets of symbol table entries."""
    fields = ("link_name_offset", "object_header_address", "cache_type")
    columns = [entries[field].tolist() for field in fields]
    paths = entries["scratch_pad"].astype("V4").view("<u4").tolist()
    links: list[tuple[bytes, LinkTarget]] = []
    for name, address, kind, path in zip(*columns, paths, strict=True):
        if kind == CACHED_SOFT_LINK:
            target: LinkTarget = SoftTarget(heap.text(path))
        elif address == reader.context.undefined_address:
            raise FormatError(
                "a hard link without an address",
                structure="symbol table entry",
                section="III.C",
                field="object header address",
            )
        else:
            target = HardTarget.make((address,))
        links.append((heap.text(name), target))
    return links
