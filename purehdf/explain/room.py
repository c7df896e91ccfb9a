"""What readers pass over: room that nodes keep for more entries, names and holes in heaps.

A B-tree or symbol table node takes its full size in the file however few entries it
has, and the size follows from the K values of the superblock.  These bytes are part of a
structure, though no reader looks at them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ..format.block import layout_of
from ..format.context import Context
from ..format.recording import Field, Rows
from ..format.symbol_table import SymbolTableEntry
from .regions import RawData, Region, base_name, offsets
from .trace import Regions

__all__ = ["complete"]

_NODE, _SYMBOLS, _HEAP, _HEAP_DATA = (
    "version 1 B-tree node",
    "symbol table node",
    "local heap",
    "local heap data segment",
)
_COLLECTION = "global heap collection"
_TREE_V2, _NODE_V2 = "version 2 B-tree header", "version 2 B-tree node"
_SOFT_LINK = 2  # cache type of a symbol table entry


class _K(NamedTuple):
    """Half of the number of entries that nodes have room for."""

    leaf: int = 4
    internal: int = 16
    chunks: int = 32


def complete(regions: Regions, raw: list[RawData], context: Context, size: int) -> None:
    """Add to each structure the bytes that belong to it and that no reader looks at.

    `size` is the file's, in bytes: neither that nor another structure is ever run over.
    """
    places = offsets([size, *(region.start for region in regions.values())])
    starts = np.unique(np.concatenate([places, *(r.start for r in raw)]))
    k = _k_values(regions)
    node_sizes = _node_sizes(regions)
    by_owner: dict[int, list[Region]] = {}
    for region in regions.values():
        for owner in region.owners:
            by_owner.setdefault(id(owner), []).append(region)
    for region in list(regions.values()):
        following = int(np.searchsorted(starts, np.uint64(region.stop)))
        free = int(starts[following]) if following < len(starts) else size
        if region.title == _NODE:
            _pad(region, _btree_room(region, k, context), free)
        elif region.title == _SYMBOLS:
            entry = layout_of(SymbolTableEntry, context).size
            _pad(
                region, [("room for further entries", region.start + 8 + 2 * k.leaf * entry)], free
            )
        elif region.title == _HEAP_DATA:
            group = [other for owner in region.owners for other in by_owner[id(owner)]]
            _split_heap(region, group, context)
        elif region.title == _COLLECTION:
            _name_free_space(region)
        elif region.title == _NODE_V2:
            _pad(region, _node_room(region, node_sizes), free)


def _k_values(regions: Regions) -> _K:
    """From the superblock, versions 0 and 1, or the message in its extension."""
    for region in regions.values():
        if region.title == "superblock" and region.value("group leaf node k") is not None:
            return _K(
                region.value("group leaf node k"),
                region.value("group internal node k"),
                region.value("indexed storage internal node k") or _K().chunks,
            )
        if region.title == "B-tree K values message":
            return _K(
                region.value("group leaf node k"),
                region.value("group internal node k"),
                region.value("indexed storage internal node k"),
            )
    return _K()


def _btree_room(region: Region, k: _K, context: Context) -> list[tuple[str, int]]:
    """The key after the last entry, then what is left of the node: name and end of each."""
    head = 8 + 2 * context.offset_size
    entry = next((p.layout.size for p in region.parts[1:] if isinstance(p, Rows)), None)
    if entry is None:  # an empty node of a chunk index does not show the size of its keys
        if region.value("node type"):
            return []
        entry = context.length_size + context.offset_size
    key = entry - context.offset_size
    entries = 2 * (k.chunks if region.value("node type") else k.internal)
    whole = region.start + head + entries * entry + key
    return [("key after the last entry", region.stop + key), ("room for further entries", whole)]


def _node_sizes(regions: Regions) -> dict[tuple[int, int], int]:
    """Owner and type of a version 2 B-tree -> size of its nodes."""
    return {
        (id(owner), region.value("type")): region.value("node size")
        for region in regions.values()
        if region.title == _TREE_V2
        for owner in region.owners
    }


def _node_room(region: Region, sizes: dict[tuple[int, int], int]) -> list[tuple[str, int]]:
    size = sizes.get((id(region.owner), region.value("type")), 0)
    return [("room for further records", region.start + size)]


def _pad(region: Region, fields: list[tuple[str, int]], free: int) -> None:
    for name, end in fields:
        end = min(end, free)
        if end > region.stop:
            region.parts.append(
                Field(name, region.stop, end - region.stop, None, region.title, region.section)
            )
            region.stop = end


def _name_free_space(region: Region) -> None:
    for start, stop in list(region.holes()):
        region.parts.append(
            Field("free space", start, stop - start, None, region.title, region.section)
        )


def _split_heap(region: Region, group: list[Region], context: Context) -> None:
    """Cut the data segment into the names that links use, and the blocks of its free list."""
    data = region.parts[0]
    if not isinstance(data, Field):
        return
    names: dict[int, str] = {0: "empty name"}
    free: list[Field] = []
    for other in group:
        if other.title == _SYMBOLS:
            names.update(_used(other))
        elif other.title == _HEAP:
            free = list(_free_list(other, data, context))
    parts = free + [_name(data, offset, kind) for offset, kind in names.items()]
    parts.sort(key=lambda part: part.offset)
    # In a damaged heap names may run into each other: then the bytes stay one field.
    if all(a.offset + a.length <= b.offset for a, b in pairwise(parts)):
        region.parts = list(parts)
    for owner in region.owners:
        owner.heap_names.update({p.offset - data.offset: p.value for p in parts if p.value})


def _used(node: Region) -> Iterator[tuple[int, str]]:
    """Heap offsets that the entries of a symbol table node lead to."""
    for part in node.parts[1:]:
        if isinstance(part, Rows):
            for i in range(part.rows):
                entry = {base_name(f.name): f.value for f in part.row(i)}
                yield entry["link name offset"], "link name"
                if entry["cache type"] == _SOFT_LINK:
                    yield int.from_bytes(entry["scratch pad"][:4], "little"), "soft link value"


def _name(data: Field, offset: int, kind: str) -> Field:
    end = data.value.find(b"\0", offset)
    value = data.value[offset:end] if end >= 0 else data.value[offset:]
    length = min(len(value) + 1, data.length - offset)
    return Field(kind, data.offset + offset, length, value, data.structure or _HEAP_DATA, "III.D")


def _free_list(heap: Region, data: Field, context: Context) -> Iterator[Field]:
    """Blocks of free space: the offset of the next one (1: none), their size, the rest."""
    width, offset = context.length_size, heap.value("offset to head of free list")
    seen: set[int] = set()
    while offset not in seen and 1 < offset <= data.length - 2 * width:
        seen.add(offset)
        raw = data.value[offset : offset + 2 * width]
        following, size = (int.from_bytes(raw[i : i + width], "little") for i in (0, width))
        if not 2 * width <= size <= data.length - offset:
            return
        place = data.offset + offset
        for name, start, length, value in (
            ("offset of next free block (1: none)", 0, width, following),
            ("size of free block", width, width, size),
            ("free space", 2 * width, size - 2 * width, None),
        ):
            if length:
                yield Field(name, place + start, length, value, "local heap free list", "III.D")
        offset = following
