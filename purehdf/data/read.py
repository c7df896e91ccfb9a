"""Reading: a selection of a dataset becomes an array.

Elements are moved as opaque units of their size in the file; only the finished result
is turned into numpy types, by ``purehdf.datatype``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from math import prod
from typing import Any

import numpy as np

from ..datatype.elements import read_elements
from ..errors import LimitError, PureHDFError, TruncatedError
from ..filters import decode_chunk
from ..format.buffer import Buffer
from ..format.messages.data_layout import Virtual
from ..walk.datasets import DatasetRecord
from ..walk.reader import Reader
from .plan import Piece, Plan, point_pieces
from .pool import each
from .selection import Points, Selection
from .storage import Blocks, Stored, blocks_of
from .virtual import read_virtual
from .virtual_sources import Chain, Source

__all__ = ["fill_element", "read_selection"]

AnyArray = np.ndarray[Any, Any]

_BATCH_BLOCKS = 4096  # blocks that are looked up at a time
_WORTH_THREADS = 1 << 18  # bytes of a result; below, starting threads takes longer than decoding
_BATCH_BYTES = 64 << 20  # stored bytes that are fetched before any of them is decoded


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
        fill = _fill(record, unit)
        todo = _pieces(selection, blocks, out, fill)
        while batch := list(islice(todo, _BATCH_BLOCKS)):
            await _read_pieces(reader, blocks, batch, out, fill)
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
    return await read_selection(source.reader, source.record, selection, chain=chain)


async def fill_element(reader: Reader, record: DatasetRecord) -> AnyArray:
    """Return the fill value as an array without dimensions (an array type adds its own)."""
    value = record.fill.value or bytes(record.datatype.size)
    return await read_elements(reader, record.datatype, value, ())


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


def _fill(record: DatasetRecord, unit: np.dtype[Any]) -> Any:
    return np.frombuffer(record.fill.value or bytes(unit.itemsize), unit)[0]


def _pieces(
    selection: Selection | Points, blocks: Blocks, out: AnyArray, fill: Any
) -> Iterator[Piece]:
    """The blocks to look at; where few are stored, those, and `out` is filled beforehand."""
    if isinstance(selection, Points):
        return point_pieces(selection, blocks.block_shape)
    plan = Plan(selection, blocks.block_shape)
    if blocks.table is None or len(blocks.table) >= len(plan):
        return plan.pieces()
    out[...] = fill
    return plan.pieces_of(blocks.table.coordinates)


async def _read_pieces(
    reader: Reader, blocks: Blocks, batch: list[Piece], out: AnyArray, fill: Any
) -> None:
    """Put the blocks of `batch` into `out`, fetching a bounded number of bytes at a time."""
    coordinates = np.array([piece.block for piece in batch], np.int64).reshape(len(batch), -1)
    places = blocks.locate(coordinates)
    for group in _groups(zip(batch, places, strict=True)):
        stored = [(piece, place) for piece, place in group if place is not None]
        for piece, place in group:
            if place is None:
                out[piece.into] = fill
        ranges = [(place.offset, place.offset + place.size) for _, place in stored]
        buffers = (
            await (blocks.external or reader).read(ranges)
            if blocks.data is None
            else [blocks.data] * len(stored)
        )

        def put(item: tuple[tuple[Piece, Stored], Buffer]) -> None:
            (piece, place), buffer = item
            out[piece.into] = _block(reader, blocks, piece, place, buffer, out.dtype)[piece.take]

        work = list(zip(stored, buffers, strict=True))
        if blocks.filters and out.nbytes >= _WORTH_THREADS:
            each(put, work)
        else:
            for item in work:
                put(item)


def _groups(
    items: Iterable[tuple[Piece, Stored | None]],
) -> Iterator[list[tuple[Piece, Stored | None]]]:
    """Cut a batch into groups of at most about ``_BATCH_BYTES`` stored bytes."""
    group, total = [], 0
    for item in items:
        group.append(item)
        total += item[1].size if item[1] is not None else 0
        if total >= _BATCH_BYTES:
            yield group
            group, total = [], 0
    if group:
        yield group


def _block(
    reader: Reader, blocks: Blocks, piece: Piece, place: Stored, buffer: Buffer, unit: np.dtype[Any]
) -> AnyArray:
    """The elements of one block, from its stored bytes."""
    shape = blocks.stored_shape(piece.block)
    size = prod(shape) * unit.itemsize
    try:
        if len(buffer) < place.size:
            raise TruncatedError(
                "the file ends in it", expected=f"{place.size} bytes", found=f"{len(buffer)} bytes"
            )
        data = decode_chunk(
            buffer, blocks.filters_of(piece.block), place.filter_mask, size, reader.limits
        )
    except PureHDFError as error:
        if error.section is None:
            error.locate(structure="raw data", section="IV.B")
        raise error.locate(offset=place.offset) from error.__cause__
    return np.frombuffer(data, unit, prod(shape)).reshape(shape)
