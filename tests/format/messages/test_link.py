"""Link message (IV.A.2.g), link info message (IV.A.2.c), group info message (IV.A.2.k)."""

from __future__ import annotations

import pytest

from purehdf.errors import FormatError
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor
from purehdf.format.messages.link import (
    ExternalTarget,
    GroupInfo,
    HardTarget,
    Link,
    LinkInfo,
    SoftTarget,
    UserDefinedTarget,
    decode_group_info,
    decode_link,
    decode_link_info,
)

from ..encode import address
from ..table import Row, Table


class TestLink(Table):
    decode = staticmethod(decode_link)
    rows = (
        Row(
            "hard link, nothing but name and address",
            """
            01                      | version
            00                      | flags                     # length in 1 byte
            04                      | length of link name
            'data'                  | link name
            <O:0x320>               | object header address
            """,
            Link(b"data", HardTarget(0x320)),
        ),
        Row(
            "hard link with all flags",
            """
            01                      | version
            1f                      | flags                     # and the length in 8 bytes
            00                      | link type                 # 0: hard
            07 00*7                 | creation order
            01                      | link name character set   # 1: UTF-8
            03 00*7                 | length of link name
            'x' c3 a9               | link name
            <O:0x320>               | object header address
            """,
            Link("xé".encode(), HardTarget(0x320), creation_order=7, character_set=1),
        ),
        Row(
            "soft link",
            """
            01                      | version
            08                      | flags                     # the type is stored
            01                      | link type                 # 1: soft
            01                      | length of link name
            's'                     | link name
            06 00                   | length of link information
            '/a/b/c'                | soft link value
            """,
            Link(b"s", SoftTarget(b"/a/b/c")),
        ),
        Row(
            "soft link in order of creation, a length of two bytes",
            """
            01                      | version
            0d                      | flags
            01                      | link type
            02 01 00*6              | creation order
            01 00                   | length of link name
            's'                     | link name
            01 00                   | length of link information
            '.'                     | soft link value
            """,
            Link(b"s", SoftTarget(b"."), creation_order=0x102),
        ),
        Row(
            "external link, a length of four bytes",
            """
            01                      | version
            1a                      | flags
            40                      | link type                 # 64: external
            00                      | link name character set
            01 00 00 00             | length of link name
            'e'                     | link name
            0a 00                   | length of link information
            00                      | version and flags
            'b.h5' 00               | file name
            '/dx' 00                | object path
            """,
            Link(b"e", ExternalTarget(b"b.h5", b"/dx")),
        ),
        Row(
            "user-defined link",
            """
            01                      | version
            08                      | flags
            bb                      | link type                 # 65 to 255
            01                      | length of link name
            'u'                     | link name
            03 00                   | length of link information
            01 02 03                | user data
            """,
            Link(b"u", UserDefinedTarget(0xBB, b"\1\2\3")),
        ),
    )

    def test_a_hard_link_has_an_address(self) -> None:
        data = bytes.fromhex("01 00 01 61") + address(Context(), None)
        with pytest.raises(FormatError):
            decode_link(Cursor(data, Context()))


class TestLinkInfo(Table):
    decode = staticmethod(decode_link_info)
    rows = (
        Row(
            "compact, no order",
            """
            00                      | version
            00                      | flags
            <O:undefined>           | fractal heap address
            <O:undefined>           | address of v2 B-tree for name index
            """,
            LinkInfo(False, None, None, None, None),
        ),
        Row(
            "dense, order tracked",
            """
            00                      | version
            01                      | flags
            10 00*7                 | maximum creation index
            <O:0x320>               | fractal heap address
            <O:0x400>               | address of v2 B-tree for name index
            """,
            LinkInfo(True, 16, 0x320, 0x400, None),
        ),
        Row(
            "dense, order tracked and indexed",
            """
            00                      | version
            03                      | flags
            10 00*7                 | maximum creation index
            <O:0x320>               | fractal heap address
            <O:0x400>               | address of v2 B-tree for name index
            <O:0x500>               | address of v2 B-tree for creation order index
            """,
            LinkInfo(True, 16, 0x320, 0x400, 0x500),
        ),
    )


class TestGroupInfo(Table):
    decode = staticmethod(decode_group_info)
    rows = (
        Row(
            "nothing",
            """
            00                      | version
            00                      | flags
            """,
            GroupInfo(None, None, None, None),
        ),
        Row(
            "everything",
            """
            00                      | version
            03                      | flags
            08 00                   | maximum compact value
            06 00                   | minimum dense value
            04 00                   | estimated number of entries
            0c 00                   | estimated link name length
            """,
            GroupInfo(8, 6, 4, 12),
        ),
    )
