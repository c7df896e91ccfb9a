"""Objects of a fractal heap (III.G): from heap IDs to bytes, all IDs of a heap together."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Coroutine, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..errors import FormatError, PureHDFError, TruncatedError
from ..format.btree_v2 import HugeIndirect, HugeIndirectFiltered
from ..format.columns import widened
from ..format.fractal_heap import (
    DirectBlock,
    FractalHeapHeader,
    HeapChild,
    decode_direct_block,
    decode_fractal_heap_header,
    decode_indirect_block,
)
from .btrees import btree_v2_records
from .need import gather, result_of, together
from .reader import Reader

__all__ = ["HeapObject", "heap_objects", "heap_root"]

_MANAGED, _HUGE, _TINY = range(3)
_SHORT_ID = 18  # heap IDs longer than this can state longer tiny objects


class HeapObject(NamedTuple):
    """The bytes of an object; `offset` is their file offset (of a filtered one, a hint)."""

    data: bytes
    offset: int


async def heap_objects(
    reader: Reader, address: int, ids: Sequence[bytes]
) -> list[HeapObject | PureHDFError]:
    """Return the objects that `ids` name in the fractal heap at `address`, in order.

    One that cannot be found comes as its error.
    """
    header = await reader.load(decode_fractal_heap_header, address)
    heap = _Heap(reader, address, header)
    found: dict[bytes, HeapObject | PureHDFError] = {}
    kinds = {id: id[0] >> 4 for id in ids}  # beyond the known ones: another version
    found.update(await heap.managed([id for id, kind in kinds.items() if kind == _MANAGED]))
    if _HUGE in kinds.values():
        await heap.load_huge()
    for id, kind in kinds.items():
        if kind != _MANAGED:
            try:
                found[id] = await heap.get(id)
            except PureHDFError as error:
                found[id] = error
    return [found[id] for id in ids]


async def heap_root(reader: Reader, address: int) -> None:
    """Load the top of a heap ahead: in step with a walk that finds heap IDs.

    That is the header, the root, and the direct blocks below it.  One of these that cannot
    be read is left to who needs it.
    """
    header = await reader.load(decode_fractal_heap_header, address)
    heap = _Heap(reader, address, header)
    level: Sequence[HeapChild] = heap.root()
    if level[0].rows and level[0].address is not None:
        level = await reader.load(decode_indirect_block, level[0].address, header, level[0].rows)
    if not header.filters:
        await heap.direct([child for child in level if child.address and not child.rows])


class _Heap:
    """One heap while objects are looked up in it."""

    def __init__(self, reader: Reader, address: int, header: FractalHeapHeader) -> None:
        self.reader = reader
        self.address = address
        self.header = header
        self.blocks: list[tuple[HeapChild, DirectBlock | PureHDFError]] = []
        self.huge: dict[int, tuple[int, int, int, int]] = {}

    async def get(self, id: bytes) -> HeapObject:
        """The object of an ID that is not of a managed one."""
        if id[0] >> 6:
            raise self._bad("unknown version of a heap ID", expected=0, found=id[0] >> 6)
        if id[0] >> 4 == _HUGE:
            return await self._get_huge(id)
        if id[0] >> 4 == _TINY:
            return self._get_tiny(id)
        raise self._bad("unknown type of a heap ID", expected="0, 1 or 2", found=3)

    def _bad(self, what: str, *, expected: object = None, found: object = None) -> FormatError:
        return FormatError(
            what,
            structure="fractal heap",
            section="III.G",
            expected=expected,
            found=found,
            offset=self.reader.base_address + self.address,
        )

    # -- managed objects: in direct blocks, below a tree of indirect ones

    async def managed(self, ids: Sequence[bytes]) -> dict[bytes, HeapObject | PureHDFError]:
        """The managed objects of `ids`."""
        middle = 1 + self.header.offset_width
        end = middle + self.header.length_width
        if not ids:
            return {}
        if len(ids[0]) < end:
            raise self._bad("too short a heap ID", expected=f"{end} bytes", found=len(ids[0]))
        columns = np.frombuffer(b"".join(ids), np.uint8).reshape(len(ids), -1)
        offsets = widened(columns[:, 1:middle], middle - 1)
        lengths = widened(columns[:, middle:end], end - middle)
        await self.load_blocks(np.unique(offsets).tolist())
        starts = np.array([child.offset for child, _ in self.blocks], np.uint64)
        blocks = np.searchsorted(starts, offsets, "right").tolist()
        places = zip(blocks, offsets.tolist(), lengths.tolist(), strict=True)
        return dict(zip(ids, (self._object(*place) for place in places), strict=True))

    def _object(self, number: int, offset: int, length: int) -> HeapObject | PureHDFError:
        """An object of the heap's space, if it lies in block `number`, which count from 1."""
        if number:
            child, block = self.blocks[number - 1]
            if isinstance(block, PureHDFError):
                return block
            if block.heap_offset != child.offset:
                found = block.heap_offset
                return self._bad("a direct block of elsewhere", expected=child.offset, found=found)
            start = offset - child.offset
            stop = start + length
            if stop <= len(block.data):
                return HeapObject(block.data[start:stop], block.file_offset + start)
        return self._bad("no direct block holds this object", found=f"heap offset {offset}")

    async def load_blocks(self, offsets: list[int]) -> None:
        """Load the direct blocks that hold these offsets, one wave for each level."""
        level: Sequence[HeapChild] = self.root()
        while level := [child for child in level if child.address and _covers(child, offsets)]:
            direct = [child for child in level if not child.rows]
            walks: list[Coroutine[Any, Any, Any]] = [
                self.direct(direct),
                *(self._children(child) for child in level if child.rows),
            ]
            found, *below = await together(walks)
            self.blocks += zip(direct, found, strict=True)
            level = [child for children in below for child in children]
        self.blocks.sort(key=lambda pair: pair[0].offset)

    async def _children(self, child: HeapChild) -> Sequence[HeapChild]:
        address = child.address or 0
        return await self.reader.load(decode_indirect_block, address, self.header, child.rows)

    def root(self) -> list[HeapChild]:
        fields, root = self.header.fields, self.header.root
        rows = fields.current_number_of_rows_in_root_indirect_block
        start = fields.starting_block_size
        size = start if rows == 0 else 1 << fields.maximum_heap_size
        stored = start if root is None else root.size_of_filtered_root_direct_block
        mask = 0 if root is None else root.io_filter_mask
        return [HeapChild(fields.address_of_root_block, 0, size, rows, stored, mask)]

    async def direct(self, children: Sequence[HeapChild]) -> list[DirectBlock | PureHDFError]:
        """Load direct blocks side by side; one that cannot be read comes as its error."""
        header = self.header
        if header.filters:
            found = await gather(self._direct_filtered(child) for child in children)
            return [each if isinstance(each, PureHDFError) else result_of(each) for each in found]
        return await self.reader.load_each(
            [(decode_direct_block, child.address or 0, (header, child.size)) for child in children]
        )

    async def _direct_filtered(self, child: HeapChild) -> DirectBlock:
        address, header = child.address or 0, self.header
        data = await self._filtered(address, child.stored_size, child.filter_mask, child.size)
        offset = self.reader.base_address + address
        return self.reader.decode_body(decode_direct_block, data, offset, header, child.size)

    async def _filtered(self, address: int, stored: int, mask: int, size: int) -> bytes:
        from ..filters import decode_chunk  # late: the blocks of few heaps are filtered

        data = await self._bytes(address, stored)
        return bytes(decode_chunk(data, self.header.filters, mask, size, self.reader.limits))

    async def _bytes(self, address: int, size: int) -> bytes:
        start = self.reader.base_address + address
        if size > self.reader.limits.structure_bytes:
            raise self._bad("an object that is too large", found=size)
        (data,) = await self.reader.read([(start, start + size)])
        if len(data) < size:
            raise TruncatedError(
                "the file ends in it",
                structure="fractal heap object",
                section="III.G",
                expected=f"{size} bytes",
                found=f"{len(data)} bytes",
                offset=start,
            )
        return bytes(data)

    # -- tiny objects: in the ID itself

    def _get_tiny(self, id: bytes) -> HeapObject:
        if len(id) <= _SHORT_ID:
            start, length = 1, (id[0] & 0xF) + 1
        else:
            start, length = 2, ((id[0] & 0xF) << 8 | id[1]) + 1
        if start + length > len(id):
            raise self._bad(
                "a tiny object longer than its ID", expected=len(id) - start, found=length
            )
        return HeapObject(id[start : start + length], self.reader.base_address + self.address)

    # -- huge objects: anywhere in the file, by way of a B-tree unless the ID says where

    async def load_huge(self) -> None:
        """Load the B-tree of huge objects, if IDs go by way of it."""
        root = self.header.fields.v2_btree_address_of_huge_objects
        if self._direct_ids or root is None:
            return
        if self.header.filters:
            rows = await btree_v2_records(self.reader, root, 2, HugeIndirectFiltered)
            columns = ["id", "address", "length", "filter_mask", "memory_size"]
        else:
            rows = await btree_v2_records(self.reader, root, 1, HugeIndirect)
            columns = ["id", "address", "length"]
        for id, address, length, *rest in zip(*(rows[c].tolist() for c in columns), strict=True):
            mask, size = rest or (0, length)
            self.huge[id] = (address, length, mask, size)

    @property
    def _direct_ids(self) -> bool:
        """Whether a heap ID has room for the address and the length of a huge object."""
        context = self.reader.context
        room = self.header.fields.heap_id_length - 1
        needed = context.offset_size + context.length_size
        if self.header.filters:
            needed += 4 + context.length_size
        return needed <= room

    async def _get_huge(self, id: bytes) -> HeapObject:
        if self._direct_ids:
            address, length, mask, size = self._parse_direct(id)
        else:
            number = int.from_bytes(id[1 : 1 + min(8, len(id) - 1)], "little")
            if number not in self.huge:
                raise self._bad("no huge object of this ID", found=number)
            address, length, mask, size = self.huge[number]
        offset = self.reader.base_address + address
        if self.header.filters:
            return HeapObject(await self._filtered(address, length, mask, size), offset)
        return HeapObject(await self._bytes(address, length), offset)

    def _parse_direct(self, id: bytes) -> tuple[int, int, int, int]:
        context = self.reader.context
        widths = [context.offset_size, context.length_size, 4, context.length_size]
        values, at = [], 1
        for width in widths[: 4 if self.header.filters else 2]:
            values.append(int.from_bytes(id[at : at + width], "little"))
            at += width
        address, length, *rest = values
        mask, size = rest or (0, length)
        return address, length, mask, size


def _covers(child: HeapChild, offsets: list[int]) -> bool:
    """Whether any of the sorted `offsets` lies in the block."""
    return bisect_left(offsets, child.offset) < bisect_left(offsets, child.offset + child.size)
