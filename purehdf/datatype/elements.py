"""From the bytes of elements to a numpy array.

Most types need no more than a view.  Where elements are Python objects in memory, their
bytes in the file are global heap IDs or addresses: those are followed here, all of one
array together.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import FormatError, UnsupportedError
from ..format.buffer import Buffer
from ..format.datatypes import Array, Compound, Datatype, Enumeration, String, VariableLength
from ..format.datatypes import Reference as ReferenceType
from ..format.global_heap import GlobalHeapCollection
from ..walk.heaps import global_heap_collections
from ..walk.reader import Reader
from .metadata import Reference
from .numpy_types import memory_dtype, storage_dtype

__all__ = ["read_elements"]

AnyArray = np.ndarray[Any, Any]
_ZERO_PADDED, _SPACE_PADDED = 1, 2


async def read_elements(
    reader: Reader, datatype: Datatype, data: Buffer | AnyArray, shape: tuple[int, ...]
) -> AnyArray:
    """Return the elements in `data` as an array of `shape` and of the type's memory dtype.

    `data` holds at least as many elements as `shape` has, as they lie in the file.  An
    array type adds its own dimensions at the end.  The result may be a view of `data`.
    """
    dtype = storage_dtype(datatype)
    count = int(np.prod(shape, dtype=object))
    if isinstance(data, np.ndarray):
        data = np.ascontiguousarray(data).reshape(-1).view(np.uint8).data if data.size else b""
    if len(data) < count * datatype.size:
        raise FormatError(
            "fewer bytes than the elements take", expected=count * datatype.size, found=len(data)
        )
    if isinstance(datatype, Array):
        base, shape = datatype, shape
        while isinstance(base, Array):
            shape, base = shape + base.shape, base.base
        return await read_elements(reader, base, data, shape)
    raw = np.frombuffer(data, dtype, count).reshape(shape)
    return await _convert(reader, datatype, raw)


async def _convert(reader: Reader, datatype: Datatype, raw: AnyArray) -> AnyArray:
    """Convert `raw`, of the storage dtype, to the memory dtype."""
    while isinstance(datatype, Array):  # numpy has made dimensions of it already
        datatype = datatype.base
    dtype = memory_dtype(datatype)
    if isinstance(datatype, Enumeration):
        return raw.view(dtype) if raw.dtype.itemsize == dtype.itemsize else raw.astype(dtype)
    if isinstance(datatype, String):
        return _string(datatype, raw)
    if isinstance(datatype, VariableLength):
        return await _variable_length(reader, datatype, raw)
    if isinstance(datatype, ReferenceType):
        return _references(reader, raw, dtype)
    if isinstance(datatype, Compound) and dtype.names and not _is_plain(datatype):
        out = np.empty(raw.shape, dtype)
        for member in datatype.members:
            name = member.name.decode("utf-8", "surrogateescape")
            out[name] = await _convert(reader, member.datatype, raw[name])
        return out
    return raw.view(dtype)


def _is_plain(datatype: Datatype) -> bool:
    """Whether a view of the bytes is all it takes."""
    if isinstance(datatype, VariableLength | ReferenceType):
        return False
    if isinstance(datatype, String) and datatype.padding != _ZERO_PADDED:
        return False
    if isinstance(datatype, Enumeration):
        return memory_dtype(datatype).itemsize == datatype.size
    return all(_is_plain(inner) for inner in datatype.inner())


def _string(datatype: String, raw: AnyArray) -> AnyArray:
    """Put zeros where the string has ended, which is how numpy pads."""
    if datatype.padding == _ZERO_PADDED or not raw.size:
        return raw.view(memory_dtype(datatype))
    out = np.array(raw, order="C")
    characters = out.reshape(-1).view(np.uint8).reshape(-1, datatype.size)
    if datatype.padding == _SPACE_PADDED:
        text = np.logical_or.accumulate(characters[:, ::-1] != ord(" "), axis=1)[:, ::-1]
    else:
        text = np.logical_and.accumulate(characters != 0, axis=1)
    characters[~text] = 0
    return out.view(memory_dtype(datatype))


async def _variable_length(reader: Reader, datatype: VariableLength, raw: AnyArray) -> AnyArray:
    """Follow global heap IDs: strings become bytes, sequences become arrays."""
    flat = np.ascontiguousarray(raw).reshape(-1)
    width = reader.context.offset_size
    if raw.dtype.itemsize != 8 + width:
        raise FormatError(
            "wrong size for a global heap ID", expected=8 + width, found=raw.dtype.itemsize
        )
    ids = flat.view([("length", "<u4"), ("address", f"<u{width}"), ("index", "<u4")])
    unit = 1 if datatype.is_string else datatype.base.size
    used = ids["length"] != 0
    heaps = await global_heap_collections(reader, ids["address"][used].tolist())
    parts = [
        _object(heaps, address, index, length * unit) for length, address, index in ids.tolist()
    ]
    out = np.empty(len(flat), memory_dtype(datatype))
    if datatype.is_string:
        out[:] = [part.split(b"\0", 1)[0] for part in parts]
    else:
        # All sequences are converted together, then cut apart.
        whole = await read_elements(
            reader, datatype.base, b"".join(parts), (int(ids["length"].sum(dtype=int)),)
        )
        ends = np.cumsum(ids["length"], dtype=int).tolist()
        for i, (start, stop) in enumerate(zip([0, *ends], ends, strict=False)):
            out[i] = whole[start:stop]
    return out.reshape(raw.shape)


def _object(heaps: dict[int, GlobalHeapCollection], address: int, index: int, size: int) -> bytes:
    return heaps[address].get(index, size) if size else b""


def _references(reader: Reader, raw: AnyArray, dtype: np.dtype[Any]) -> AnyArray:
    """Object references hold an address: zero, or undefined, is one that leads nowhere."""
    if dtype.metadata is None or dtype.metadata["ref"] is not Reference:
        raise UnsupportedError(
            "region references are not read yet", structure="datatype message", section="IV.A.2.d"
        )
    width = raw.dtype.itemsize
    if width != reader.context.offset_size:
        raise FormatError(
            "wrong size for an address", expected=reader.context.offset_size, found=width
        )
    nowhere = (0, reader.context.undefined_address)
    addresses = np.ascontiguousarray(raw).reshape(-1).view(f"<u{width}").tolist()
    out = np.empty(len(addresses), dtype)
    out[:] = [Reference(None if address in nowhere else address) for address in addresses]
    return out.reshape(raw.shape)
