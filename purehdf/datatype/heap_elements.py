"""Elements that lead elsewhere: sequences of any length (class 9), references (class 7).

In the file they are global heap IDs or addresses.  Those of one array are followed
together, and each heap object is fetched and converted once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import FormatError, LimitError, PureHDFError
from ..format.cursor import Cursor
from ..format.datatypes import Reference as ReferenceType
from ..format.datatypes import VariableLength
from ..format.global_heap import GlobalHeapCollection, decode_global_heap_collection
from ..format.reference import ReferenceRecord, decode_reference_block, decode_region
from ..walk.heaps import global_heap_collections
from ..walk.need import gather
from ..walk.reader import Reader
from .bits import AnyArray
from .reference import AttributeReference, Reference, RegionReference
from .strings import text

__all__ = ["read_references", "sequences"]

_OBJECT1, _REGION1 = 0, 1
_OBJECT2, _EXTERNAL = 2, 1
_Heaps = dict[int, GlobalHeapCollection | Exception]


def _rows(raw: AnyArray, fields: list[tuple[str, str]]) -> AnyArray:
    """The elements of `raw` as a structured array (n,)."""
    dtype = np.dtype(fields)
    if raw.dtype.itemsize != dtype.itemsize:
        raise FormatError(
            "elements of the wrong size",
            structure="datatype message",
            section="IV.A.2.d",
            field="size",
            expected=dtype.itemsize,
            found=raw.dtype.itemsize,
        )
    return np.ascontiguousarray(raw).reshape(-1).view(dtype)


async def sequences(
    reader: Reader, datatype: VariableLength, raw: AnyArray
) -> tuple[list[int], list[bytes]]:
    """Return the length of each element of `raw`, in units of the base, and its bytes.

    A string ends at its first zero.  An element that was never written is empty.
    """
    address = f"<u{reader.context.offset_size}"
    ids = _rows(raw, [("length", "<u4"), ("address", address), ("index", "<u4")])
    unit = 1 if datatype.is_string else datatype.base.size
    lengths = np.where(ids["address"] != 0, ids["length"], 0)
    heaps = await global_heap_collections(reader, ids["address"][lengths != 0].tolist())
    parts: dict[tuple[int, ...], bytes] = {}
    keys = list(zip(ids["address"].tolist(), ids["index"].tolist(), lengths.tolist(), strict=True))
    for address_, index, length in keys:
        key = (address_, index, length)
        if length and key not in parts:
            data = heaps[address_].get(index, length * unit)
            parts[key] = data.split(b"\0", 1)[0] if datatype.is_string else data
    total, held = int(lengths.sum(dtype=object)) * unit, sum(map(len, parts.values()))
    # Elements may share an object of the heap, so that a small file holds enormous arrays.
    if not datatype.is_string and total > max(2 * held, reader.limits.metadata_bytes):
        raise LimitError(
            "sequences share the same bytes too often", expected=f"at most {held}", found=total
        )
    return lengths.tolist(), [parts.get(key, b"") for key in keys]


async def read_references(reader: Reader, datatype: ReferenceType, raw: AnyArray) -> AnyArray:
    """Return the references in `raw` as an array of objects, of the same shape."""
    if datatype.kind == _OBJECT1:
        found = _object_references(reader, raw)
    elif datatype.kind == _REGION1:
        found = await _region_references(reader, raw)
    else:
        found = await _references(reader, raw)
    out = np.empty(len(found), object)
    out[:] = found
    return out.reshape(raw.shape)


def _object_references(reader: Reader, raw: AnyArray) -> list[Reference]:
    """An address; zero, or the undefined one, leads nowhere."""
    rows = _rows(raw, [("address", f"<u{reader.context.offset_size}")])
    nowhere = (0, reader.context.undefined_address)
    return [Reference(None if a in nowhere else a) for a in rows["address"].tolist()]


async def _region_references(reader: Reader, raw: AnyArray) -> list[Reference]:
    """A heap object with the address and the selection."""
    width = reader.context.offset_size
    rows = _rows(raw, [("address", f"<u{width}"), ("index", "<u4")]).tolist()
    heaps = await _heaps(reader, {address for address, _ in rows if address})
    out: list[Reference] = []
    for address, index in rows:
        if not address:
            out.append(RegionReference())
            continue
        try:
            record = decode_region(_object(reader, heaps, address, index))
            out.append(RegionReference(record.address, record.selection))
        except PureHDFError as error:
            out.append(RegionReference(problem=error))
    return out


async def _references(reader: Reader, raw: AnyArray) -> list[Reference]:
    """References of HDF5 1.12: the first two bytes of each say of which type it is."""
    width = reader.context.offset_size
    header = [("kind", "u1"), ("flags", "u1"), ("size", "<u4")]
    rows = _rows(raw, [*header, ("address", f"<u{width}"), ("index", "<u4")])
    elements = rows.tolist()
    heaps = await _heaps(reader, {e[3] for e in elements if e[0] and not _is_direct(e[0], e[1])})
    return [
        _reference(reader, heaps, row.tobytes(), *element)
        for row, element in zip(rows, elements, strict=True)
    ]


def _is_direct(kind: int, flags: int) -> bool:
    """Whether the element holds the reference itself, and not a heap ID."""
    return kind == _OBJECT2 and not flags & _EXTERNAL


def _reference(
    reader: Reader,
    heaps: _Heaps,
    stored: bytes,
    kind: int,
    flags: int,
    size: int,
    address: int,
    index: int,
) -> Reference:
    if kind == 0:
        return Reference()
    try:
        if _is_direct(kind, flags):
            cursor = _cursor(reader, stored[2:])
        else:
            cursor = _object(reader, heaps, address, index)
        return _python(decode_reference_block(cursor, kind, flags))
    except PureHDFError as error:
        return Reference(problem=error)


def _python(record: ReferenceRecord) -> Reference:
    file = None if record.file is None else text(record.file)
    if record.selection is not None:
        return RegionReference(record.address, record.selection, file)
    if record.attribute is not None:
        return AttributeReference(record.address, text(record.attribute), file)
    return Reference(record.address, file)


async def _heaps(reader: Reader, addresses: set[int]) -> _Heaps:
    """Collections at `addresses`, or why one cannot be read: a reference is not followed yet."""
    distinct = sorted(addresses)
    walks = [reader.load(decode_global_heap_collection, address) for address in distinct]
    return dict(zip(distinct, await gather(walks), strict=True))


def _object(reader: Reader, heaps: _Heaps, address: int, index: int) -> Cursor:
    heap = heaps[address]
    if isinstance(heap, Exception):
        raise heap
    data = heap.objects.get(index)
    return _cursor(reader, heap.get(index, 1) if data is None else data, heap.offset)


def _cursor(reader: Reader, data: Any, offset: int = 0) -> Cursor:
    return Cursor(data, reader.context, offset, bounded=True, limits=reader.limits)
