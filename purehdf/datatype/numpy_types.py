"""From a datatype of the file to numpy: which dtype an array of it has.

Two dtypes belong to each datatype.  The *storage* dtype lays fields out exactly as they
lie in the file.  The *memory* dtype is what a reader gets, the same that h5py gives: it
differs where elements become Python objects, and where a compound has such members.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, singledispatch
from math import prod
from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..format.datatypes import (
    Array,
    BitField,
    Compound,
    Datatype,
    Enumeration,
    FixedPoint,
    FloatingPoint,
    Opaque,
    String,
    VariableLength,
)
from ..format.datatypes import Reference as ReferenceType
from .metadata import Reference, RegionReference, enum_dtype, string_dtype, vlen_dtype

__all__ = ["memory_dtype", "memory_size", "storage_dtype", "text"]

Dtype = np.dtype[Any]

# (size, precision, sign, exponent location, size, bias, mantissa size) of what numpy calls f
_IEEE = {
    2: (16, 15, 10, 5, 15, 10),
    4: (32, 31, 23, 8, 127, 23),
    8: (64, 63, 52, 11, 1023, 52),
}
_BOOLEAN = {b"FALSE": 0, b"TRUE": 1}  # how h5py writes numpy's bool
_POINTER, _SEQUENCE = 8, 16  # bytes that libhdf5 takes in memory for a string and a sequence
_REFERENCES = {0: 8, 1: 12}


def text(name: bytes) -> str:
    """A name of the file as text; bytes that are not UTF-8 become surrogate escapes."""
    return name.decode("utf-8", "surrogateescape")


def _unsupported(what: str) -> UnsupportedError:
    return UnsupportedError(
        f"{what} are not read yet", structure="datatype message", section="IV.A.2.d"
    )


@cache
def storage_dtype(datatype: Datatype) -> Dtype:
    """The dtype with every field where it lies in the file; objects are raw bytes."""
    if isinstance(datatype, VariableLength | ReferenceType):
        return np.dtype(f"V{datatype.size}")
    if isinstance(datatype, Compound):
        return _structure(
            datatype, storage_dtype, [m.offset for m in datatype.members], datatype.size
        )
    if isinstance(datatype, Array):
        return np.dtype((storage_dtype(datatype.base), datatype.shape))
    if isinstance(datatype, Enumeration):
        return storage_dtype(datatype.base)
    return memory_dtype(datatype)


def _structure(
    datatype: Compound, dtype_of: Callable[[Datatype], Dtype], offsets: list[int], size: int
) -> Dtype:
    names = [text(member.name) for member in datatype.members]
    formats = [dtype_of(member.datatype) for member in datatype.members]
    order = sorted(range(len(names)), key=offsets.__getitem__)
    try:
        return np.dtype(
            {
                "names": [names[i] for i in order],
                "formats": [formats[i] for i in order],
                "offsets": [offsets[i] for i in order],
                "itemsize": size,
            }
        )
    except ValueError as error:
        raise _unsupported(f"compounds that numpy cannot hold ({error})") from error


def memory_size(datatype: Datatype) -> int:
    """The size that libhdf5 gives an element in memory, and so h5py's itemsize."""
    if isinstance(datatype, VariableLength):
        return _POINTER if datatype.is_string else _SEQUENCE
    if isinstance(datatype, ReferenceType):
        return _REFERENCES.get(datatype.kind, 64)
    if isinstance(datatype, Array):
        return memory_size(datatype.base) * prod(datatype.shape)
    if isinstance(datatype, Compound):
        return datatype.size + sum(
            memory_size(m.datatype) - m.datatype.size for m in datatype.members
        )
    return datatype.size


def _memory_offsets(datatype: Compound) -> list[int]:
    """Members move by as much as those before them grow."""
    offsets, growth = [0] * len(datatype.members), 0
    for i in sorted(range(len(offsets)), key=lambda i: datatype.members[i].offset):
        member = datatype.members[i]
        offsets[i] = member.offset + growth
        growth += memory_size(member.datatype) - member.datatype.size
    return offsets


@singledispatch
def _memory(datatype: Datatype) -> Dtype:
    raise _unsupported(f"{type(datatype).__name__} types")


@cache
def memory_dtype(datatype: Datatype) -> Dtype:
    """The dtype that h5py gives to arrays of `datatype`, with h5py's metadata.

    Raises UnsupportedError for what purehdf does not read.
    """
    return _memory(datatype)


@_memory.register
def _fixed_point(datatype: FixedPoint) -> Dtype:
    standard = datatype.bit_offset == 0 and datatype.bit_precision == 8 * datatype.size
    if not standard or datatype.size not in (1, 2, 4, 8):
        raise _unsupported(f"integers of {datatype.bit_precision} bits in {datatype.size} bytes")
    return np.dtype(f"{datatype.byte_order}{'i' if datatype.signed else 'u'}{datatype.size}")


@_memory.register
def _bit_field(datatype: BitField) -> Dtype:
    if (
        datatype.bit_offset
        or datatype.bit_precision != 8 * datatype.size
        or datatype.size not in (1, 2, 4, 8)
    ):
        raise _unsupported(f"bitfields of {datatype.bit_precision} bits in {datatype.size} bytes")
    return np.dtype(f"{datatype.byte_order}u{datatype.size}")


@_memory.register
def _floating_point(datatype: FloatingPoint) -> Dtype:
    form = (
        datatype.bit_precision,
        datatype.sign_location,
        datatype.exponent_location,
        datatype.exponent_size,
        datatype.exponent_bias,
        datatype.mantissa_size,
    )
    whole = (
        not datatype.bit_offset
        and not datatype.mantissa_location
        and datatype.mantissa_normalization == 2
    )
    if _IEEE.get(datatype.size) != form or not whole or datatype.byte_order == "vax":
        raise _unsupported("floating-point numbers that are not IEEE half, single or double")
    return np.dtype(f"{datatype.byte_order}f{datatype.size}")


@_memory.register
def _string(datatype: String) -> Dtype:
    return string_dtype("utf-8" if datatype.character_set else "ascii", datatype.size)


@_memory.register
def _opaque(datatype: Opaque) -> Dtype:
    if datatype.tag.startswith(b"NUMPY:"):  # h5py's convention for datetime64 and timedelta64
        try:
            dtype = np.dtype(datatype.tag[6:].decode("ascii", "replace"))
        except TypeError:
            dtype = np.dtype("V1")
        if dtype.kind in "mM" and dtype.itemsize == datatype.size:
            return np.dtype(dtype, metadata={"h5py_opaque": True})
    return np.dtype(f"V{datatype.size}")


@_memory.register
def _compound(datatype: Compound) -> Dtype:
    return _complex(datatype) or _structure(
        datatype, memory_dtype, _memory_offsets(datatype), memory_size(datatype)
    )


def _complex(datatype: Compound) -> Dtype | None:
    """Two equal floats named r and i are how h5py and others write complex numbers."""
    if [m.name for m in datatype.members] != [b"r", b"i"]:
        return None
    real, imaginary = datatype.members
    if not isinstance(real.datatype, FloatingPoint) or real.datatype != imaginary.datatype:
        return None
    part = memory_dtype(real.datatype)
    packed = (real.offset, imaginary.offset, datatype.size) == (0, part.itemsize, 2 * part.itemsize)
    if part.itemsize < 4 or not packed:
        return None
    return np.dtype(f"{part.str[0]}c{2 * part.itemsize}")


@_memory.register
def _reference(datatype: ReferenceType) -> Dtype:
    if datatype.kind > 1:
        raise _unsupported("references of HDF5 1.12")
    return np.dtype("O", metadata={"ref": RegionReference if datatype.kind else Reference})


@_memory.register
def _enumeration(datatype: Enumeration) -> Dtype:
    base = memory_dtype(datatype.base)
    if base.kind not in "iu":
        raise _unsupported("enumerations of anything but integers")
    numbers = np.frombuffer(b"".join(datatype.values), base).tolist()
    members = dict(zip(datatype.names, numbers, strict=True))
    if members == _BOOLEAN:
        return np.dtype(bool)
    return enum_dtype({text(name): value for name, value in members.items()}, base)


@_memory.register
def _variable_length(datatype: VariableLength) -> Dtype:
    if datatype.is_string:
        return string_dtype("utf-8" if datatype.character_set else "ascii")
    return vlen_dtype(memory_dtype(datatype.base))


@_memory.register
def _array(datatype: Array) -> Dtype:
    return np.dtype((memory_dtype(datatype.base), datatype.shape))
