"""References (class 7), which lead to objects, regions and attributes.

In the file they are addresses, or global heap IDs.  Those of one array are followed
together, and each collection of the heap is fetched once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..errors import PureHDFError
from ..format.cursor import Cursor
from ..format.datatypes import Reference as ReferenceType
from ..format.global_heap import GlobalHeapCollection, decode_global_heap_collection
from ..format.reference import ReferenceRecord, decode_reference_block, decode_region
from ..walk.need import gather
from ..walk.reader import Reader
from .bits import AnyArray
from .reference import AttributeReference, Reference, RegionReference
from .sequences import heap_rows
from .strings import text

__all__ = ["in_sequences", "read_references"]

_OBJECT1, _REGION1 = 0, 1
_OBJECT2, _EXTERNAL = 2, 1
_Heaps = dict[int, GlobalHeapCollection | Exception]


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


def in_sequences(
    reader: Reader, datatype: ReferenceType, lengths: Iterable[int], parts: Iterable[Any]
) -> tuple[ReferenceType, list[Any]]:
    """Return the type that references have in sequences, and the bytes of each sequence.

    Those of HDF5 1.12 have room for what they take in memory, and lie close to each other at
    its beginning.
    """
    size = reader.context.offset_size + 10
    if datatype.kind <= _REGION1 or datatype.size <= size:
        return datatype, list(parts)
    closer = ReferenceType(size, datatype.kind, datatype.encoding)
    return closer, [part[: n * size] for n, part in zip(lengths, parts, strict=True)]


def _object_references(reader: Reader, raw: AnyArray) -> list[Reference]:
    """An address; zero, or the undefined one, leads nowhere."""
    rows = heap_rows(raw, [("address", f"<u{reader.context.offset_size}")])
    nowhere = (0, reader.context.undefined_address)
    return [Reference(None if a in nowhere else a) for a in rows["address"].tolist()]


async def _region_references(reader: Reader, raw: AnyArray) -> list[Reference]:
    """A heap object with the address and the selection."""
    width = reader.context.offset_size
    rows = heap_rows(raw, [("address", f"<u{width}"), ("index", "<u4")]).tolist()
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
    rows = heap_rows(raw, [*header, ("address", f"<u{width}"), ("index", "<u4")])
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
