"""The bytes of one chunk, as the codecs of its Zarr array take them."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from ..data.read import read_selection
from ..data.selection import Axis, Selection
from ..data.storage import Blocks, Stored
from ..errors import FormatError, LimitError, PureHDFError
from ..filters import decode_chunk
from ..format.buffer import Buffer
from .codecs import encode
from .elements import ElementType
from .hierarchy import Hierarchy
from .json_values import json_text, reference_path
from .nodes import ArrayNode
from .stored_bytes import stored_bytes

__all__ = ["chunk_data", "find_chunk", "is_stored_whole", "stored_chunks"]

Position = tuple[int, ...]

_MOST_LISTED = 10_000_000


async def find_chunk(hierarchy: Hierarchy, node: ArrayNode, chunk: Position) -> Stored | None:
    """Return where a chunk lies in the file; None where nothing is stored for it."""
    mapping = node.mapping
    if len(chunk) != len(mapping.grid) or any(
        i >= n for i, n in zip(chunk, mapping.grid, strict=True)
    ):
        return None
    blocks = await hierarchy.blocks(node)
    block = np.array([chunk[: len(blocks.shape)]], np.int64).reshape(1, -1)
    place = blocks.locate(block)[0]
    return Stored(0, 0, 0) if place is None and mapping.dense else place


def is_stored_whole(node: ArrayNode, blocks: Blocks, chunk: Position, place: Stored) -> bool:
    """Whether the bytes in the file are, all of them, what Zarr's codecs decode."""
    mapping = node.mapping
    if mapping.how != "raw" or blocks.data is not None or place.filter_mask:
        return False
    if mapping.codecs:
        return blocks.filters_of(chunk[: len(blocks.shape)]) == blocks.filters
    return place.size == prod(mapping.chunks) * mapping.dtype.itemsize


async def chunk_data(hierarchy: Hierarchy, node: ArrayNode, chunk: Position) -> Buffer | None:
    """Return a chunk encoded in its array's codecs; None where nothing is stored for it."""
    place = await find_chunk(hierarchy, node, chunk)
    if place is None:
        return None
    try:
        if node.mapping.how == "decoded":
            return await _decoded(hierarchy, node, chunk)
        return await _raw(hierarchy, node, chunk, place)
    except PureHDFError as error:
        raise error.locate(path=f"/{node.path}") from error.__cause__


async def _raw(hierarchy: Hierarchy, node: ArrayNode, chunk: Position, place: Stored) -> Buffer:
    blocks, mapping = await hierarchy.blocks(node), node.mapping
    reader = node.reader
    if blocks.data is not None:
        data = blocks.data
    else:
        data = await stored_bytes(reader.read, place.offset, place.size)
    if is_stored_whole(node, blocks, chunk, place):
        return data
    block = chunk[: len(blocks.shape)]
    size = prod(blocks.stored_shape(block)) * mapping.record.datatype.size
    if mapping.is_cut:  # the last piece of a chunk ends where the chunk does
        size = place.size
    plain = decode_chunk(data, blocks.filters_of(block), place.filter_mask, size, reader.limits)
    whole = prod(mapping.chunks) * mapping.dtype.itemsize
    return encode(bytes(plain).ljust(whole, b"\0") if size < whole else plain, mapping.codecs)


async def _decoded(hierarchy: Hierarchy, node: ArrayNode, chunk: Position) -> Buffer:
    """Read the elements of a chunk, and lay them out plainly; what is beyond the edge is fill."""
    mapping, record = node.mapping, node.mapping.record
    blocks = await hierarchy.blocks(node)
    axes = [
        Axis(range(i * n, min((i + 1) * n, size)))
        for i, n, size in zip(chunk, mapping.chunks, blocks.shape, strict=False)
    ]
    found = await read_selection(node.reader, record, Selection(tuple(axes)), blocks)
    if mapping.dtype.kind == "O":
        found = await _texts(hierarchy, mapping.element, found)
    out = np.full(mapping.chunks, mapping.fill, mapping.dtype)
    inside: Any = (*map(slice, found.shape), ...)
    out[inside] = found if mapping.dtype.kind == "O" else mapping.element.shown(found)
    return _vlen_utf8(out.reshape(-1).tolist()) if mapping.dtype.kind == "O" else out.tobytes()


async def _texts(
    hierarchy: Hierarchy, element: ElementType, values: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    """Strings, the paths of what is referred to, or elements as JSON."""
    paths = await hierarchy.paths() if element.refers else {}
    flat = values.reshape(-1)
    out = np.empty(len(flat), object)
    if element.is_json:
        out[:] = [json_text(each, paths.get) for each in flat]
    elif element.refers:
        out[:] = [reference_path(each, paths.get) or "" for each in flat]
    else:
        out[:] = [_text(each) for each in flat]
    return out.reshape(values.shape)


def _text(value: str | bytes) -> str:
    try:
        return value if isinstance(value, str) else value.decode()
    except UnicodeDecodeError as error:
        raise FormatError(
            f"a string that is not UTF-8, which Zarr cannot hold: {value[:40]!r}",
            structure="raw data",
        ) from error


def _vlen_utf8(strings: Sequence[str]) -> bytes:
    """The layout of the ``vlen-utf8`` codec: the number of strings; each with its length before."""
    parts = [len(strings).to_bytes(4, "little")]
    for string in strings:
        data = string.encode()
        parts += (len(data).to_bytes(4, "little"), data)
    return b"".join(parts)


async def stored_chunks(hierarchy: Hierarchy, node: ArrayNode) -> list[Position]:
    """Return the positions of all chunks that something is stored for."""
    mapping, blocks = node.mapping, await hierarchy.blocks(node)
    rank = len(blocks.shape)
    if blocks.table is not None and not mapping.dense:
        inside = (blocks.table.coordinates < np.array(blocks.table.grid)).all(axis=1)
        found = np.unique(blocks.table.coordinates[inside], axis=0).tolist()
    elif mapping.dense or blocks.data is not None or blocks.start is not None:
        _check_count(mapping.grid[:rank])
        found = list(np.ndindex(mapping.grid[:rank]))
    else:
        found = []
    inner = (0,) * (len(mapping.grid) - rank)
    return [(*position, *inner) for position in found if prod(mapping.grid)]


def _check_count(grid: tuple[int, ...]) -> None:
    if prod(grid) > _MOST_LISTED:
        raise LimitError(
            "too many chunks to list", expected=f"at most {_MOST_LISTED}", found=prod(grid)
        )
