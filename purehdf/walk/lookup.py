"""One link by its name, down the index of its group: most of a large group is not read.

That is for files in memory.  Elsewhere it would take as many round trips as to list the group.
Only what is found is told.  Whatever is not, or looks wrong on the way, is left to a listing of
the whole group (``groups``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Coroutine
from typing import Any

import numpy as np

from ..errors import PureHDFError
from ..format.btree_v1 import decode_group_nodes
from ..format.btree_v2 import LinkNameRecord, decode_btree_v2_header, decode_btree_v2_nodes
from ..format.checksum import lookup3
from ..format.messages.link import LinkInfo, LinkTarget
from ..format.messages.other import SymbolTable
from ..format.symbol_table import decode_symbol_table_nodes
from .groups import LINK_INFO, SYMBOL_TABLE, dense_links, links_at_hand, symbol_table_links
from .headers import ObjectHeader
from .heaps import local_heap
from .messages import find_message
from .need import together
from .reader import Reader

__all__ = ["look_up"]


async def look_up(reader: Reader, header: ObjectHeader, name: str) -> LinkTarget | None:
    """Return where the link `name` of a group leads, if its index shows that at once.

    Who looks for one name may want no other, but who looks for a second one in the same
    group had better list it: then, and where it is listed already, there is no answer.
    """
    listed = links_at_hand(reader, header) is not None
    if listed or reader.resident is None or reader.tracer is not None:
        return None
    first, target = await reader.once(_look_up, (header, name), header)
    return target if first == name else None


async def _look_up(
    reader: Reader, wanted: tuple[ObjectHeader, str]
) -> tuple[str, LinkTarget | None]:
    """The name, and the target where it was found."""
    header, name = wanted
    try:
        return name, await _in_index(reader, header, name.encode("utf-8", "surrogateescape"))
    except PureHDFError:
        return name, None


async def _in_index(reader: Reader, header: ObjectHeader, name: bytes) -> LinkTarget | None:
    if SYMBOL_TABLE in header.types:
        table: SymbolTable = await find_message(reader, header, SYMBOL_TABLE)
        return await _in_symbol_table(reader, table, name)
    info: LinkInfo | None = await find_message(reader, header, LINK_INFO)
    if info is None or info.fractal_heap_address is None or info.name_index_address is None:
        return None
    return await _in_name_index(reader, info.fractal_heap_address, info.name_index_address, name)


async def _in_symbol_table(reader: Reader, table: SymbolTable, name: bytes) -> LinkTarget | None:
    """Down a version 1 B-tree (III.A.1): the names below a key come after that of the key."""
    walks: list[Coroutine[Any, Any, Any]] = [
        local_heap(reader, table.local_heap_address),
        reader.load_level(decode_group_nodes, [table.v1_btree_address], None),
    ]
    heap, (level, entries) = await together(walks)
    while True:
        i = bisect_left(entries["link_name_offset"].tolist(), name, key=heap.text) - 1
        if i < 0:
            return None
        child = int(entries["child_address"][i])
        if level == 0:
            break
        level, entries = await reader.load_level(decode_group_nodes, [child], level - 1)
    entries = await reader.load_level(decode_symbol_table_nodes, [child])
    links = symbol_table_links(reader, heap, entries)
    found = [target for each, target in links if each == name]
    return found[0] if len(found) == 1 else None


async def _in_name_index(reader: Reader, heap: int, index: int, name: bytes) -> LinkTarget | None:
    """Down a version 2 B-tree (III.A.2): its records are in the order of the names' hashes."""
    header = await reader.load(decode_btree_v2_header, index)
    if header.root_node_address is None:
        return None
    node, count, wanted = header.root_node_address, header.number_of_records_in_root, lookup3(name)
    for depth in range(header.depth, -1, -1):
        counts = np.array([count], np.int64)
        records, children, counts = await reader.load_level(
            decode_btree_v2_nodes, [node], counts, header, depth, LinkNameRecord
        )
        low, high = np.searchsorted(records["hash"], [wanted, wanted + 1]).tolist()
        if low < high:
            # One hash may be that of several names, or of one twice: where a neighbour with it
            # may lie in another node the listing has to tell.
            inside = header.depth == 0 or (depth == 0 and low > 0 and high < len(records))
            if high - low > 1 or not inside:
                return None
            (found,) = await dense_links(reader, heap, records["heap_id"][low:high])
            return found.target if found.name == name else None
        if depth:
            node, count = children[low], int(counts[low])
    return None
