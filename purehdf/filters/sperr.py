"""Filter 32028, sperr: a field of floats in two or three dimensions, and what it misses.

Parameters: rank, type and version of the framing, packed; the mode, with a bit for the order
of the extents; two or three extents, all above one.  Since version 1 of the framing, the
chunk says first how missing values were marked, and where they are.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import FormatError, TruncatedError, UnsupportedError
from ..format.buffer import Buffer
from .packages import check_size, find_package, guard

__all__ = ["decode"]

_VERSIONS = (0, 1)
_HEADER = 14  # bytes of a volume: version, flags and extents
_CONDITIONER = 17  # bytes: flags, mean and step
_CODE = 9
_SEVERAL, _CONSTANT = 0x10, 0x01
_MOST_BITS = 4
_NAN_BITS = {4: 0x7FC00001, 8: 0x7FF8000000000001}
_WORD = 32
_UNIFORM = (bytes(_WORD), b"\1" * _WORD)


class _Field(NamedTuple):
    shape: tuple[int, ...]  # the fastest dimension last
    dtype: np.dtype[Any]
    version: int

    @property
    def values(self) -> int:
        return int(np.prod(self.shape, dtype=object))


class _Missing(NamedTuple):
    value: NDArray[Any]
    places: NDArray[np.bool_]


def decode(data: Buffer, parameters: tuple[int, ...], limit: int) -> Buffer:
    """Decompress the field, and put the missing values back."""
    field = _parse(parameters)
    check_size("sperr", field.values * field.dtype.itemsize, limit)
    source = bytes(data)
    missing, start = _missing(source, field) if field.version else (None, 0)
    stream = source[start:]
    _check_stream(stream, field)
    module = find_package("sperr", 32028, parameters, "imagecodecs")
    out = guard(
        "sperr",
        module.sperr_decode,
        stream,
        shape=field.shape,
        dtype=field.dtype.newbyteorder("="),
        header=len(field.shape) == 3,
        numthreads=1,
    )
    if out.shape != field.shape or out.dtype.itemsize != field.dtype.itemsize:
        raise FormatError(
            "not the field of the parameters",
            structure="sperr filter",
            expected=f"{field.dtype} {field.shape}",
            found=f"{out.dtype} {out.shape}",
        )
    values = out.astype(field.dtype, copy=False).ravel()
    if missing:
        values[missing.places] = missing.value
    return bytes(values.tobytes())


def _parse(parameters: tuple[int, ...]) -> _Field:
    packed = parameters[0] if parameters else 0
    rank = packed & 3
    if rank not in (2, 3) or len(parameters) != 2 + rank or min(parameters[2:]) < 2:
        raise FormatError("impossible parameters", structure="sperr filter", found=list(parameters))
    version = packed >> 10 & 0x3F
    if version not in _VERSIONS:
        raise UnsupportedError(
            "unknown version of the framing",
            structure="sperr filter",
            expected=list(_VERSIONS),
            found=version,
        )
    extents = parameters[2:]
    # The first extent is the fastest dimension, unless the writer had them swapped.
    shape = extents if parameters[1] >> 31 else extents[::-1]
    return _Field(shape, np.dtype("<f4" if packed & 0x10 else "<f8"), version)


def _check_stream(stream: bytes, field: _Field) -> None:
    """Look at all that the decoder takes on trust: lengths, and the shape of a volume."""
    if len(field.shape) == 2:
        return _check_codes(stream, field)
    if len(stream) < _HEADER + 4:
        raise _short("header of the volume")
    shape = tuple(np.frombuffer(stream, "<u4", 3, offset=2)[::-1].tolist())
    if shape != field.shape:
        raise FormatError(
            "not the shape of the parameters",
            structure="sperr filter",
            expected=field.shape,
            found=shape,
        )
    if stream[1] & _SEVERAL:
        # The filter writes a chunk of the file as one piece.
        raise UnsupportedError("a volume of several pieces", structure="sperr filter")
    size = int.from_bytes(stream[_HEADER : _HEADER + 4], "little")
    if size > len(stream) - _HEADER - 4:
        raise _short("piece")
    return _check_codes(stream[_HEADER + 4 :][:size], field)


def _check_codes(codes: bytes, field: _Field) -> None:
    """Coefficients, then outliers: each says its bit planes (1 byte) and its bits (8)."""
    position = _CONDITIONER
    if len(codes) < position:
        raise _short("mean and step")
    if codes[0] & _CONSTANT:
        if int.from_bytes(codes[1:9], "little") != field.values:
            raise FormatError("impossible number of values", structure="sperr filter")
        return
    if len(codes) < position + _CODE:
        raise _short("coefficients")
    while position + _CODE <= len(codes):
        planes = codes[position]
        bits = int.from_bytes(codes[position + 1 : position + _CODE], "little")
        # A plane takes about two bits of a value: its own, and its part of the sets around it.
        if planes > 64 or bits > _MOST_BITS * (planes + 1) * field.values:
            raise FormatError("impossible size of the code", structure="sperr filter", found=bits)
        position += _CODE + -(-bits // 8)


def _short(what: str) -> TruncatedError:
    return TruncatedError(f"no room for the {what}", structure="sperr filter")


def _missing(data: bytes, field: _Field) -> tuple[_Missing | None, int]:
    """Value and places of what is missing, and where the stream begins."""
    mode, width = (data[0] if data else None), field.dtype.itemsize
    if mode == 0:
        return None, 1
    if mode == 1:
        value = np.array(_NAN_BITS[width], f"<u{width}").view(field.dtype)
        start = 1
    elif mode == 2 and len(data) > width:
        value = np.frombuffer(data, field.dtype, 1, offset=1)
        start = 1 + width
    else:
        raise FormatError("unknown kind of missing values", structure="sperr filter", found=mode)
    places, start = _places(data, start, field.values)
    return _Missing(value, places), start


def _places(data: bytes, start: int, count: int) -> tuple[NDArray[np.bool_], int]:
    """Expand a bit mask, 32 values at a time: the usual word, the opposite one, or any."""
    size = int.from_bytes(data[start : start + 4], "little")
    stop = start + -(-size // 8)
    if size <= _WORD or stop > len(data):
        raise TruncatedError("the mask ends early", structure="sperr filter")
    octets = np.frombuffer(data, np.uint8, stop - start, offset=start)
    bits = np.unpackbits(octets, count=size, bitorder="little").tobytes()
    usual = bits[_WORD]
    position = _WORD + 1
    words: list[bytes] = []
    while position < size and len(words) * _WORD < count:
        kind = bits[position : position + 2]
        if not kind[0]:
            words.append(_UNIFORM[usual])
            position += 1
        elif kind == b"\1\0":
            words.append(_UNIFORM[1 - usual])
            position += 2
        else:
            words.append(bits[position + 2 : position + 2 + _WORD])
            position += 2 + _WORD
    mask = np.frombuffer(b"".join(words), np.bool_)
    if len(mask) < count:
        raise TruncatedError("the mask ends early", structure="sperr filter")
    return mask[:count], stop
