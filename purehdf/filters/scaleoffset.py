"""Filter 6, scale-offset: differences to the smallest value, in the fewest bits that hold them.

The parameters are: scale type, scale factor, number of elements, class, size, sign, byte
order, whether there is a fill value, and that value.  A chunk starts with the number of
bits and the smallest value; the differences follow at byte 21, most significant bit
first.  Where there is a fill value, a difference of all ones stands for it.  Floating-point
values were multiplied by a power of ten and rounded first (the D-scale method).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import FormatError, TruncatedError, UnsupportedError
from ..format.buffer import Buffer
from .bits import sliding_words, take_bits
from .packages import check_size

__all__ = ["decode"]

_D_SCALE, _E_SCALE, _INTEGER = 0, 1, 2
_PACKED = 21  # where the differences start
_BLOCK = 1 << 16  # values unpacked at a time


class _Parameters(NamedTuple):
    scale_type: int
    scale_factor: int
    number: int  # of elements
    is_float: int
    size: int
    signed: int
    big_endian: int
    has_fill: int


def decode(data: Buffer, parameters: tuple[int, ...], limit: int) -> Buffer:
    """Return the elements in the byte order of the dataset's type."""
    how = _check(parameters)
    if not how.is_float and how.scale_factor == 8 * how.size:
        return data  # all bits are kept
    check_size("scale-offset", how.number * how.size, limit)
    bits, smallest = _header(data, how)
    if bits == 8 * how.size:
        raw = np.frombuffer(data, f"<u{how.size}", how.number, _PACKED)
        values: NDArray[np.generic] = raw
    else:
        raw = _differences(data, how, bits)
        fill = int.from_bytes(b"".join(p.to_bytes(4, "little") for p in parameters[8:10]), "little")
        restore = _restore_floats if how.is_float else _restore_integers
        values = restore(raw, how, bits, smallest, fill)
    return values.astype(values.dtype.newbyteorder(">" if how.big_endian else "<")).tobytes()


def _check(parameters: tuple[int, ...]) -> _Parameters:
    if len(parameters) < 8:
        raise TruncatedError(
            "too few parameters",
            structure="scale-offset filter",
            expected=20,
            found=len(parameters),
        )
    how = _Parameters(*parameters[:8])
    if how.scale_type == _E_SCALE:
        raise UnsupportedError("scale-offset with the E-scale method", section="IV.A.2.l")
    if how.is_float > 1 or how.scale_type != (_D_SCALE if how.is_float else _INTEGER):
        raise FormatError(
            "the scale type does not fit the class",
            structure="scale-offset filter",
            found=f"{how.scale_type} for class {how.is_float}",
        )
    if how.size not in ((4, 8) if how.is_float else (1, 2, 4, 8)):
        raise FormatError("impossible size", structure="scale-offset filter", found=how.size)
    if how.big_endian > 1:
        raise FormatError("no byte order", structure="scale-offset filter", found=how.big_endian)
    if len(parameters) < 8 + (-(-how.size // 4) if how.has_fill == 1 else 0):
        raise TruncatedError("no room for the fill value", structure="scale-offset filter")
    return how


def _header(data: Buffer, how: _Parameters) -> tuple[int, int]:
    """Bits of a difference, and the bytes of the smallest value as an unsigned integer."""
    bits = int.from_bytes(data[:4], "little")
    if bits > 8 * how.size:
        raise FormatError(
            "more bits than an element has",
            structure="scale-offset filter",
            expected=f"at most {8 * how.size}",
            found=bits,
        )
    needed = _PACKED + -(-how.number * bits // 8)
    if len(data) < needed:
        raise TruncatedError(
            "too few bytes", structure="scale-offset filter", expected=needed, found=len(data)
        )
    return bits, int.from_bytes(data[5 : 5 + min(data[4], 8)], "little")


def _differences(data: Buffer, how: _Parameters, bits: int) -> NDArray[np.unsignedinteger]:
    out = np.zeros(how.number, f"<u{how.size}")
    if bits:
        words = sliding_words(memoryview(data)[_PACKED:])
        for start in range(0, how.number, _BLOCK):
            stop = min(start + _BLOCK, how.number)
            out[start:stop] = take_bits(words, np.arange(start, stop, dtype=np.int64) * bits, bits)
    return out


def _restore_integers(
    raw: NDArray[np.unsignedinteger], how: _Parameters, bits: int, smallest: int, fill: int
) -> NDArray[np.generic]:
    """Add the smallest value, modulo the size: so the sign does not matter."""
    kind, modulus = raw.dtype.type, 1 << 8 * how.size
    values = raw + kind(smallest % modulus)
    if how.has_fill == 1:
        values[raw == kind((1 << bits) - 1)] = kind(fill % modulus)
    return values


def _restore_floats(
    raw: NDArray[np.unsignedinteger], how: _Parameters, bits: int, smallest: int, fill: int
) -> NDArray[np.generic]:
    """Scale back and add the smallest value, in the arithmetic of the type."""
    kind = np.dtype(f"<f{how.size}")

    def as_float(bytes_of: int) -> np.generic:
        value: np.generic = np.frombuffer(bytes_of.to_bytes(8, "little"), kind, 1)[0]
        return value

    exponent = how.scale_factor - (how.scale_factor >> 31 << 32)
    with np.errstate(all="ignore"):
        scaled = raw.view(f"<i{how.size}").astype(kind)
        values: NDArray[np.floating] = scaled / _power_of_ten(exponent, kind) + as_float(smallest)
    if how.has_fill == 1:
        values[raw == raw.dtype.type((1 << bits) - 1)] = as_float(fill)
    return values


def _power_of_ten(exponent: int, kind: np.dtype[np.generic]) -> np.generic:
    try:
        power = 10.0**exponent
    except OverflowError:
        power = np.inf
    with np.errstate(over="ignore"):
        return kind.type(power)
