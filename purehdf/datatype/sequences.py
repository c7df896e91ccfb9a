"""Sequences and strings of any length (class 9), through global heaps (III.E).

In the file they are global heap IDs.  Those of one array are followed together, and each
heap object is fetched once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from struct import Struct
from typing import Any

import numpy as np

from ..errors import FormatError, LimitError
from ..format.datatypes import VariableLength
from ..walk.heaps import global_heap_collections, global_heap_objects
from ..walk.reader import Reader
from .bits import AnyArray

__all__ = ["heap_rows", "sequences", "strings"]

_FEW = 64  # elements for which columns take longer; the collections of these are kept
_RUN = 4096  # elements at a time
_MOST = 1 << 62
_CODES = {2: "H", 4: "I", 8: "Q"}


def heap_rows(raw: AnyArray, fields: list[tuple[str, str]]) -> AnyArray:
    """The elements of `raw` as a structured array (n,)."""
    dtype = np.dtype(fields)
    _check_size(raw.dtype.itemsize, dtype.itemsize)
    return np.ascontiguousarray(raw).reshape(-1).view(dtype)


def _check_size(found: int, expected: int) -> None:
    if found != expected:
        raise FormatError(
            "elements of the wrong size",
            structure="datatype message",
            section="IV.A.2.d",
            field="size",
            expected=expected,
            found=found,
        )


async def sequences(
    reader: Reader, datatype: VariableLength, raw: AnyArray
) -> tuple[AnyArray, list[bytes]]:
    """Return the length of each element of `raw`, in units of the base, and its bytes.

    A string ends at its first zero.  An element that was never written is empty.
    """
    lengths, parts, held = await _read(reader, datatype, raw)
    if datatype.is_string:
        parts = _ended(parts)
    else:
        _check_shared(reader, _unit(datatype) * sum(np.asarray(lengths).tolist()), held)
    return np.asarray(lengths, np.int64), parts


async def strings(reader: Reader, datatype: VariableLength, raw: AnyArray) -> list[bytes]:
    """Return the strings of :func:`sequences`."""
    _, parts, _ = await _read(reader, datatype, raw)
    return _ended(parts)


async def _read(
    reader: Reader, datatype: VariableLength, raw: AnyArray
) -> tuple[Sequence[int] | AnyArray, list[bytes], int]:
    """Length and bytes of each element, and how many they are if each object counts once."""
    few = raw.size < _FEW or reader.tracer is not None  # a tracer wants to see each object
    return await (_one_by_one if few else _in_columns)(reader, datatype, raw)


def _unit(datatype: VariableLength) -> int:
    return 1 if datatype.is_string else datatype.base.size


def _ended(strings: list[bytes]) -> list[bytes]:
    """The strings up to their first zero."""
    for i in range(0, len(strings), _RUN):
        if b"\0" in b"".join(strings[i : i + _RUN]):
            return [string.split(b"\0", 1)[0] for string in strings]
    return strings


async def _one_by_one(
    reader: Reader, datatype: VariableLength, raw: AnyArray
) -> tuple[list[int], list[bytes], int]:
    element, unit = _element(reader.context.offset_size), _unit(datatype)
    _check_size(datatype.size, element.size)
    ids = [
        (address, index, length * unit) if address and length else None
        for length, address, index in element.iter_unpack(raw.tobytes())
    ]
    distinct = dict.fromkeys(id for id in ids if id is not None)
    heaps = await global_heap_collections(reader, [address for address, _, _ in distinct])
    parts: dict[Any, bytes] = {None: b""}
    for id in distinct:
        parts[id] = heaps[id[0]].get(id[1], id[2])
    lengths = [id[2] // unit if id else 0 for id in ids]
    return lengths, [parts[id] for id in ids], sum(map(len, parts.values()))


@cache
def _element(offset_size: int) -> Struct:
    """What an element is: its length, and the address and the index of an object."""
    return Struct(f"<I{_CODES[offset_size]}I")


async def _in_columns(
    reader: Reader, datatype: VariableLength, raw: AnyArray
) -> tuple[AnyArray, list[bytes], int]:
    address = f"<u{reader.context.offset_size}"
    ids = heap_rows(raw, [("length", "<u4"), ("address", address), ("index", "<u4")])
    lengths = np.where(ids["address"] != 0, ids["length"], 0).astype(np.int64)
    written, unit = np.flatnonzero(lengths), _unit(datatype)
    if not len(written):
        return lengths, [b""] * len(ids), 0
    sizes = np.minimum(lengths, _MOST // unit)[written] * unit
    parts, held = await _as_columns(reader, ids[written], sizes)
    if len(written) < len(ids):
        found, parts = parts, [b""] * len(ids)
        for i, part in zip(written.tolist(), found, strict=True):
            parts[i] = part
    return lengths, parts, held


def _check_shared(reader: Reader, total: int, held: int) -> None:
    """Elements may share an object of the heap, so that a small file holds enormous arrays."""
    if total > max(2 * held, reader.limits.metadata_bytes):
        raise LimitError(
            "sequences share the same bytes too often", expected=f"at most {held}", found=total
        )


async def _as_columns(reader: Reader, ids: AnyArray, sizes: AnyArray) -> tuple[list[bytes], int]:
    """The bytes of elements that were written, and how many they are if each counts once."""
    addresses, collections = _distinct(ids["address"])
    objects = await global_heap_objects(reader, addresses.tolist())
    rows = objects.rows(collections, ids["index"].astype(np.int64), sizes)
    places, inverse = np.stack((objects.start[rows], sizes)), None
    if np.bincount(rows).max() > 1:  # elements share an object, and so its bytes
        places, inverse = np.unique(places, axis=1, return_inverse=True)
    starts, stops = places[0], places.sum(axis=0)
    held, data = int((stops - starts).sum()), objects.data
    _check_shared(reader, held, len(data))
    parts: list[bytes] = []
    for i in range(0, len(starts), _RUN):  # so that the memory of the numbers is used again
        run = slice(i, i + _RUN)
        parts += [data[a:b] for a, b in zip(starts[run].tolist(), stops[run].tolist(), strict=True)]
    return parts if inverse is None else [parts[i] for i in inverse.tolist()], held


def _distinct(values: AnyArray) -> tuple[AnyArray, AnyArray]:
    """What ``np.unique`` returns with the inverse, sooner where neighbours are mostly equal."""
    first = np.flatnonzero(np.diff(values, prepend=~values[:1]))
    found, inverse = np.unique(values[first], return_inverse=True)
    return found, np.repeat(inverse, np.diff(first, append=len(values)))
