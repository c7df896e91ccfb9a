"""Filter 5, nbit: only the significant bits of each element, packed without gaps.

The parameters are: their number, whether nothing was packed, the number of elements, and
the description of the datatype, which starts with its class and size:

=========  =====================================================================
atomic     1, size, byte order (0 little-endian), precision, offset (in bits)
array      2, size, then the base type
compound   3, size, number of members, then for each its byte offset and its type
no-op      4, size: all bits are kept
=========  =====================================================================

A leaf of that description stands at regular distances, both in the packed bits and in
the elements.  So it is decoded for all elements at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import FormatError, LimitError, TruncatedError
from ..format.buffer import Buffer
from .bits import Words, sliding_words, take_bits
from .packages import check_size

__all__ = ["decode"]

_ATOMIC, _ARRAY, _COMPOUND, _NO_OP = 1, 2, 3, 4
_DEPTH = 64  # nesting of types
_BLOCK = 1 << 16  # values unpacked at a time


class _Run(NamedTuple):
    """`number` equal things, `bits` apart where they are packed, `size` bytes apart where not."""

    number: int
    bits: int
    size: int


@dataclass(frozen=True, slots=True)
class _Leaf:
    """Values of one kind: bits `offset` to `offset + precision` of `size` bytes, repeated."""

    size: int
    big_endian: bool
    precision: int
    offset: int
    bit: int = 0  # where the first one is packed
    byte: int = 0  # where the first one belongs
    runs: tuple[_Run, ...] = ()  # the outermost first

    def moved(self, bits: int, size: int) -> _Leaf:
        return replace(self, bit=self.bit + bits, byte=self.byte + size)

    def repeated(self, run: _Run) -> _Leaf:
        inner = self.runs[0] if self.runs else None
        if inner and run[1:] == (inner.number * inner.bits, inner.number * inner.size):
            runs = (inner._replace(number=run.number * inner.number), *self.runs[1:])
        else:
            runs = (run, *self.runs)
        return replace(self, runs=runs)


class _Type(NamedTuple):
    size: int  # bytes
    bits: int  # when packed
    leaves: list[_Leaf]


def decode(data: Buffer, parameters: tuple[int, ...], limit: int) -> Buffer:
    """Spread the bits: elements in their full size, zeros around their significant bits."""
    if len(parameters) > 1 and parameters[1]:
        return data
    if len(parameters) < 5:
        raise TruncatedError("too few parameters", structure="nbit filter", found=len(parameters))
    count = parameters[2]
    check_size("nbit", count * parameters[4], limit)
    element = _element(parameters)
    if count * element.bits > 8 * len(data):
        raise TruncatedError(
            "too few bytes",
            structure="nbit filter",
            expected=f"{count * element.bits} bits",
            found=f"{8 * len(data)} bits",
        )
    out = np.zeros(count * element.size, np.uint8)
    words = sliding_words(data)
    for leaf in element.leaves:
        _unpack(words, out, leaf.repeated(_Run(count, element.bits, element.size)))
    return out.data


@lru_cache(maxsize=64)  # the chunks of a dataset have the same one
def _element(parameters: tuple[int, ...]) -> _Type:
    return _describe(iter(parameters[3:]), _DEPTH)


def _describe(parameters: Iterator[int], depth: int) -> _Type:
    try:
        kind, size = next(parameters), next(parameters)
        if not depth:
            raise LimitError(f"types nested deeper than {_DEPTH}", structure="nbit filter")
        if not size:
            raise FormatError("a type of no bytes", structure="nbit filter")
        if kind == _ATOMIC:
            return _atomic(size, next(parameters), next(parameters), next(parameters))
        if kind == _NO_OP:
            return _array(size, _atomic(1, 0, 8, 0))
        if kind == _ARRAY:
            return _array(size, _describe(parameters, depth - 1))
        if kind == _COMPOUND:
            return _compound(size, next(parameters), parameters, depth - 1)
    except StopIteration:
        raise TruncatedError("the parameters end inside a type", structure="nbit filter") from None
    raise FormatError(
        "unknown class of type", structure="nbit filter", found=kind, expected="1 to 4"
    )


def _atomic(size: int, order: int, precision: int, offset: int) -> _Type:
    if order > 1 or not 0 < precision <= precision + offset <= 8 * size:
        raise FormatError(
            "impossible bits of a type",
            structure="nbit filter",
            expected=f"some of {8 * size}, byte order 0 or 1",
            found=f"{precision} from {offset} on, byte order {order}",
        )
    return _Type(size, precision, [_Leaf(size, order == 1, precision, offset)])


def _array(size: int, base: _Type) -> _Type:
    count = size // base.size
    run = _Run(count, base.bits, base.size)
    return _Type(size, count * base.bits, [leaf.repeated(run) for leaf in base.leaves])


def _compound(size: int, members: int, parameters: Iterator[int], depth: int) -> _Type:
    bits = used = 0
    leaves: list[_Leaf] = []
    for _ in range(members):
        start = next(parameters)
        member = _describe(parameters, depth)
        used += member.size
        if used > size or start + member.size > size:
            raise FormatError("members larger than their compound", structure="nbit filter")
        leaves += [leaf.moved(bits, start) for leaf in member.leaves]
        bits += member.bits
    return _Type(size, bits, leaves)


def _unpack(words: Words, out: NDArray[np.uint8], leaf: _Leaf) -> None:
    """Put all values of a leaf where they belong, up to eight bytes of each at a time."""
    top = leaf.offset + leaf.precision
    total = prod(run.number for run in leaf.runs)
    for start in range(0, total, _BLOCK):
        bits, places = _positions(leaf, start, min(start + _BLOCK, total))
        for byte in range(leaf.offset // 8, -(-top // 8), 8):
            low, high = max(leaf.offset, 8 * byte), min(top, 8 * byte + 64)
            value = take_bits(words, bits + (top - high), high - low)
            value <<= np.uint64(low - 8 * byte)
            octets = value.astype("<u8", copy=False).view(np.uint8).reshape(-1, 8)
            for i in range(byte, -(-high // 8)):
                within = out[leaf.size - 1 - i if leaf.big_endian else i :]
                within[places] = octets[:, i - byte]


def _positions(
    leaf: _Leaf, start: int, stop: int
) -> tuple[NDArray[np.int64], NDArray[np.int64] | slice]:
    """First packed bit and first byte of each of the values from `start` to `stop`."""
    index = np.arange(start, stop, dtype=np.int64)
    if len(leaf.runs) == 1:
        step = leaf.runs[0].size
        first = leaf.byte + start * step
        places = slice(first, first + (stop - start - 1) * step + 1, step)
        return leaf.bit + index * leaf.runs[0].bits, places
    bits = np.full(len(index), leaf.bit, np.int64)
    bytes_ = np.full(len(index), leaf.byte, np.int64)
    for run in leaf.runs[:0:-1]:
        index, i = np.divmod(index, run.number)
        bits += i * run.bits
        bytes_ += i * run.size
    return bits + index * leaf.runs[0].bits, bytes_ + index * leaf.runs[0].size
