"""Datatype message, versions 1 to 5, all classes (IV.A.2.d).

The first byte holds the version (left digit) and the class (right digit); the next three
are bits that each class has its own use for.
"""

from __future__ import annotations

import pytest

from purehdf.errors import FormatError, LimitError, VersionError
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor
from purehdf.format.datatypes import (
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
from purehdf.format.messages.datatype import decode_datatype

from ..literal import parse
from ..table import Row, Table

INT8 = FixedPoint(1, "<", 0, 0, 0, 8, signed=True)
INT16 = FixedPoint(2, "<", 0, 0, 0, 16, signed=True)
FLOAT32 = FloatingPoint(4, "<", 0, 0, 0, 32, 0, 2, 31, 23, 8, 0, 23, 127)

# What the rows have inside, in full: an int8, and a little-endian IEEE float of 32 bits.
INT8_FIELDS = """
            10                      | class and version
            08 00 00                | class bit field
            01 00 00 00             | size
            00 00                   | bit offset
            08 00                   | bit precision
"""
FLOAT32_FIELDS = """
            11                      | class and version
            20 1f 00                | class bit field
            04 00 00 00             | size
            00 00                   | bit offset
            20 00                   | bit precision
            17                      | exponent location
            08                      | exponent size
            00                      | mantissa location
            17                      | mantissa size
            7f 00 00 00             | exponent bias
"""


class TestNumbers(Table):
    """Classes 0, 1, 2 and 4: fixed-point, floating-point, time, bit field."""

    decode = staticmethod(decode_datatype)
    rows = (
        Row("signed integer of one byte", INT8_FIELDS, INT8),
        Row(
            "big-endian unsigned integer, 12 bits at bit 4, padded with ones",
            """
            30                      | class and version
            07 00 00                | class bit field       # order, low padding, high padding
            02 00 00 00             | size
            04 00                   | bit offset
            0c 00                   | bit precision
            """,
            FixedPoint(2, ">", 1, 1, 4, 12, signed=False),
        ),
        Row("IEEE float of four bytes", FLOAT32_FIELDS, FLOAT32),
        Row(
            "VAX float",
            """
            31                      | class and version
            61 0f 00                | class bit field       # bits 6 and 0: VAX order
            04 00 00 00             | size
            00 00                   | bit offset
            20 00                   | bit precision
            07                      | exponent location
            08                      | exponent size
            00                      | mantissa location
            07                      | mantissa size
            80 00 00 00             | exponent bias
            """,
            FloatingPoint(4, "vax", 0, 0, 0, 32, 0, 2, 15, 7, 8, 0, 7, 128),
        ),
        Row(
            "big-endian time",
            """
            12                      | class and version
            01 00 00                | class bit field
            04 00 00 00             | size
            20 00                   | bit precision
            """,
            Time(4, ">", 32),
        ),
        Row(
            "bit field",
            """
            14                      | class and version
            00 00 00                | class bit field
            01 00 00 00             | size
            02 00                   | bit offset
            03 00                   | bit precision
            """,
            BitField(1, "<", 0, 0, 2, 3),
        ),
    )


class TestBytes(Table):
    """Classes 3, 5 and 7: string, opaque, reference."""

    decode = staticmethod(decode_datatype)
    rows = (
        Row(
            "string of ten bytes, space-padded, UTF-8",
            """
            13                      | class and version
            12 00 00                | class bit field       # character set, padding
            0a 00 00 00             | size
            """,
            String(10, padding=2, character_set=1),
        ),
        Row(
            "opaque, its tag padded to eight bytes",
            """
            15                      | class and version
            08 00 00                | class bit field       # length of the tag
            04 00 00 00             | size
            'a tag' 00*3            | ASCII tag
            """,
            Opaque(4, b"a tag"),
        ),
        Row(
            "opaque without a tag",
            """
            35                      | class and version
            00 00 00                | class bit field
            04 00 00 00             | size
                                    | ASCII tag
            """,
            Opaque(4, b""),
        ),
        Row(
            "object reference",
            """
            17                      | class and version
            00 00 00                | class bit field
            08 00 00 00             | size
            """,
            Reference(8, kind=0, encoding=0),
        ),
        Row(
            "attribute reference of version 4",
            """
            47                      | class and version
            14 00 00                | class bit field       # encoding, kind
            40 00 00 00             | size
            """,
            Reference(64, kind=4, encoding=1),
        ),
    )


class TestCompound(Table):
    """Class 6, whose encoding changed in version 2 and in version 3."""

    decode = staticmethod(decode_datatype)
    rows = (
        Row(
            "version 1: padded names, and an array in the member's own record",
            """
            16                      | class and version
            02 00 00                | class bit field       # number of members
            07 00 00 00             | size
            'a' 00*7                | member name
            00 00 00 00             | byte offset of member
            00                      | dimensionality
            00*3                    | reserved
            00*4                    | dimension permutation
            00*4                    | reserved
            00 00 00 00             | dimension 0 size
            00 00 00 00             | dimension 1 size
            00 00 00 00             | dimension 2 size
            00 00 00 00             | dimension 3 size
            """
            + INT8_FIELDS
            + """
            'eight ch' 00 00*7      | member name
            01 00 00 00             | byte offset of member
            02                      | dimensionality
            00*3                    | reserved
            00*4                    | dimension permutation
            00*4                    | reserved
            02 00 00 00             | dimension 0 size
            03 00 00 00             | dimension 1 size
            00 00 00 00             | dimension 2 size
            00 00 00 00             | dimension 3 size
            """
            + INT8_FIELDS,
            Compound(
                7,
                (Member(b"a", 0, INT8), Member(b"eight ch", 1, Array(6, INT8, (2, 3)))),
            ),
        ),
        Row(
            "version 2: padded names, an offset of four bytes",
            """
            26                      | class and version
            01 00 00                | class bit field
            08 00 00 00             | size
            'x' 00*7                | member name
            04 00 00 00             | byte offset of member
            """
            + FLOAT32_FIELDS,
            Compound(8, (Member(b"x", 4, FLOAT32),)),
        ),
        Row(
            "version 3: no padding, offsets as wide as the size needs",
            """
            36                      | class and version
            02 00 00                | class bit field
            00 01 00 00             | size                  # 256: two bytes
            'x' 00                  | member name
            00 00                   | byte offset of member
            """
            + FLOAT32_FIELDS
            + """
            'y' 00                  | member name
            ff 00                   | byte offset of member
            """
            + INT8_FIELDS,
            Compound(256, (Member(b"x", 0, FLOAT32), Member(b"y", 255, INT8))),
        ),
        Row(
            "version 3: 255 bytes need one byte, 65536 need three",
            """
            36                      | class and version
            01 00 00                | class bit field
            00 00 01 00             | size
            'in' 00                 | member name
            02 01 00                | byte offset of member
            36                      | class and version
            01 00 00                | class bit field
            ff 00 00 00             | size
            'z' 00                  | member name
            fe                      | byte offset of member
            """
            + INT8_FIELDS,
            Compound(65536, (Member(b"in", 258, Compound(255, (Member(b"z", 254, INT8),))),)),
        ),
    )


class TestDerived(Table):
    """Classes 8 to 11: enumeration, variable length, array, complex."""

    decode = staticmethod(decode_datatype)
    rows = (
        Row(
            "enumeration, version 1: padded names",
            """
            18                      | class and version
            02 00 00                | class bit field       # number of members
            01 00 00 00             | size
            """
            + INT8_FIELDS
            + """
            'FALSE' 00*3            | name
            'TRUE' 00*4             | name
            00                      | value
            01                      | value
            """,
            Enumeration(1, INT8, (b"FALSE", b"TRUE"), (b"\0", b"\1")),
        ),
        Row(
            "enumeration, version 3",
            """
            38                      | class and version
            02 00 00                | class bit field
            01 00 00 00             | size
            """
            + INT8_FIELDS
            + """
            'no' 00                 | name
            'yes' 00                | name
            ff                      | value
            01                      | value
            """,
            Enumeration(1, INT8, (b"no", b"yes"), (b"\xff", b"\1")),
        ),
        Row(
            "sequence of variable length",
            """
            19                      | class and version
            00 00 00                | class bit field
            10 00 00 00             | size                  # of what leads to the global heap
            """
            + FLOAT32_FIELDS,
            VariableLength(16, is_string=False, padding=0, character_set=0, base=FLOAT32),
        ),
        Row(
            "string of variable length, space-padded, UTF-8",
            """
            49                      | class and version
            21 01 00                | class bit field       # padding, string, character set
            10 00 00 00             | size
            """
            + INT8_FIELDS,
            VariableLength(16, is_string=True, padding=2, character_set=1, base=INT8),
        ),
        Row(
            "array, version 2: permutation indices",
            """
            2a                      | class and version
            00 00 00                | class bit field
            06 00 00 00             | size
            02                      | dimensionality
            00*3                    | reserved
            02 00 00 00             | dimension 0 size
            03 00 00 00             | dimension 1 size
            00 00 00 00             | permutation index 0
            01 00 00 00             | permutation index 1
            """
            + INT8_FIELDS,
            Array(6, INT8, (2, 3)),
        ),
        Row(
            "array, version 3",
            """
            3a                      | class and version
            00 00 00                | class bit field
            0c 00 00 00             | size
            01                      | dimensionality
            03 00 00 00             | dimension 0 size
            """
            + FLOAT32_FIELDS,
            Array(12, FLOAT32, (3,)),
        ),
        Row(
            "complex, version 5",
            """
            5b                      | class and version
            01 00 00                | class bit field       # both parts are of one type
            08 00 00 00             | size
            """
            + FLOAT32_FIELDS,
            Complex(8, FLOAT32, form=0),
        ),
    )


def decode(literal: str) -> Datatype:
    data, _ = parse(literal, Context())
    return decode_datatype(Cursor(data, Context(), bounded=True))


@pytest.mark.parametrize("version", [0, 6, 7, 15])
def test_versions(version: int) -> None:
    with pytest.raises(VersionError):
        decode(f"{version:x}0 08 00 00 01 00 00 00 00 00 08 00")


@pytest.mark.parametrize(
    ("literal", "field"),
    [
        ("1c 00*3 01 00*3", "class"),
        ("10 00*3 01 00*3 00 00 00 00", "bit precision"),
        ("10 00*3 01 00*3 01 00 08 00", "bit precision"),
        ("12 00*3 01 00*3 09 00", "bit precision"),
        ("31 40 1f 00 04 00*3 00 00 20 00 17 08 00 17 7f 00*3", "class bit field"),
        ("11 30 1f 00 04 00*3 00 00 20 00 17 08 00 17 7f 00*3", "class bit field"),
        ("11 20 20 00 04 00*3 00 00 20 00 17 08 00 17 00*4", "sign location"),
        ("11 20 1f 00 04 00*3 00 00 20 00 18 09 00 17 00*4", "exponent size"),
        ("11 20 1f 00 04 00*3 00 00 20 00 17 08 00 00 00*4", "mantissa size"),
        ("36 00*3 04 00*3", "class bit field"),
        ("36 05 00 00 04 00*3 00*40", "class bit field"),
        ("36 01 00 00 02 00*3 'x' 00 02" + INT8_FIELDS, "byte offset of member"),
        ("16 01 00 00 02 00*3 'x' 00*7 00*4 05 00*27", "dimensionality"),
        ("3a 00*3 04 00*3 21 00*8", "dimensionality"),
        ("3a 00*3 04 00*3 01 03 00*3" + INT8_FIELDS, "size"),
        ("5b 01 00 00 03 00*3" + INT8_FIELDS, "size"),
        ("38 00*3 02 00*3" + INT8_FIELDS, "size"),
        ("10 00*3 01 04 00*2 00 00 08 00", "size"),
    ],
    ids=[
        "class 12",
        "no bits",
        "bits beyond the element",
        "bits of a time beyond the element",
        "a reserved byte order",
        "a reserved normalization",
        "a sign beyond the element",
        "an exponent beyond the element",
        "no mantissa",
        "no members",
        "more members than bytes",
        "a member beyond its compound",
        "five dimensions in version 1",
        "33 dimensions",
        "an array that is larger than its elements",
        "a complex number that is larger than its two parts",
        "an enumeration that is larger than its base",
        "an integer of more than 1024 bytes",
    ],
)
def test_impossible(literal: str, field: str) -> None:
    with pytest.raises(FormatError) as caught:
        decode(literal.replace("|", "#"))
    assert caught.value.field == field


def test_types_nest_to_a_limit() -> None:
    sequence = "19 00*3 10 00*3\n"
    datatype = decode(sequence * 64 + INT8_FIELDS)
    for _ in range(64):
        (datatype,) = datatype.inner()
    assert datatype == INT8
    with pytest.raises(LimitError, match="nested too deep"):
        decode(sequence * 65 + INT8_FIELDS)


def test_the_types_inside() -> None:
    members = (Member(b"a", 0, INT8), Member(b"b", 1, FLOAT32))
    assert list(Compound(5, members).inner()) == [INT8, FLOAT32]
    assert list(Array(6, INT8, (6,)).inner()) == [INT8]
    assert list(INT16.inner()) == []
