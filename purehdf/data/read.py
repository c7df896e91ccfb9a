"""Reading: a selection of a dataset becomes an array.

Elements are moved as opaque units of their size in the file; only the finished result
is turned into numpy types, by ``purehdf.datatype``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice
from math import prod
from typing import Any

import numpy as np

from ..datatype.elements import read_elements
from ..errors import LimitError
from ..format.datatypes import VariableLength
from ..format.messages.data_layout import Virtual
from ..walk.datasets import DatasetRecord
from ..walk.reader import Reader
from .in_memory import copy_selected, selected, stored_array
from .plan import Piece, Plan, point_pieces
from .pool import Work
from .selection import Points, Selection
from .storage import Blocks, blocks_of
from .transfer import Item, Located, Transfer
from .virtual import read_virtual
from .virtual_sources import Chain, Source

__all__ = ["fill_element", "read_selection"]

AnyArray = np.ndarray[Any, Any]

_BATCH_BLOCKS = 4096  # blocks that are looked up at a time
_BATCH_BYTES = 24 << 20  # stored bytes that are fetched at a time, while as many are decoded


async def read_selection(
    reader: Reader,
    record: DatasetRecord,
    selection: Selection | Points,
    blocks: Blocks | None = None,
    chain: Chain = frozenset(),
) -> AnyArray:
    """Return the selected elements, in the type's memory dtype and the selection's shape.

    `blocks` saves loading the chunk index again.  `chain` are the virtual datasets that
    this one is read for.
    """
    if isinstance(record.layout, Virtual):
        return await _read_virtual(reader, record, selection, chain)
    unit = _unit(record.datatype.size)
    out = _allocate(selection.full_shape, unit)
    if out.size:
        blocks = await blocks_of(reader, record) if blocks is None else blocks
        array = stored_array(reader, blocks, unit)
        if array is not None and isinstance(record.datatype, VariableLength):
            out = selected(array, selection)  # what comes of these has its own memory
        elif array is not None:
            copy_selected(array, selection, out)
        else:
            transfer = Transfer(reader, record, blocks, out)
            todo = _pieces(selection, blocks, transfer)
            await _read_pieces(reader, blocks, transfer, todo)
    return await read_elements(reader, record.datatype, out, selection.shape)


async def _read_virtual(
    reader: Reader, record: DatasetRecord, selection: Selection | Points, chain: Chain
) -> AnyArray:
    fill = await fill_element(reader, record)
    out = _allocate(selection.full_shape + fill.shape, fill.dtype)
    if fill.ndim:
        out[...] = fill
    else:
        out.fill(fill[()])
    if out.size:
        await read_virtual(reader, record, selection, out, _read_source, chain)
    return out.reshape(selection.shape + fill.shape)


async def _read_source(source: Source, selection: Selection | Points, chain: Chain) -> AnyArray:
    reader, record = source.reader, source.record
    blocks = await reader.once(blocks_of, record, record.header_address)  # asked for by each part
    return await read_selection(reader, record, selection, blocks, chain)


async def fill_element(reader: Reader, record: DatasetRecord) -> AnyArray:
    """Return the fill value as an array without dimensions (an array type adds its own)."""
    value = record.fill.value or bytes(record.datatype.size)
    return await read_elements(reader, record.datatype, value, ())


@cache
def _unit(size: int) -> np.dtype[Any]:
    """A dtype to move elements of `size` bytes: numpy is fastest with plain integers."""
    return np.dtype({1: "u1", 2: "<u2", 4: "<u4", 8: "<u8"}.get(size, f"V{size}"))


def _allocate(shape: tuple[int, ...], unit: np.dtype[Any]) -> AnyArray:
    try:
        return np.empty(shape, unit)
    except (MemoryError, ValueError):
        raise LimitError(
            f"a selection of shape {shape}, {prod(shape) * unit.itemsize} bytes, "
            "does not fit into memory; select less at a time"
        ) from None


def _pieces(selection: Selection | Points, blocks: Blocks, transfer: Transfer) -> Iterator[Piece]:
    """The blocks to look at; where few are stored, those, and the result is filled beforehand."""
    if isinstance(selection, Points):
        return point_pieces(selection, blocks.block_shape)
    plan = Plan(selection, blocks.block_shape)
    if blocks.table is None or len(blocks.table) >= len(plan):
        return plan.pieces()
    transfer.fill()
    return plan.pieces_of(blocks.table.coordinates)


async def _read_pieces(
    reader: Reader, blocks: Blocks, transfer: Transfer, todo: Iterator[Piece]
) -> None:
    """Move blocks: while a group of them is decoded, the next one is fetched."""
    work: Work[Item] | None = None
    try:
        while batch := list(islice(todo, _BATCH_BLOCKS)):
            located = transfer.put_kept(_located(blocks, batch, transfer))
            for group in _groups(located):
                items = await _fetched(reader, blocks, group)
                if work is not None:
                    work.finish()
                work = Work(transfer.put, items, alone=not transfer.worth_threads(len(items)))
        if work is not None:
            work.finish()
    finally:
        if work is not None:
            work.abandon()


def _located(blocks: Blocks, batch: list[Piece], transfer: Transfer) -> list[Located]:
    """Where the blocks of `batch` lie; those that lie nowhere are fill value."""
    coordinates = np.array([piece.block for piece in batch], np.int64).reshape(len(batch), -1)
    stored = []
    for piece, place in zip(batch, blocks.locate(coordinates), strict=True):
        if place is None:
            transfer.fill(piece.into)
        else:
            stored.append((piece, place))
    return stored


def _groups(items: list[Located]) -> Iterator[list[Located]]:
    """Cut a batch into groups of at most about ``_BATCH_BYTES`` stored bytes."""
    start = total = 0
    for i, (_, place) in enumerate(items, 1):
        total += place.size
        if total >= _BATCH_BYTES or i == len(items):
            yield items[start:i]
            start, total = i, 0


async def _fetched(reader: Reader, blocks: Blocks, group: list[Located]) -> list[Item]:
    """The blocks of a group with their stored bytes."""
    if blocks.data is not None:
        return [Item(piece, place, blocks.data) for piece, place in group]
    ranges = [(place.offset, place.offset + place.size) for _, place in group]
    buffers = await (blocks.external or reader).read(ranges)
    return [Item(*each, data) for each, data in zip(group, buffers, strict=True)]
