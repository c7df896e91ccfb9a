"""The list of shared messages (III.I), and the records it has in common with B-trees."""

from __future__ import annotations

import pytest

from purehdf.format.block import layout_of
from purehdf.format.btree_v2 import RECORDS
from purehdf.format.context import Context
from purehdf.format.recording import RecordingCursor
from purehdf.format.shared_message_table import decode_shared_message_list

from .table import Row, Table

LITERAL = """
'SMLI'                                  | signature
00                                      | [0] message location
78 56 34 12                             | [0] hash
02 00 00 00 00 01 02 03 04 05 06 07     | [0] place
01                                      | [1] message location
21 43 65 87                             | [1] hash
00 03 01 00 20 03 00 00 00 00 00 00     | [1] place
<lookup3>                               | checksum
"""
IN_HEAP = bytes.fromhex("02 00 00 00 00 01 02 03 04 05 06 07")
IN_HEADER = bytes.fromhex("00 03 01 00 20 03 00 00 00 00 00 00")


class TestSharedMessageList(Table):
    decode = staticmethod(decode_shared_message_list)
    rows = (
        Row(
            "one in the heap, one in an object header",
            LITERAL,
            [(0, 0x12345678, IN_HEAP), (1, 0x87654321, IN_HEADER)],
            args=(2, 2),
            rounds=3,
        ),
    )


def test_room_for_more() -> None:
    """It follows the checksum."""
    (case,) = TestSharedMessageList.rows[0].cases()
    cursor = RecordingCursor(case.data + bytes(3 * 17), Context(), bounded=True)
    assert len(decode_shared_message_list(cursor, 2, 5)) == 2
    assert cursor.remaining == 0
    assert cursor.fields[-1].name == "room for further records"


@pytest.mark.parametrize(
    ("type", "sizes"),
    {
        1: (6, 24), 2: (12, 36), 3: (4, 16), 4: (10, 28), 5: (11, 11), 6: (15, 15),
        7: (17, 17), 8: (17, 17), 9: (13, 13),
    }.items(),
)  # fmt: skip
def test_sizes_of_records(type: int, sizes: tuple[int, int]) -> None:
    """With offsets and lengths of 2 bytes, and of 8."""
    found = [layout_of(RECORDS[type], Context(n, n)).size for n in (2, 8)]
    assert tuple(found) == sizes
