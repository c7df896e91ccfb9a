"""Free-space managers: their headers and their lists of sections (III.H)."""

from __future__ import annotations

import pytest

from purehdf.errors import FormatError
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor
from purehdf.format.free_space import (
    FreeSection,
    FreeSpaceHeader,
    decode_free_space_header,
    decode_free_space_sections,
)
from purehdf.format.recording import RecordingCursor

from .table import Row, Table


def header(
    client: int, sections: int, largest: int, bits: int, used: int, room: int = 0
) -> FreeSpaceHeader:
    """A header whose list takes `used` bytes, with `room` bytes behind them."""
    numbers = (sections, sections, 0, 4, 80, 120)
    places = (bits, largest, 0x900, used, used + room)
    return FreeSpaceHeader(b"FSHD", 0, client, 0x238, *numbers, *places)


class TestFreeSpaceHeader(Table):
    decode = staticmethod(decode_free_space_header)
    rows = (
        Row(
            "of a fractal heap",
            """
            'FSHD'                  | signature
            00                      | version
            00                      | client id
            <L:0x238>               | total space tracked
            <L:1>                   | total number of sections
            <L:1>                   | number of serialized sections
            <L:0>                   | number of un serialized sections
            04 00                   | number of section classes
            50 00                   | shrink percent
            78 00                   | expand percent
            28 00                   | size of address space
            <L:0x1000>              | maximum section size
            <O:0x900>               | address of serialized section list
            <L:27>                  | size of serialized section list used
            <L:27>                  | allocated size of serialized section list
            <lookup3>               | checksum
            """,
            header(0, 1, 0x1000, 40, 27),
            rounds=2,
        ),
    )


class TestSectionsOfTheFile(Table):
    decode = staticmethod(decode_free_space_sections)
    rows = (
        Row(
            "two sets",
            """
            'FSSE'                  | signature
            00                      | version
            88 08 00 00 00 00 00 00 | free space manager header address
            02                      | number of sections
            10 00                   | section size
            00 01 00                | section offset
            01                      | section type
            00 02 00                | section offset
            02                      | section type
            01                      | number of sections
            00 10                   | section size
            00 00 01                | section offset
            01                      | section type
            <lookup3>               | checksum
            """,
            (FreeSection(0x100, 16, 1), FreeSection(0x200, 16, 2), FreeSection(0x10000, 4096, 1)),
            args=(header(1, 3, 0xFFFF, 24, 35),),
            rounds=1,
        ),
        Row(
            "none",
            """
            'FSSE'                  | signature
            00                      | version
            88 08 00 00 00 00 00 00 | free space manager header address
            <lookup3>               | checksum
            """,
            (),
            args=(header(1, 0, 0xFFFF, 24, 17),),
            rounds=1,
        ),
    )


class TestSectionsOfAHeap(Table):
    decode = staticmethod(decode_free_space_sections)
    rows = (
        Row(
            "inside a block, and whole blocks",
            """
            'FSSE'                  | signature
            00                      | version
            88 08 00 00 00 00 00 00 | free space manager header address
            02                      | number of sections
            38 02 00                | section size                # 0x10000 takes three bytes
            c8 01 00 00 00          | section offset
            00                      | section type                # single
            00 10 00 00 00          | section offset
            01                      | section type                # first row
            00 00 00 00 00          | indirect block offset
            02 00                   | block start row
            01 00                   | block start column
            03 00                   | number of blocks
            <lookup3>               | checksum
            """,
            (FreeSection(0x1C8, 0x238, 0), FreeSection(0x1000, 0x238, 1)),
            args=(header(0, 2, 0x10000, 40, 44),),
            rounds=1,
        ),
    )


def test_room_for_more() -> None:
    """It belongs to the list, but not to what its checksum covers."""
    *_, row = TestSectionsOfTheFile.rows
    (case,) = row.cases()
    cursor = RecordingCursor(case.data + b"\xa5" * 20, Context(), bounded=True)
    assert decode_free_space_sections(cursor, header(1, 0, 0xFFFF, 24, 17, 20)) == ()
    assert cursor.remaining == 0
    assert cursor.fields[-1][:3] == ("room for further sections", 17, 20)


def test_a_list_is_not_longer_than_its_room() -> None:
    with pytest.raises(FormatError) as caught:
        decode_free_space_sections(Cursor(bytes(64), Context()), header(1, 0, 255, 24, 17, -1))
    assert caught.value.field == "size of serialized section list used"
