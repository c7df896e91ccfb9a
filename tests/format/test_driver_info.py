"""Driver information: the block of old superblocks and the message (II.B, IV.A.2.u)."""

from __future__ import annotations

from purehdf.format.driver_info import (
    DriverInformation,
    FamilyInformation,
    MultiInformation,
    MultiMember,
    decode_driver_info_message,
    decode_driver_information_block,
)

from .table import Row, Table

FIELDS = """
01                      | superblock mapping
01                      | btree mapping
03                      | raw data mapping
03                      | global heap mapping
01                      | local heap mapping
01                      | object header mapping
00 00                   | reserved
00*8                    | address of member file
30 13 00 00 00 00 00 00 | end of address of member file
ff ff ff ff ff ff ff 7f | address of member file
22 20 00 00 00 00 00 00 | end of address of member file
'%s-m.h5' 00            | name of member file
'%s.raw' 00*2           | name of member file
"""
MEMBERS = MultiInformation(
    (MultiMember(0, 0x1330, b"%s-m.h5"), MultiMember(2**63 - 1, 0x2022, b"%s.raw"))
)
EVERY_USE = MultiInformation(tuple(MultiMember(i << 60, 8 * i, b"") for i in range(6)))


class TestDriverInformationBlock(Table):
    decode = staticmethod(decode_driver_information_block)
    rows = (
        Row(
            "family",
            """
            00                      | version
            00*3                    | reserved
            08 00 00 00             | driver information size
            'NCSAfami'              | driver identification
            00 04 00 00 00 00 00 00 | size of member file
            """,
            DriverInformation(b"NCSAfami", FamilyInformation(1024)),
            rounds=2,
        ),
        Row(
            "split: two members",
            f"""
            00                      | version
            00*3                    | reserved
            38 00 00 00             | driver information size
            'NCSAmult'              | driver identification
            {FIELDS}
            """,
            DriverInformation(b"NCSAmult", MEMBERS),
            rounds=2,
        ),
        Row(
            "a driver that nobody knows",
            """
            00                      | version
            00*3                    | reserved
            03 00 00 00             | driver information size
            'personal'              | driver identification
            01 02 03                | driver information
            """,
            DriverInformation(b"personal", b"\1\2\3"),
            rounds=2,
        ),
    )


class TestDriverInfoMessage(Table):
    decode = staticmethod(decode_driver_info_message)
    rows = (
        Row(
            "family",
            """
            00                      | version
            'NCSAfami'              | driver identification
            08 00                   | driver information size
            00 04 00 00 00 00 00 00 | size of member file
            """,
            DriverInformation(b"NCSAfami", FamilyInformation(1024)),
        ),
        Row(
            "multi: uses that are mapped to nothing have a member each",
            """
            00                      | version
            'NCSAmult'              | driver identification
            98 00                   | driver information size
            00                      | superblock mapping
            00                      | btree mapping
            00                      | raw data mapping
            00                      | global heap mapping
            00                      | local heap mapping
            00                      | object header mapping
            00 00                   | reserved
            """
            + "".join(
                f"""
            00*7 {i}0                | address of member file
            {8 * i:02x} 00*7         | end of address of member file"""
                for i in range(6)
            )
            + 6 * "\n00*8            | name of member file",
            DriverInformation(b"NCSAmult", EVERY_USE),
        ),
    )
