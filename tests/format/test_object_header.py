"""Object headers and their continuation blocks, versions 1 and 2 (IV.A.1).

Messages stay bytes here; their own tables are in ``messages/``.
"""

from __future__ import annotations

import pytest

from purehdf.errors import TruncatedError, VersionError
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor
from purehdf.format.object_header import (
    HeaderBlock,
    HeaderPhaseChange,
    HeaderTimes,
    Message,
    decode_continuation,
    decode_object_header,
)

from .table import AT, Row, Table


class TestObjectHeaderVersion1(Table):
    decode = staticmethod(decode_object_header)
    rows = (
        Row(
            "two messages",
            """
            01                      | version
            00                      | reserved
            02 00                   | number of header messages
            01 00 00 00             | object reference count
            20 00 00 00             | object header size        # of the messages
            00*4                    | padding
            11 00                   | message type              # symbol table
            10 00                   | message size
            00                      | message flags
            00*3                    | reserved
            a8 00*7 c8 02 00*6      | message
            00 00                   | message type              # NIL: room for others
            00 00                   | message size
            00                      | message flags
            00*3                    | reserved
                                    | message
            """,
            HeaderBlock(
                1,
                0,
                (
                    Message(0x11, 0, AT + 24, b"\xa8" + bytes(7) + b"\xc8\x02" + bytes(6)),
                    Message(0x00, 0, AT + 48, b""),
                ),
                reference_count=1,
                message_count=2,
            ),
            rounds=3,
        ),
        Row(
            "no message",
            """
            01                      | version
            00                      | reserved
            00 00                   | number of header messages
            02 00 00 00             | object reference count
            00 00 00 00             | object header size
            00*4                    | padding
            """,
            HeaderBlock(1, 0, (), reference_count=2, message_count=0),
            rounds=2,
        ),
    )


class TestObjectHeaderVersion2(Table):
    first_byte_decides = True
    decode = staticmethod(decode_object_header)
    rows = (
        Row(
            "the least that there can be",
            """
            'OHDR'                  | signature
            02                      | version
            00                      | flags
            00                      | size of chunk 0
            <lookup3>               | checksum
            """,
            HeaderBlock(2, 0, ()),
            rounds=4,
        ),
        Row(
            "all that there can be",
            """
            'OHDR'                  | signature
            02                      | version
            3d                      | flags             # times, phase change, order, 2 bytes
            01 02 03 04             | access time
            05 00 00 60             | modification time
            06 00 00 60             | change time
            07 00 00 60             | birth time
            08 00                   | maximum compact attributes
            06 00                   | minimum dense attributes
            13 00                   | size of chunk 0
            0a                      | message type      # group info
            02 00                   | message size
            01                      | message flags     # constant
            00 00                   | creation order
            00 00                   | message
            00                      | message type      # NIL
            00 00                   | message size
            00                      | message flags
            01 00                   | creation order
                                    | message
            00*5                    | gap               # too small for another message
            <lookup3>               | checksum
            """,
            HeaderBlock(
                2,
                0x3D,
                (
                    Message(0x0A, 1, AT + 34, b"\0\0", creation_order=0),
                    Message(0x00, 0, AT + 42, b"", creation_order=1),
                ),
                times=HeaderTimes(0x04030201, 0x60000005, 0x60000006, 0x60000007),
                phase_change=HeaderPhaseChange(8, 6),
            ),
            rounds=7,
        ),
        Row(
            "a size of four bytes, a message without creation order, a gap",
            """
            'OHDR'                  | signature
            02                      | version
            02                      | flags
            0a 00 00 00             | size of chunk 0
            01                      | message type      # dataspace
            04 00                   | message size
            00                      | message flags
            02 00 00 00             | message
            00 00                   | gap
            <lookup3>               | checksum
            """,
            HeaderBlock(2, 2, (Message(1, 0, AT + 14, b"\2\0\0\0"),)),
            rounds=5,
        ),
        Row(
            "a size of eight bytes, a shared message",
            """
            'OHDR'                  | signature
            02                      | version
            03                      | flags
            0e 00*7                 | size of chunk 0
            03                      | message type      # datatype
            0a 00                   | message size
            02                      | message flags     # shared
            03 02 20 03 00*6        | message
            <lookup3>               | checksum
            """,
            HeaderBlock(2, 3, (Message(3, 2, AT + 18, b"\3\2\x20\3" + bytes(6)),)),
            rounds=5,
        ),
    )

    def test_the_flag_of_a_shared_message(self) -> None:
        assert Message(3, 2, 0, b"").shared
        assert not Message(3, 1, 0, b"").shared

    @pytest.mark.parametrize("first", [0x4E, 0x6F, 0x00])
    def test_without_its_letter_o_it_is_of_version_1(self, first: int) -> None:
        with pytest.raises(VersionError):
            decode_object_header(Cursor(bytes([first]) + b"HDR" + bytes(12), Context()))


class TestContinuation(Table):
    decode = staticmethod(decode_continuation)
    rows = (
        Row(
            "version 1: messages and nothing else",
            """
            10 00                   | message type              # continuation
            10 00                   | message size
            00                      | message flags
            00*3                    | reserved
            20 03 00*6 40 00*7      | message
            """,
            (Message(0x10, 0, AT + 8, b"\x20\3" + bytes(6) + b"\x40" + bytes(7)),),
            args=(24, 1, 0),
            rounds=1,
        ),
        Row(
            "version 2",
            """
            'OCHK'                  | signature
            0d                      | message type              # comment
            03 00                   | message size
            00                      | message flags
            'hi' 00                 | message
            <lookup3>               | checksum
            """,
            (Message(0x0D, 0, AT + 8, b"hi\0"),),
            args=(15, 2, 0x02),
            rounds=3,
        ),
        Row(
            "version 2 with creation order and a gap",
            """
            'OCHK'                  | signature
            0d                      | message type
            03 00                   | message size
            00                      | message flags
            07 00                   | creation order
            'hi' 00                 | message
            00*4                    | gap
            <lookup3>               | checksum
            """,
            (Message(0x0D, 0, AT + 10, b"hi\0", creation_order=7),),
            args=(21, 2, 0x04),
            rounds=3,
        ),
    )

    def test_a_block_holds_its_signature_and_checksum(self) -> None:
        with pytest.raises(TruncatedError, match="signature and checksum"):
            decode_continuation(Cursor(b"OCHK" + bytes(8), Context()), 7, 2, 0)
