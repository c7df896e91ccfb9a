"""The global heap block of a virtual dataset (III.F)."""

from __future__ import annotations

from typing import Any

import pytest

from purehdf.errors import FormatError
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor, ShortRead
from purehdf.format.selection import AllSelection
from purehdf.format.virtual_mapping import decode_virtual_mappings

from .encode import sealed, uint
from .table import Row, Table


class TestVirtualMappings(Table):
    @staticmethod
    def decode(cursor: Cursor) -> Any:
        """Selections have tables of their own: here they are all or none."""
        return [
            (m.filename, m.dataset, *(isinstance(s, AllSelection) for s in (m.source, m.virtual)))
            for m in decode_virtual_mappings(cursor)
        ]

    first_byte_decides = True
    rows = (
        Row(
            "version 0: every entry has its names",
            """
            00                      | version
            <L:2>                   | number of entries
            'a.h5' 00               | source file name
            '/data' 00              | source dataset
            03 00 00 00             | selection type            # all
            01 00 00 00             | version
            00*8                    | reserved
            00 00 00 00             | selection type            # none
            01 00 00 00             | version
            00*8                    | reserved
            '.' 00                  | source file name          # the same file
            '%b' 00                 | source dataset
            03 00 00 00             | selection type
            01 00 00 00             | version
            00*8                    | reserved
            03 00 00 00             | selection type
            01 00 00 00             | version
            00*8                    | reserved
            <lookup3>               | checksum
            """,
            [(b"a.h5", b"/data", True, False), (b".", b"%b", True, True)],
        ),
        Row(
            "version 1: flags say which names are those of earlier entries",
            """
            01                      | version
            <L:3>                   | number of entries
            00                      | flags
            'a.h5' 00               | source file name
            '/data' 00              | source dataset
            03 00 00 00             | selection type
            01 00 00 00             | version
            00*8                    | reserved
            03 00 00 00             | selection type
            01 00 00 00             | version
            00*8                    | reserved
            03                      | flags                     # both are shared
            <L:0>                   | source file name, as in entry
            <L:0>                   | source dataset, as in entry
            03 00 00 00             | selection type
            01 00 00 00             | version
            00*8                    | reserved
            00 00 00 00             | selection type
            01 00 00 00             | version
            00*8                    | reserved
            04                      | flags                     # the same file has no name
            'x' 00                  | source dataset
            00 00 00 00             | selection type
            01 00 00 00             | version
            00*8                    | reserved
            03 00 00 00             | selection type
            01 00 00 00             | version
            00*8                    | reserved
            <lookup3>               | checksum
            """,
            [
                (b"a.h5", b"/data", True, True),
                (b"a.h5", b"/data", True, False),
                (b".", b"x", False, True),
            ],
        ),
    )

    def test_every_prefix_asks_for_more_and_never_for_too_much(self, row: Row) -> None:
        """It does not ask: it lies in an object of a heap, all of which is there."""
        for case in row.cases():
            for n in range(1 + case.context.length_size, len(case.data)):
                assert isinstance(
                    self.outcome(self.window, case, case.data[:n]), FormatError | ShortRead
                )


@pytest.mark.parametrize("entry", [1, 2, 1 << 63])
def test_a_name_of_a_later_entry(entry: int) -> None:
    everything = uint(3, 4) + uint(1, 4) + bytes(8)
    body = b"\1" + uint(1, 8) + b"\3" + uint(entry, 8) * 2 + everything * 2
    with pytest.raises(FormatError, match="later entry"):
        decode_virtual_mappings(Cursor(sealed(body), Context(), bounded=True))


@pytest.mark.parametrize("count", [20, 1 << 40, (1 << 64) - 1])
def test_more_entries_than_bytes(count: int) -> None:
    data = sealed(b"\0" + uint(count, 8) + bytes(40))
    with pytest.raises(FormatError, match="more entries than bytes"):
        decode_virtual_mappings(Cursor(data, Context(), bounded=True))
