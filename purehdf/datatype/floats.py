"""Floating-point numbers, described by their fields (class 1).

As in h5py, the dtype is the smallest numpy float that is as large as the element and has
its exponents and mantissas, so nothing is lost.  Values are those that libhdf5 converts
to, bit for bit: every NaN becomes the one with all bits of the mantissa set.  A format
that no float of this machine's numpy can hold (128 bits, mostly) is refused, as by h5py.

``longdouble`` is read as it is where numpy's has the format of the file.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np

from ..errors import UnsupportedError
from ..format.datatypes import FloatingPoint
from .bits import AnyArray, bit_field, little_endian

__all__ = ["complex_dtype", "float_dtype", "is_plain_float", "read_floats"]

Dtype = np.dtype[Any]
_NOT_NORMALIZED, _IMPLIED = 0, 2


class _Format(NamedTuple):
    """The fields of a numpy float, as a datatype of the file would describe them."""

    precision: int
    normalization: int
    sign: int
    exponent: int
    exponent_size: int
    mantissa: int
    mantissa_size: int
    bias: int


def _ieee(precision: int, exponent_size: int) -> _Format:
    mantissa = precision - 1 - exponent_size
    bias = (1 << (exponent_size - 1)) - 1
    return _Format(precision, _IMPLIED, precision - 1, mantissa, exponent_size, 0, mantissa, bias)


_X87 = _Format(80, _NOT_NORMALIZED, 79, 64, 15, 0, 64, 16383)
_LONG_DOUBLES = {63: _X87, 112: _ieee(128, 15)}  # by numpy's nmant; else it is a double
_FORMATS = {"e": _ieee(16, 5), "f": _ieee(32, 8), "d": _ieee(64, 11)}
if (_long := _LONG_DOUBLES.get(int(np.finfo("g").nmant))) is not None:
    _FORMATS["g"] = _long


@cache
def _code(datatype: FloatingPoint) -> str:
    """The type code of the smallest numpy float that holds every value."""
    bias, exponents = datatype.exponent_bias, 1 << datatype.exponent_size
    for code, form in _FORMATS.items():
        if (
            np.dtype(code).itemsize >= datatype.size
            and datatype.mantissa_size <= form.mantissa_size
            and exponents - bias <= form.bias + 2
            and bias <= form.bias
        ):
            return code
    raise UnsupportedError(
        f"numpy has no float here with {datatype.mantissa_size} bits of mantissa and "
        f"{datatype.exponent_size} bits of exponent, bias {bias}",
        structure="datatype message",
        section="IV.A.2.d",
    )


@cache
def float_dtype(datatype: FloatingPoint) -> Dtype:
    """The numpy float that holds every value, in the byte order of the file.

    Raises UnsupportedError where numpy has none.
    """
    return np.dtype(_code(datatype)).newbyteorder(">" if datatype.byte_order == ">" else "<")


def complex_dtype(datatype: FloatingPoint) -> Dtype:
    """The numpy complex number of two such floats."""
    part = float_dtype(datatype)
    size = max(part.itemsize, 4)  # numpy has no complex number of half floats
    return np.dtype(f"{part.str[0]}c{2 * size}")


@cache
def is_plain_float(datatype: FloatingPoint) -> bool:
    """Whether numpy reads the bytes as they are."""
    code = _code(datatype)
    # libhdf5 converts, and with it every NaN, where only the padding differs.
    padded = datatype.low_padding or datatype.high_padding or datatype.internal_padding
    if datatype.size != np.dtype(code).itemsize or datatype.bit_offset or padded:
        return False
    fields = _Format(
        datatype.bit_precision,
        datatype.mantissa_normalization,
        datatype.sign_location,
        datatype.exponent_location,
        datatype.exponent_size,
        datatype.mantissa_location,
        datatype.mantissa_size,
        datatype.exponent_bias,
    )
    return fields == _FORMATS[code] and datatype.byte_order != "vax"


def read_floats(datatype: FloatingPoint, raw: AnyArray) -> AnyArray:
    """Return the values of `raw`, elements of ``datatype.size`` bytes, in the same shape."""
    dtype, code = float_dtype(datatype), _code(datatype)
    if is_plain_float(datatype):
        return raw.view(dtype)
    table = little_endian(raw, datatype.byte_order)
    exponent = bit_field(table, datatype.exponent_location, datatype.exponent_size).view(np.int64)
    mantissa = _mantissa(datatype, table, "g" if code == "g" else "d")
    special = exponent == (1 << datatype.exponent_size) - 1
    infinite = special & _is_infinity(datatype, mantissa)
    out: AnyArray = _value(datatype, exponent, mantissa, special).astype(code)
    out[special] = _nan(code)
    out[infinite] = np.inf
    negative = bit_field(table, datatype.sign_location, 1).astype(bool)
    np.copysign(out, np.where(negative, -1, 1).astype(code), out=out)
    return np.asarray(out.astype(dtype).reshape(raw.shape))


def _mantissa(datatype: FloatingPoint, table: AnyArray, work: str) -> AnyArray:
    """The mantissa as an integral float; ``work`` has room for all of its bits."""
    location, left = datatype.mantissa_location, datatype.mantissa_size
    out, scale = np.zeros(len(table), work), 0
    while left > 0:
        width = min(left, 32)
        out += np.ldexp(bit_field(table, location, width).astype(work), scale)
        location, left, scale = location + width, left - width, scale + width
    return out


def _is_infinity(datatype: FloatingPoint, mantissa: AnyArray) -> AnyArray:
    """With all bits of the exponent set: whether the fraction is zero."""
    if datatype.mantissa_normalization == _IMPLIED:
        return np.asarray(mantissa == 0)
    return np.asarray((mantissa == 0) | (mantissa == 2.0 ** (datatype.mantissa_size - 1)))


def _value(
    datatype: FloatingPoint, exponent: AnyArray, mantissa: AnyArray, special: AnyArray
) -> AnyArray:
    """The magnitude of finite numbers: mantissa times two to the exponent, exactly."""
    size, bias = datatype.mantissa_size, datatype.exponent_bias
    if datatype.mantissa_normalization == _IMPLIED:
        mantissa = mantissa + np.where(exponent > 0, 2.0**size, 0).astype(mantissa.dtype)
        exponent = np.maximum(exponent, 1) - (bias + size)
    else:
        # No bit of the mantissa is set though the exponent is: libhdf5's answer.
        empty = (mantissa == 0) & (exponent > 0)
        mantissa = np.where(empty, 0.5, mantissa).astype(mantissa.dtype)
        exponent = exponent - (bias + size - 1)
    return np.asarray(np.ldexp(mantissa, np.where(special, 0, exponent).astype(np.int32)))


def _nan(code: str) -> Any:
    """The positive NaN with all bits of the mantissa set."""
    ones = _FORMATS[code].precision // 8 - 1
    little = (b"\xff" * ones + b"\x7f").ljust(np.dtype(code).itemsize, b"\0")
    return np.frombuffer(little, np.dtype(code).newbyteorder("<")).astype(code)[0]
