"""Attribute message, versions 1 to 3 (IV.A.2.m); attribute info message (IV.A.2.v)."""

from __future__ import annotations

from purehdf.format.messages.attribute import (
    Attribute,
    AttributeHead,
    AttributeInfo,
    AttributeMessage,
    Part,
    decode_attribute,
    decode_attribute_info,
)

from ..table import AT, Row, Table

INT16 = bytes.fromhex("10 08 00 00 02 00 00 00 00 00 10 00")
SCALAR_1 = bytes.fromhex("01 00 00 00 00 00 00 00")
SCALAR_2 = bytes.fromhex("02 00 00 00")
COMMITTED = bytes.fromhex("03 02 20 03 00 00 00 00 00 00")


def attribute(
    name: bytes, charset: int, datatype: Part, dataspace: Part, data: Part
) -> AttributeMessage:
    """An attribute of parts at their file offsets; its head counts them from its own start."""
    within = (part.__replace__(offset=part.offset - AT) for part in (datatype, dataspace))
    message = AttributeMessage(AttributeHead(name, charset, *within, data.offset - AT), data.body)
    found = Attribute(message, AT)
    assert (found.name, found.character_set) == (name, charset)
    assert (found.datatype, found.dataspace, found.data) == (datatype, dataspace, data)
    return message


class TestAttribute(Table):
    """Datatype and dataspace stay bytes; the data are what follows them."""

    decode = staticmethod(decode_attribute)
    open_ended = True
    rows = (
        Row(
            "version 1: name, datatype and dataspace are padded to eight bytes",
            """
            01                                  | version
            00                                  | flags
            05 00                               | name size
            0c 00                               | datatype size
            08 00                               | dataspace size
            'unit' 00 00*3                      | name
            10080000 02000000 00001000 00*4     | datatype          # int16
            01000000 00000000                   | dataspace         # scalar
            2a 00                               | data
            """,
            attribute(
                b"unit",
                0,
                Part(INT16 + bytes(4), AT + 16, False),
                Part(SCALAR_1, AT + 32, False),
                Part(b"\x2a\0", AT + 40, False),
            ),
        ),
        Row(
            "version 1: what was reserved then is no flag",
            """
            01                                  | version
            03                                  | flags
            02 00                               | name size
            0c 00                               | datatype size
            08 00                               | dataspace size
            'u' 00 00*6                         | name
            10080000 02000000 00001000 00*4     | datatype
            01000000 00000000                   | dataspace
                                                | data
            """,
            attribute(
                b"u",
                0,
                Part(INT16 + bytes(4), AT + 16, False),
                Part(SCALAR_1, AT + 32, False),
                Part(b"", AT + 40, False),
            ),
        ),
        Row(
            "version 2: no padding; a committed datatype",
            """
            02                                  | version
            01                                  | flags
            05 00                               | name size
            0a 00                               | datatype size
            04 00                               | dataspace size
            'unit' 00                           | name
            0302 2003 00*6                      | datatype          # where it is
            02000000                            | dataspace
            2a 00                               | data
            """,
            attribute(
                b"unit",
                0,
                Part(COMMITTED, AT + 13, True),
                Part(SCALAR_2, AT + 23, False),
                Part(b"\x2a\0", AT + 27, False),
            ),
        ),
        Row(
            "version 3: a UTF-8 name; a shared dataspace",
            """
            03                                  | version
            02                                  | flags
            03 00                               | name size
            0c 00                               | datatype size
            0a 00                               | dataspace size
            01                                  | name character set encoding
            c3a9 00                             | name
            10080000 02000000 00001000          | datatype
            0302 2003 00*6                      | dataspace
            2a 00                               | data
            """,
            attribute(
                "é".encode(),
                1,
                Part(INT16, AT + 12, False),
                Part(COMMITTED, AT + 24, True),
                Part(b"\x2a\0", AT + 34, False),
            ),
        ),
    )


class TestAttributeInfo(Table):
    decode = staticmethod(decode_attribute_info)
    rows = (
        Row(
            "compact, no order",
            """
            00                      | version
            00                      | flags
            <O:undefined>           | fractal heap address
            <O:undefined>           | attribute name v2 B-tree address
            """,
            AttributeInfo(False, None, None, None, None),
        ),
        Row(
            "dense, order tracked and indexed",
            """
            00                      | version
            03                      | flags
            10 00                   | maximum creation index
            <O:0x320>               | fractal heap address
            <O:0x400>               | attribute name v2 B-tree address
            <O:0x500>               | attribute creation order v2 B-tree address
            """,
            AttributeInfo(True, 16, 0x320, 0x400, 0x500),
        ),
    )
