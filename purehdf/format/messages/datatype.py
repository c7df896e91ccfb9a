"""Datatype message (IV.A.2.d): how the bytes of one element are to be read.

A type is a tree of frozen records, one class for each datatype class.  They say what
the file says; ``purehdf.datatype`` finds the numpy dtype for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ...errors import FormatError, LimitError, VersionError
from ..cursor import Cursor
from ..datatypes import (
    Array,
    BitField,
    Complex,
    Compound,
    Datatype,
    Enumeration,
    FixedPoint,
    FloatingPoint,
    Member,
    Opaque,
    Reference,
    String,
    Time,
    VariableLength,
)
from ..structure import structure

__all__ = ["decode_datatype"]

_SECTION = "IV.A.2.d"
_NUMBERS = (0, 1, 2, 4)  # fixed-point, floating-point, time, bit field
_LARGEST_NUMBER = 1024  # bytes


class _Head(NamedTuple):
    """The eight bytes that every datatype begins with."""

    version: int
    bits: int  # class bit field, 24 bits
    size: int
    depth: int

    def bit(self, i: int) -> bool:
        return bool(self.bits >> i & 1)


@structure("datatype message", _SECTION)
def decode_datatype(cursor: Cursor, depth: int = 0) -> Datatype:
    """Decode a datatype of version 1 to 5, with all the types inside it."""
    limit = cursor.limits.datatype_depth
    if depth > limit:
        raise LimitError("types nested too deep", expected=f"at most {limit}", found=depth)
    first = cursor.uint(1, "class and version")
    number, version = first & 0x0F, first >> 4
    if not 1 <= version <= 5:
        raise VersionError("unknown version", field="version", expected="1 to 5", found=version)
    head = _Head(version, cursor.uint(3, "class bit field"), cursor.uint(4, "size"), depth)
    if number not in _CLASSES:
        raise FormatError("unknown class", field="class", expected="0 to 11", found=number)
    if not 0 < head.size < 1 << 31:  # the library refuses zero, and numpy what is larger
        raise FormatError(
            "impossible size", field="size", expected="1 to 2147483647", found=head.size
        )
    if number in _NUMBERS and head.size > _LARGEST_NUMBER:
        raise LimitError(
            "a number of too many bytes",
            field="size",
            expected=f"at most {_LARGEST_NUMBER}",
            found=head.size,
        )
    return _CLASSES[number](cursor, head)


def _order(head: _Head) -> str:
    return ">" if head.bit(0) else "<"


def _check_bits(head: _Head, field: str, location: int, width: int) -> None:
    """Refuse a field of no bits, or one that reaches beyond the element."""
    if width == 0 or location + width > 8 * head.size:
        raise FormatError(
            "bits beyond the element",
            field=field,
            expected=f"1 to {8 * head.size} bits",
            found=f"{width} from bit {location}",
        )


def _offset_and_precision(cursor: Cursor, head: _Head) -> tuple[int, int]:
    offset, precision = cursor.uint(2, "bit offset"), cursor.uint(2, "bit precision")
    _check_bits(head, "bit precision", offset, precision)
    return offset, precision


def _fixed_point(cursor: Cursor, head: _Head) -> FixedPoint:
    offset, precision = _offset_and_precision(cursor, head)
    return FixedPoint(
        head.size,
        byte_order=_order(head),
        low_padding=head.bits >> 1 & 1,
        high_padding=head.bits >> 2 & 1,
        bit_offset=offset,
        bit_precision=precision,
        signed=head.bit(3),
    )


def _floating_point(cursor: Cursor, head: _Head) -> FloatingPoint:
    orders = {(False, False): "<", (True, False): ">", (True, True): "vax"}
    order = orders.get((head.bit(0), head.version >= 3 and head.bit(6)))
    if order is None:
        raise FormatError(
            "reserved byte order",
            field="class bit field",
            expected="bits 6 and 0 as 00, 01 or 11",
            found="10",
        )
    normalization = head.bits >> 4 & 3
    if normalization == 3:
        raise FormatError(
            "reserved normalization", field="class bit field", expected="0 to 2", found=3
        )
    datatype = FloatingPoint(
        head.size,
        byte_order=order,
        low_padding=head.bits >> 1 & 1,
        high_padding=head.bits >> 2 & 1,
        internal_padding=head.bits >> 3 & 1,
        mantissa_normalization=normalization,
        sign_location=head.bits >> 8 & 0xFF,
        bit_offset=cursor.uint(2, "bit offset"),
        bit_precision=cursor.uint(2, "bit precision"),
        exponent_location=cursor.uint(1, "exponent location"),
        exponent_size=cursor.uint(1, "exponent size"),
        mantissa_location=cursor.uint(1, "mantissa location"),
        mantissa_size=cursor.uint(1, "mantissa size"),
        exponent_bias=cursor.uint(4, "exponent bias"),
    )
    _check_bits(head, "sign location", datatype.sign_location, 1)
    _check_bits(head, "exponent size", datatype.exponent_location, datatype.exponent_size)
    _check_bits(head, "mantissa size", datatype.mantissa_location, datatype.mantissa_size)
    return datatype


def _time(cursor: Cursor, head: _Head) -> Time:
    precision = cursor.uint(2, "bit precision")
    _check_bits(head, "bit precision", 0, precision)
    return Time(head.size, byte_order=_order(head), bit_precision=precision)


def _string(cursor: Cursor, head: _Head) -> String:
    return String(head.size, padding=head.bits & 0xF, character_set=head.bits >> 4 & 0xF)


def _bit_field(cursor: Cursor, head: _Head) -> BitField:
    offset, precision = _offset_and_precision(cursor, head)
    return BitField(
        head.size,
        byte_order=_order(head),
        low_padding=head.bits >> 1 & 1,
        high_padding=head.bits >> 2 & 1,
        bit_offset=offset,
        bit_precision=precision,
    )


def _opaque(cursor: Cursor, head: _Head) -> Opaque:
    tag = cursor.raw(head.bits & 0xFF, "ASCII tag")
    return Opaque(head.size, tag=tag.split(b"\0")[0])


def _compound(cursor: Cursor, head: _Head) -> Compound:
    count = head.bits & 0xFFFF
    if count == 0 or count > head.size:  # a member has at least one byte
        raise FormatError(
            "impossible number of members",
            field="class bit field",
            expected=f"1 to {head.size}",
            found=count,
        )
    return Compound(head.size, members=tuple(_member(cursor, head) for _ in range(count)))


def _member(cursor: Cursor, head: _Head) -> Member:
    name = cursor.text("member name", padded_to=1 if head.version >= 3 else 8)
    width = 4 if head.version < 3 else (max(head.size, 1).bit_length() + 7) // 8
    begin = cursor.offset
    offset = cursor.uint(width, "byte offset of member")
    shape: tuple[int, ...] = ()
    if head.version == 1:
        shape = _member_shape(cursor)
    datatype: Datatype = decode_datatype(cursor, head.depth + 1)
    if shape:
        size = datatype.size
        for n in shape:
            size *= n
        datatype = Array(size, base=datatype, shape=shape)
    if offset + datatype.size > head.size:
        raise FormatError(
            "member reaches beyond its compound",
            field="byte offset of member",
            expected=f"at most {head.size - datatype.size}",
            found=offset,
            offset=begin,
        )
    return Member(name, offset, datatype)


def _member_shape(cursor: Cursor) -> tuple[int, ...]:
    """Version 1 keeps the shape of an array member in the member's own record."""
    rank = cursor.uint(1, "dimensionality")
    if rank > 4:
        raise FormatError(
            "too many dimensions", field="dimensionality", expected="at most 4", found=rank
        )
    cursor.skip(3, "reserved")
    cursor.uint(4, "dimension permutation")
    cursor.skip(4, "reserved")
    return tuple(cursor.uint(4, f"dimension {i} size") for i in range(4))[:rank]


def _reference(cursor: Cursor, head: _Head) -> Reference:
    return Reference(head.size, kind=head.bits & 0xF, encoding=head.bits >> 4 & 0xF)


def _enumeration(cursor: Cursor, head: _Head) -> Enumeration:
    base = decode_datatype(cursor, head.depth + 1)
    if base.size != head.size:
        raise FormatError(
            "size is not that of its base", field="size", expected=base.size, found=head.size
        )
    count, padded = head.bits & 0xFFFF, 1 if head.version >= 3 else 8
    names = [cursor.text("name", padded_to=padded) for _ in range(count)]
    values = [cursor.raw(base.size, "value") for _ in range(count)]
    return Enumeration(head.size, base=base, names=tuple(names), values=tuple(values))


def _variable_length(cursor: Cursor, head: _Head) -> VariableLength:
    return VariableLength(
        head.size,
        is_string=head.bits & 0xF == 1,
        padding=head.bits >> 4 & 0xF,
        character_set=head.bits >> 8 & 0xF,
        base=decode_datatype(cursor, head.depth + 1),
    )


def _array(cursor: Cursor, head: _Head) -> Array:
    rank = cursor.uint(1, "dimensionality")
    if rank > 32:
        raise FormatError(
            "too many dimensions", field="dimensionality", expected="at most 32", found=rank
        )
    if head.version < 3:
        cursor.skip(3, "reserved")
    shape = tuple(cursor.uint(4, f"dimension {i} size") for i in range(rank))
    if head.version < 3:
        for i in range(rank):
            cursor.uint(4, f"permutation index {i}")
    base = decode_datatype(cursor, head.depth + 1)
    size = base.size
    for n in shape:
        size *= n
    if size != head.size:
        raise FormatError(
            "size is not that of its elements", field="size", expected=size, found=head.size
        )
    return Array(head.size, base=base, shape=shape)


def _complex(cursor: Cursor, head: _Head) -> Complex:
    base = decode_datatype(cursor, head.depth + 1)
    if head.size != 2 * base.size:
        raise FormatError(
            "size is not that of two elements",
            field="size",
            expected=2 * base.size,
            found=head.size,
        )
    return Complex(head.size, base=base, form=head.bits >> 1 & 3)


_CLASSES: dict[int, Callable[[Cursor, _Head], Datatype]] = {
    0: _fixed_point,
    1: _floating_point,
    2: _time,
    3: _string,
    4: _bit_field,
    5: _opaque,
    6: _compound,
    7: _reference,
    8: _enumeration,
    9: _variable_length,
    10: _array,
    11: _complex,
}
