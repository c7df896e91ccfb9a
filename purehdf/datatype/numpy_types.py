"""From a datatype of the file to numpy: which dtype an array of it has.

Two dtypes belong to each datatype.  The *storage* dtype lays fields out exactly as they
lie in the file, with bytes where numpy has no such type.  The *memory* dtype is what a
reader gets, the same that h5py gives.  Where they are the same the type is *plain*: an
array is a view of the bytes.
"""

from __future__ import annotations

import re
from functools import cache, singledispatch
from typing import Any, NamedTuple

import numpy as np

from ..errors import UnsupportedError
from ..format.datatypes import (
    Array,
    BitField,
    Complex,
    Compound,
    Datatype,
    Enumeration,
    FixedPoint,
    FloatingPoint,
    Opaque,
    String,
    Time,
    VariableLength,
)
from ..format.datatypes import Reference as ReferenceType
from .floats import complex_dtype, float_dtype, is_plain_float
from .integers import integer_dtype, is_plain_integer, read_integers
from .metadata import ref_dtype, regionref_dtype, vlen_dtype
from .strings import fixed_string_dtype, is_plain_string, text, variable_string_dtype
from .structures import complex_of_members, memory_size, memory_structure, structure

__all__ = [
    "Layout",
    "is_plain",
    "layout_of",
    "memory_dtype",
    "memory_size",
    "storage_dtype",
    "text",
]

Dtype = np.dtype[Any]

_BOOLEAN = {b"FALSE": 0, b"TRUE": 1}  # how h5py writes numpy's bool
_REGION1 = 1
_NUMPY_TAG = rb"NUMPY:([<>|=]?[?biufcmMSUV]\d*(?:\[\w+\])?)"


def _unsupported(what: str) -> UnsupportedError:
    return UnsupportedError(what, structure="datatype message", section="IV.A.2.d")


class Layout(NamedTuple):
    """The dtypes of a datatype, and whether they are the same."""

    storage: Dtype
    memory: Dtype
    plain: bool


@cache
def layout_of(datatype: Datatype) -> Layout:
    """Both dtypes by one look: hashing a large compound takes longer than reading it."""
    return Layout(storage_dtype(datatype), memory_dtype(datatype), is_plain(datatype))


# -- storage


@cache
def storage_dtype(datatype: Datatype) -> Dtype:
    """The dtype with every field where it lies in the file."""
    if isinstance(datatype, Compound):
        if _is_packed_complex(datatype):
            return memory_dtype(datatype)
        offsets = [member.offset for member in datatype.members]
        return structure(datatype, storage_dtype, offsets, datatype.size)
    if isinstance(datatype, Array):
        return _array_dtype(storage_dtype(datatype.base), datatype.shape)
    return memory_dtype(datatype) if is_plain(datatype) else np.dtype(f"V{datatype.size}")


@cache
def is_plain(datatype: Datatype) -> bool:
    """Whether an array of the type is a view of the bytes in the file."""
    if isinstance(datatype, FixedPoint | BitField | Time):
        return is_plain_integer(datatype)
    if isinstance(datatype, FloatingPoint):
        return is_plain_float(datatype)
    if isinstance(datatype, String):
        return is_plain_string(datatype)
    if isinstance(datatype, VariableLength | ReferenceType):
        return False
    if not all(is_plain(inner) for inner in datatype.inner()):
        return False
    if isinstance(datatype, Compound):
        return memory_dtype(datatype) == storage_dtype(datatype)
    return memory_dtype(datatype).itemsize == datatype.size


def _is_packed_complex(datatype: Compound) -> bool:
    """Whether it is a complex number to numpy, laid out as numpy's are."""
    dtype = memory_dtype(datatype)
    if dtype.names is not None or not all(is_plain(inner) for inner in datatype.inner()):
        return False
    second = datatype.members[1].offset
    return second == datatype.size - second == dtype.itemsize // 2


# -- memory


@singledispatch
def _memory(datatype: Datatype) -> Dtype:
    raise _unsupported(f"{type(datatype).__name__} is no type of elements")


@cache
def memory_dtype(datatype: Datatype) -> Dtype:
    """The dtype that h5py gives to arrays of `datatype`, with h5py's metadata.

    Raises UnsupportedError for what numpy cannot hold at all.
    """
    return _memory(datatype)


_memory.register(FixedPoint)(integer_dtype)
_memory.register(BitField)(integer_dtype)
_memory.register(Time)(integer_dtype)
_memory.register(FloatingPoint)(float_dtype)
_memory.register(String)(fixed_string_dtype)


@_memory.register
def _opaque(datatype: Opaque) -> Dtype:
    """Bytes; or what a tag of h5py's says, which is how it writes times and other types."""
    tagged = re.fullmatch(_NUMPY_TAG, datatype.tag)
    if tagged is not None:
        try:
            dtype = np.dtype(tagged[1].decode("ascii"))
        except TypeError:
            dtype = np.dtype("V0")
        if dtype.itemsize == datatype.size:
            return np.dtype(dtype, metadata={"h5py_opaque": True})
    return np.dtype(f"V{datatype.size}")


@_memory.register
def _compound(datatype: Compound) -> Dtype:
    found = complex_of_members(datatype, memory_dtype)
    return memory_structure(datatype, memory_dtype) if found is None else found


@_memory.register
def _reference(datatype: ReferenceType) -> Dtype:
    return regionref_dtype if datatype.kind == _REGION1 else ref_dtype


@_memory.register
def _enumeration(datatype: Enumeration) -> Dtype:
    if not isinstance(datatype.base, FixedPoint | BitField):
        raise _unsupported("an enumeration of anything but integers")
    raw = np.frombuffer(b"".join(datatype.values), f"V{datatype.base.size}")
    numbers = read_integers(datatype.base, raw).tolist()
    members = dict(zip(datatype.names, numbers, strict=True))
    if members == _BOOLEAN:
        return np.dtype(bool)
    values = {_label(name): value for name, value in members.items()}
    return np.dtype(integer_dtype(datatype.base), metadata={"enum": values})


def _label(name: bytes) -> str | bytes:
    """h5py leaves a name that is not UTF-8 as bytes."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name


@_memory.register
def _variable_length(datatype: VariableLength) -> Dtype:
    if datatype.is_string:
        return variable_string_dtype(datatype)
    return vlen_dtype(memory_dtype(datatype.base))


@_memory.register
def _array(datatype: Array) -> Dtype:
    return _array_dtype(memory_dtype(datatype.base), datatype.shape)


def _array_dtype(base: Dtype, shape: tuple[int, ...]) -> Dtype:
    try:
        return np.dtype((base, shape))
    except ValueError as error:
        raise _unsupported(f"numpy cannot hold this array type: {error}") from error


@_memory.register
def _complex(datatype: Complex) -> Dtype:
    if not isinstance(datatype.base, FloatingPoint) or datatype.form:
        raise _unsupported("a complex number of anything but two floats, real and imaginary")
    return complex_dtype(datatype.base)
