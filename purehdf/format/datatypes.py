"""The records of the datatype classes (IV.A.2.d)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .record import Record

__all__ = [
    "Array",
    "BitField",
    "Complex",
    "Compound",
    "Datatype",
    "Enumeration",
    "FixedPoint",
    "FloatingPoint",
    "Member",
    "Opaque",
    "Reference",
    "String",
    "Time",
    "VariableLength",
]


class Datatype(Record):
    """Any datatype; ``size`` is the size of one element in the file, in bytes."""

    size: int

    def inner(self) -> Iterator[Datatype]:
        """The types directly inside this one."""
        return iter(())


class _Bits(Datatype):
    """What numbers made of bits have in common; ``byte_order`` is "<" or ">"."""

    byte_order: str
    low_padding: int
    high_padding: int
    bit_offset: int
    bit_precision: int


class FixedPoint(_Bits):
    """Class 0: an integer of ``bit_precision`` bits, ``bit_offset`` bits into the element."""

    signed: bool


class FloatingPoint(_Bits):
    """Class 1: a number with sign, exponent and mantissa; ``byte_order`` may be "vax"."""

    internal_padding: int
    mantissa_normalization: int
    sign_location: int
    exponent_location: int
    exponent_size: int
    mantissa_location: int
    mantissa_size: int
    exponent_bias: int


class Time(Datatype):
    """Class 2."""

    byte_order: str
    bit_precision: int


class String(Datatype):
    """Class 3: characters in a fixed number of bytes.

    ``padding`` 0 zero-terminated, 1 zero-padded, 2 space-padded; ``character_set`` 0 ASCII,
    1 UTF-8.
    """

    padding: int
    character_set: int


class BitField(_Bits):
    """Class 4."""


class Opaque(Datatype):
    """Class 5: bytes of which only the ``tag`` tells the meaning."""

    tag: bytes


class Member(NamedTuple):
    """A member of a compound type; ``offset`` in bytes from the start of the element."""

    name: bytes
    offset: int
    datatype: Datatype


class Compound(Datatype):
    """Class 6."""

    members: tuple[Member, ...]

    def inner(self) -> Iterator[Datatype]:
        return (member.datatype for member in self.members)


class Reference(Datatype):
    """Class 7: ``kind`` 0 object, 1 dataset region.

    From 2 to 4 those of HDF5 1.12 (object, region, attribute), which have an ``encoding``
    version: there each element says itself of which kind it is.
    """

    kind: int
    encoding: int


class Enumeration(Datatype):
    """Class 8: ``values`` are elements of ``base``, as bytes."""

    base: Datatype
    names: tuple[bytes, ...]
    values: tuple[bytes, ...]

    def inner(self) -> Iterator[Datatype]:
        yield self.base


class VariableLength(Datatype):
    """Class 9: a sequence of ``base``, or a string; the element holds a global heap ID."""

    is_string: bool
    padding: int
    character_set: int
    base: Datatype

    def inner(self) -> Iterator[Datatype]:
        yield self.base


class Array(Datatype):
    """Class 10: ``shape`` elements of ``base``, in C order."""

    base: Datatype
    shape: tuple[int, ...]

    def inner(self) -> Iterator[Datatype]:
        yield self.base


class Complex(Datatype):
    """Class 11: two elements of ``base``; ``form`` 0 is rectangular (real, imaginary)."""

    base: Datatype
    form: int

    def inner(self) -> Iterator[Datatype]:
        yield self.base
