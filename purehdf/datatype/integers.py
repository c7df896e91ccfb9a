"""Integers, bit fields and times (classes 0, 4 and 2): any size, precision and bit offset.

h5py gives the numpy integer of the element's size.  Where numpy has none, so that h5py
refuses, the next larger one holds the value; an integer of more than 64 bits becomes a
Python int in an object array.  Nothing is ever lost.  Times, which h5py does not read,
are integers with a sign: seconds, wherever writers have used them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..format.datatypes import BitField, FixedPoint, Time
from .bits import AnyArray, bit_field, little_endian

__all__ = ["Integer", "integer_dtype", "is_plain_integer", "read_integers"]

Integer = FixedPoint | BitField | Time
_SIZES = (1, 2, 4, 8)


def is_plain_integer(datatype: Integer) -> bool:
    """Whether numpy reads the bytes as they are."""
    if datatype.size not in _SIZES or _bit_offset(datatype):
        return False
    if datatype.size == 1 and datatype.byte_order == ">" and isinstance(datatype, FixedPoint):
        return True  # libhdf5 swaps its one byte, and does not look at the precision
    return datatype.bit_precision == 8 * datatype.size


def integer_dtype(datatype: Integer) -> np.dtype[Any]:
    """The numpy integer that holds every value, in the byte order of the file."""
    if datatype.bit_precision > 64:
        return np.dtype("O")
    size = next((n for n in _SIZES if n >= datatype.size), _SIZES[-1])
    return np.dtype(f"{datatype.byte_order}{'i' if _signed(datatype) else 'u'}{size}")


def read_integers(datatype: Integer, raw: AnyArray) -> AnyArray:
    """Return the values of `raw`, elements of ``datatype.size`` bytes, in the same shape."""
    dtype = integer_dtype(datatype)
    if is_plain_integer(datatype):
        return raw.view(dtype)
    table = little_endian(raw, datatype.byte_order)
    if dtype.hasobject:
        return _python_ints(datatype, table).reshape(raw.shape)
    values: AnyArray = bit_field(table, _bit_offset(datatype), datatype.bit_precision)
    if _signed(datatype):
        unused = 64 - datatype.bit_precision
        values = (values << np.uint64(unused)).view(np.int64) >> np.int64(unused)
    return values.astype(dtype).reshape(raw.shape)


def _python_ints(datatype: Integer, table: AnyArray) -> AnyArray:
    offset, precision = _bit_offset(datatype), datatype.bit_precision
    sign = 1 << (precision - 1) if _signed(datatype) else 0
    out = np.empty(len(table), object)
    for i, row in enumerate(table):
        value = int.from_bytes(row.tobytes(), "little") >> offset & ((1 << precision) - 1)
        out[i] = (value ^ sign) - sign
    return out


def _bit_offset(datatype: Integer) -> int:
    return 0 if isinstance(datatype, Time) else datatype.bit_offset


def _signed(datatype: Integer) -> bool:
    return isinstance(datatype, Time) or (isinstance(datatype, FixedPoint) and datatype.signed)
