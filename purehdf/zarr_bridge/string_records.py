"""Compounds with strings of variable length, as structures of strings of one length.

Plain Zarr has no member of variable length.  Where an array is held by the references in any
case, the longest string says how long all of a member are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from ..data.read import read_selection
from ..data.selection import Axis, Selection
from ..datatype.metadata import check_ref_dtype, check_string_dtype
from ..datatype.numpy_types import memory_dtype, text
from .array_references import ArrayReferences
from .elements import converted
from .json_values import reference_path
from .mapping import JSON_ELEMENTS
from .nodes import ArrayNode

__all__ = ["string_record"]

Column = np.ndarray[Any, Any]
PathOf = Callable[[int], str | None]


async def string_record(
    node: ArrayNode, array: ArrayReferences, path_of: PathOf | None, limit: int
) -> ArrayReferences | None:
    """Return an array whose elements are JSON as one of structures, all of it inlined.

    None: it has other members than numbers, strings and, with `path_of`, references to
    objects, or more than `limit` bytes.
    """
    memory = memory_dtype(node.mapping.record.datatype)
    small = prod(array.shape) * memory.itemsize <= limit
    if not small or not _is_flat(memory, references=path_of is not None):
        return None
    everything = Selection(tuple(Axis(range(n)) for n in array.shape))
    values = await read_selection(node.reader, node.mapping.record, everything)
    columns = {name: _column(values[name], memory[name], path_of) for name in memory.names or ()}
    packed = np.empty(array.shape, [(name, column.dtype) for name, column in columns.items()])
    for name, column in columns.items():
        packed[name] = column
    return _inlined(array, packed)


def _is_flat(memory: np.dtype[Any], *, references: bool) -> bool:
    members = [memory[name] for name in memory.names or ()]
    return bool(members) and all(
        (each.kind in "biufcS" and each.char not in "gG")
        or check_string_dtype(each) is not None
        or (references and check_ref_dtype(each) is not None)
        for each in members
    )


def _column(values: Column, memory: np.dtype[Any], path_of: PathOf | None) -> Column:
    if memory.kind != "O":
        return converted(values, np.dtype(memory.str).newbyteorder("<"))
    if path_of is not None and check_ref_dtype(memory) is not None:
        found = [reference_path(each, path_of) or "" for each in values.reshape(-1)]
    else:
        found = [each if isinstance(each, str) else text(each) for each in values.reshape(-1)]
    width = max(map(len, found), default=0)
    return np.array(found, f"<U{max(width, 1)}").reshape(values.shape)


def _inlined(array: ArrayReferences, packed: Column) -> ArrayReferences:
    from zarr.dtype import parse_dtype

    kind: Any = parse_dtype(packed.dtype, zarr_format=3)
    document = array.documents["zarr.json"]
    attributes = {k: v for k, v in document["attributes"].items() if k != JSON_ELEMENTS}
    document = {
        **document,
        "data_type": kind.to_json(zarr_format=3),
        "fill_value": kind.to_json_scalar(kind.default_scalar(), zarr_format=3),
        "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
        "attributes": attributes,
    }
    positions = list(np.ndindex(array.grid))
    return replace(
        array,
        documents={"zarr.json": document},
        inline_coordinates=np.array(positions, np.int64).reshape(len(positions), packed.ndim),
        inlined=[_chunk(packed, array.chunks, each) for each in positions],
    )


def _chunk(packed: Column, chunks: tuple[int, ...], position: tuple[int, ...]) -> bytes:
    part = packed[tuple(slice(i * n, (i + 1) * n) for i, n in zip(position, chunks, strict=True))]
    out = np.zeros(chunks, packed.dtype)
    inside: Any = (*map(slice, part.shape), ...)
    out[inside] = part
    return out.tobytes()
