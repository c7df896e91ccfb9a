"""The file space info message, versions 0 and 1 (IV.A.2.x)."""

from __future__ import annotations

import pytest

from purehdf.errors import FormatError
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor
from purehdf.format.messages.file_space import FileSpaceInfo, decode_file_space_info

from ..table import Row, Table

NONE = "\n<O:undefined>          | free-space manager address"


class TestFileSpaceInfo(Table):
    decode = staticmethod(decode_file_space_info)
    rows = (
        Row(
            "version 0, kept in the file",
            """
            00                      | version
            01                      | strategy
            <L:1>                   | free space section threshold
            <O:0x100>               | free-space manager address
            """
            + 4 * NONE
            + """
            <O:0x200>               | free-space manager address
            """,
            FileSpaceInfo(0, 1, 1, managers=(0x100, 0x200)),
        ),
        Row(
            "version 0, not kept",
            """
            00                      | version
            03                      | strategy
            <L:1>                   | free space section threshold
            """,
            FileSpaceInfo(0, 3, 1),
        ),
        Row(
            "version 1, pages, not kept",
            """
            01                      | version
            01                      | strategy
            00                      | persisting free space
            <L:1>                   | free space section threshold
            <L:4096>                | file space page size
            00 00                   | page end metadata threshold
            <O:undefined>           | eoa
            """,
            FileSpaceInfo(1, 1, 1, 4096),
        ),
        Row(
            "version 1, kept in the file",
            """
            01                      | version
            00                      | strategy
            01                      | persisting free space
            <L:1>                   | free space section threshold
            <L:4096>                | file space page size
            00 00                   | page end metadata threshold
            <O:0x800>               | eoa
            <O:0x100>               | free-space manager address
            """
            + 11 * NONE,
            FileSpaceInfo(1, 0, 1, 4096, (0x100,)),
        ),
    )

    @pytest.mark.parametrize("strategy", [0, 5])
    def test_strategies_of_version_0(self, strategy: int) -> None:
        with pytest.raises(FormatError, match="no such strategy"):
            decode_file_space_info(Cursor(bytes([0, strategy]) + bytes(64), Context()))
