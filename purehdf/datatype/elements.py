"""From the bytes of elements to a numpy array.

Most types need no more than a view.  The others are converted class by class, compounds
member by member.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from ..errors import FormatError
from ..format.buffer import Buffer
from ..format.datatypes import (
    Array,
    BitField,
    Complex,
    Compound,
    Datatype,
    Enumeration,
    FixedPoint,
    FloatingPoint,
    String,
    Time,
    VariableLength,
)
from ..format.datatypes import Reference as ReferenceType
from ..walk.reader import Reader
from .bits import AnyArray
from .floats import read_floats
from .integers import read_integers
from .numpy_types import is_plain, layout_of, memory_dtype
from .sequences import sequences
from .strings import read_strings
from .structures import field_names

__all__ = ["read_elements", "view_elements"]


async def read_elements(
    reader: Reader, datatype: Datatype, data: Buffer | AnyArray, shape: tuple[int, ...]
) -> AnyArray:
    """Return the elements in `data` as an array of `shape` and of the type's memory dtype.

    `data` holds at least as many elements as `shape` has, as they lie in the file.  An
    array type adds its own dimensions at the end.  The result may be a view of `data`.
    """
    layout = layout_of(datatype)
    if isinstance(data, np.ndarray):
        if layout.plain and data.itemsize == layout.memory.itemsize and not layout.memory.shape:
            return data.view(layout.memory).reshape(shape)
        data = np.ascontiguousarray(data).reshape(-1).view(np.uint8).data if data.size else b""
    if isinstance(datatype, Array):
        base: Datatype = datatype
        while isinstance(base, Array):
            shape, base = shape + base.shape, base.base
        return await read_elements(reader, base, data, shape)
    if layout.plain:
        return view_elements(layout.memory, data, shape)
    raw = view_elements(layout.storage, data, shape)
    return await _convert(reader, datatype, raw)


def view_elements(dtype: np.dtype[Any], data: Buffer, shape: tuple[int, ...]) -> AnyArray:
    """Return the elements in `data` as an array of `shape`, a view, as they lie in the file."""
    if len(data) < (size := prod(shape) * dtype.itemsize):
        raise FormatError("fewer bytes than the elements take", expected=size, found=len(data))
    return np.ndarray(shape, dtype, data)


async def _convert(reader: Reader, datatype: Datatype, raw: AnyArray) -> AnyArray:
    """Convert `raw`, of the storage dtype, to the memory dtype."""
    while isinstance(datatype, Array):  # numpy has made dimensions of it already
        datatype = datatype.base
    if is_plain(datatype):
        return raw.view(memory_dtype(datatype))
    if isinstance(datatype, FixedPoint | BitField | Time):
        return read_integers(datatype, raw)
    if isinstance(datatype, FloatingPoint):
        return read_floats(datatype, raw)
    if isinstance(datatype, String):
        return read_strings(datatype, raw)
    if isinstance(datatype, VariableLength):
        return await _variable_length(reader, datatype, raw)
    if isinstance(datatype, ReferenceType):
        from .heap_elements import read_references  # late: few files have references

        return (await read_references(reader, datatype, raw)).view(memory_dtype(datatype))
    if isinstance(datatype, Compound):
        return await _compound(reader, datatype, raw)
    if isinstance(datatype, Enumeration):
        return _enumeration(datatype, raw)
    if isinstance(datatype, Complex):
        return _complex(datatype, raw)
    raise FormatError(f"no conversion of {type(datatype).__name__}")


async def _compound(reader: Reader, datatype: Compound, raw: AnyArray) -> AnyArray:
    dtype = memory_dtype(datatype)
    out = np.empty(raw.shape, dtype)
    parts: dict[str, AnyArray] = {}
    for name, member in zip(field_names(datatype), datatype.members, strict=True):
        parts[name] = await _convert(reader, member.datatype, raw[name])
    if dtype.names is None:
        out.real, out.imag = parts["r"], parts["i"]
    else:
        for name, values in parts.items():
            out[name] = values
    return out


def _enumeration(datatype: Enumeration, raw: AnyArray) -> AnyArray:
    dtype = memory_dtype(datatype)
    base = datatype.base
    if not isinstance(base, FixedPoint | BitField):
        raise FormatError("an enumeration of anything but integers")
    values = read_integers(base, raw)
    return values.astype(bool) if dtype.kind == "b" else values.view(dtype)


def _complex(datatype: Complex, raw: AnyArray) -> AnyArray:
    dtype, base = memory_dtype(datatype), datatype.base
    if not isinstance(base, FloatingPoint):
        raise FormatError("a complex number of anything but floats")
    pairs = np.ascontiguousarray(raw).reshape(-1).view(f"V{base.size}").reshape(*raw.shape, 2)
    out = np.empty(raw.shape, dtype)
    parts = read_floats(base, pairs)
    out.real, out.imag = parts[..., 0], parts[..., 1]
    return out


async def _variable_length(reader: Reader, datatype: VariableLength, raw: AnyArray) -> AnyArray:
    """Strings become bytes, sequences become arrays."""
    lengths, parts = await sequences(reader, datatype, raw)
    out = np.empty(len(parts), memory_dtype(datatype))
    if datatype.is_string:
        out[:] = parts
    else:
        base = datatype.base
        if isinstance(base, ReferenceType):
            from .heap_elements import in_sequences

            base, parts = in_sequences(reader, base, lengths, parts)
        # All sequences are converted together, then cut apart.
        data = memoryview(bytearray().join(parts))
        whole = await read_elements(reader, base, data, (int(lengths.sum()),))
        ends = np.cumsum(lengths).tolist()
        for i, (start, stop) in enumerate(zip([0, *ends], ends, strict=False)):
            out[i] = whole[start:stop]
    return out.reshape(raw.shape)
