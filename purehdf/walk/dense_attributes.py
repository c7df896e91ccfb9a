"""Attributes in dense storage (IV.A.2.v): a fractal heap, and a B-tree of their names.

Those of objects that were opened together are read together: a round trip for each level of
all the trees, and their checksums side by side, which is most of the work.
"""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any

import numpy as np

from ..errors import PureHDFError
from ..format.btree_v2 import (
    AttributeNameRecord,
    BTreeV2Header,
    decode_btree_v2_header,
    decode_btree_v2_nodes,
)
from ..format.cursor import Table
from ..format.fractal_heap import FractalHeapHeader, decode_direct_block, decode_fractal_heap_header
from ..format.messages.attribute import (
    Attribute,
    AttributeInfo,
    attribute_at_hand,
    decode_attribute,
)
from ..format.object_header import MESSAGE_SHARED
from .btrees import btree_v2_records
from .fractal_heap import heap_objects, heap_root
from .headers import ObjectHeader
from .messages import find_message, heap_messages
from .need import gather, result_of, together
from .reader import Reader, Wanted

__all__ = ["ATTRIBUTE", "ATTRIBUTE_INFO", "decoded_attribute", "dense_attributes"]

ATTRIBUTE, ATTRIBUTE_INFO = 0x0C, 0x15
_NAMES = 8  # type of a B-tree whose records are of attributes, in the order of names

Dense = tuple[list[Attribute | PureHDFError], list[int]]
"""Attributes, and the order in which they were made."""


async def dense_attributes(reader: Reader, header: ObjectHeader) -> Dense:
    """Return the attributes of an object that are stored densely, with their creation orders."""
    known: Dense | None = reader.at_once(_dense_attributes, header, None)
    if known is not None:
        return known
    siblings = [each for each in header.siblings if ATTRIBUTE_INFO in each.types]
    if reader.tracer is not None:  # what is explained is this object, and no other
        siblings = [header]
    found = await reader.once_each(_dense_attributes, siblings)
    return result_of(found[siblings.index(header)])


async def _dense_attributes(
    reader: Reader, headers: Sequence[ObjectHeader]
) -> list[Dense | PureHDFError]:
    walks = [find_message(reader, header, ATTRIBUTE_INFO) for header in headers]
    infos = await gather(walks)
    indexes = await _indexes(reader, infos) if len(infos) > 1 else {}
    found = await gather(_of_one(reader, info, indexes.get(i)) for i, info in enumerate(infos))
    return [each if isinstance(each, PureHDFError) else result_of(each) for each in found]


async def _of_one(reader: Reader, found: AttributeInfo | Exception, records: Table | None) -> Dense:
    """Those of one object; `records` are those of its B-tree, if they are loaded already."""
    info = result_of(found)
    index, heap = info.name_index_address, info.fractal_heap_address
    if index is None or heap is None:
        return [], []
    if records is None:
        walks: list[Coroutine[Any, Any, Any]] = [
            btree_v2_records(reader, index, _NAMES, AttributeNameRecord),
            heap_root(reader, heap),
        ]
        records, _ = await together(walks)
    ids, flags = records["heap_id"].tolist(), records["message_flags"].tolist()
    objects = await heap_objects(reader, heap, ids)
    shared = [i for i, flag in enumerate(flags) if flag & MESSAGE_SHARED]
    if shared:  # those lie in the heap of all shared attributes instead
        elsewhere = await heap_messages(reader, ATTRIBUTE, [ids[i] for i in shared])
        for i, item in zip(shared, elsewhere, strict=True):
            objects[i] = item
    attributes = [
        item if isinstance(item, PureHDFError) else decoded_attribute(reader, *item)
        for item in objects
    ]
    return attributes, records["creation_order"].tolist()


async def _indexes(reader: Reader, infos: Sequence[AttributeInfo | Exception]) -> dict[int, Table]:
    """The records of small B-trees, by the number of their object, and the tops of all heaps.

    Whatever cannot be read so is left out: the object itself will tell why.
    """
    dense = {
        i: (info.name_index_address, info.fractal_heap_address)
        for i, info in enumerate(infos)
        if isinstance(info, AttributeInfo) and info.name_index_address and info.fractal_heap_address
    }
    trees: list[Wanted] = [(decode_btree_v2_header, tree, ()) for tree, _ in dense.values()]
    heaps: list[Wanted] = [(decode_fractal_heap_header, heap, ()) for _, heap in dense.values()]
    found = await reader.load_each(trees + heaps)
    walks: list[Coroutine[Any, Any, Any]] = [
        _leaves(reader, dict(zip(dense, found, strict=False))),
        reader.load_each(_root_blocks(found[len(trees) :])),
    ]
    leaves, _ = await gather(walks)
    return {} if isinstance(leaves, PureHDFError) else result_of(leaves)


def _root_blocks(heaps: Sequence[FractalHeapHeader | PureHDFError]) -> list[Wanted]:
    """The direct blocks at the roots of heaps that are small, and not filtered."""
    return [
        (decode_direct_block, address, (heap, heap.fields.starting_block_size))
        for heap in heaps
        if isinstance(heap, FractalHeapHeader) and not heap.filters
        if not heap.fields.current_number_of_rows_in_root_indirect_block
        if (address := heap.fields.address_of_root_block) is not None
    ]


async def _leaves(
    reader: Reader, trees: dict[int, BTreeV2Header | PureHDFError]
) -> dict[int, Table]:
    """The records of trees that have but one node, all nodes side by side."""
    small = {
        i: tree
        for i, tree in trees.items()
        if isinstance(tree, BTreeV2Header) and tree.type == _NAMES
        if tree.depth == 0 and tree.root_node_address is not None
    }
    sizes = {(tree.node_size, tree.record_size) for tree in small.values()}
    if len(sizes) != 1:  # they come from several writers, or there are none
        return {}
    roots = [tree.root_node_address or 0 for tree in small.values()]
    counts = np.array([tree.number_of_records_in_root for tree in small.values()], np.int64)
    header = next(iter(small.values()))
    level = reader.load_level(decode_btree_v2_nodes, roots, counts, header, 0, AttributeNameRecord)
    records, _, _ = await level
    return dict(zip(small, np.split(records, np.cumsum(counts)[:-1]), strict=True))


def decoded_attribute(reader: Reader, body: bytes, offset: int) -> Attribute | PureHDFError:
    """The attribute whose message is `body`, or why there is none."""
    message = None if reader.tracer else attribute_at_hand(reader.memory, body)
    try:
        if message is None:
            message = reader.decode_body(decode_attribute, body, offset)
    except PureHDFError as error:
        return error
    return Attribute.make((message, offset))
