"""Sequences and strings of any length (class 9), through global heaps (III.E).

In the file they are global heap IDs.  Those of one array are followed together, and each
heap object is fetched once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from struct import Struct
from typing import Any

import numpy as np

from ..errors import FormatError, LimitError
from ..format.datatypes import VariableLength
from ..format.heap_objects import stretches
from ..walk.heaps import global_heap_collections, heap_collections
from ..walk.reader import Reader
from .bits import AnyArray

__all__ = ["heap_rows", "sequences", "strings"]

_FEW = 64  # elements for which columns take longer; the collections of these are kept
_RUN = 4096  # elements at a time
_TOGETHER = 1 << 17  # elements whose collections are loaded side by side
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
    lengths = np.where(ids["address"] != 0, ids["length"], 0).astype(np.int64, copy=False)
    if lengths.all():
        return lengths, *await _as_columns(reader, ids, lengths, _unit(datatype))
    written = np.flatnonzero(lengths)
    found, held = await _as_columns(reader, ids[written], lengths[written], _unit(datatype))
    parts = [b""] * len(ids)
    for i, part in zip(written.tolist(), found, strict=True):
        parts[i] = part
    return lengths, parts, held


def _check_shared(reader: Reader, total: int, held: int) -> None:
    """Elements may share an object of the heap, so that a small file holds enormous arrays."""
    if total > max(2 * held, reader.limits.metadata_bytes):
        raise LimitError(
            "sequences share the same bytes too often", expected=f"at most {held}", found=total
        )


async def _as_columns(
    reader: Reader, ids: AnyArray, lengths: AnyArray, unit: int
) -> tuple[list[bytes], int]:
    """The bytes of elements that were written, and how many they are if each counts once."""
    parts = [b""] * len(ids)
    held = 0
    for rows in _runs(ids):
        sizes = np.minimum(lengths[rows], _MOST // unit) * unit
        found, size = await _of_collections(reader, ids[rows], sizes)
        held += size
        if isinstance(rows, slice):
            parts[rows] = found
        else:
            for i, part in zip(rows.tolist(), found, strict=True):
                parts[i] = part
    return parts, held


def _runs(ids: AnyArray) -> Iterator[slice | AnyArray]:
    """The places of elements in runs, each with all that lie in some collections.

    The memory that one run takes is used again for the next.
    """
    addresses, order = ids["address"], _order(ids)
    if order is not None:
        addresses = addresses[order]
    begins, start = stretches(addresses), 0
    while start < len(ids):
        i = begins.searchsorted(start + _TOGETHER)
        stop = int(begins[i]) if i < len(begins) else len(ids)
        yield slice(start, stop) if order is None else order[start:stop]
        start = stop


def _order(ids: AnyArray) -> AnyArray | None:
    """What sorts elements by their objects, collection by collection; None if they are sorted."""
    address, index = ids["address"], ids["index"]
    if int(address.max()) >> 48 or int(index.max()) >> 16:
        return np.lexsort((index, address))
    place = address.astype(np.uint64) << np.uint64(16) | index
    return np.argsort(place, kind="stable") if (place[1:] < place[:-1]).any() else None


async def _of_collections(
    reader: Reader, ids: AnyArray, sizes: AnyArray
) -> tuple[list[bytes], int]:
    """The same for all elements of some collections, which are loaded side by side."""
    addresses, collections = _distinct(ids["address"])
    heap = await heap_collections(reader, addresses.tolist())
    starts, inverse = heap.places(collections, ids["index"].astype(np.int64), sizes), None
    if (starts[1:] <= starts[:-1]).any():  # elements may share an object, and so its bytes
        places = np.stack((starts, sizes))
        (starts, sizes), inverse = np.unique(places, axis=1, return_inverse=True)
    stops, data = starts + sizes, heap.data
    held = int(sizes.sum())
    _check_shared(reader, held, len(data))
    parts: list[bytes] = []
    for i in range(0, len(starts), _RUN):  # so that the memory of the numbers is used again
        run = slice(i, i + _RUN)
        parts += [data[a:b] for a, b in zip(starts[run].tolist(), stops[run].tolist(), strict=True)]
    return parts if inverse is None else [parts[i] for i in inverse.tolist()], held


def _distinct(values: AnyArray) -> tuple[AnyArray, AnyArray]:
    """What ``np.unique`` returns with the inverse, for values that stand together."""
    first = stretches(values)
    found, inverse = np.unique(values[first], return_inverse=True)
    return found, np.repeat(inverse, np.diff(first, append=len(values)))
