"""Fill value messages: the old one (IV.A.2.e), and versions 1 to 3 (IV.A.2.f)."""

from __future__ import annotations

from purehdf.format.messages.fill_value import (
    FillValue,
    decode_fill_value,
    decode_old_fill_value,
)

from ..table import Row, Table


class TestOldFillValue(Table):
    decode = staticmethod(decode_old_fill_value)
    rows = (
        Row(
            "a value",
            """
            02 00 00 00             | size
            2a 00                   | fill value
            """,
            FillValue(b"\x2a\0"),
        ),
        Row(
            "none: the default",
            """
            00 00 00 00             | size
                                    | fill value
            """,
            FillValue(None),
        ),
    )


class TestFillValue(Table):
    decode = staticmethod(decode_fill_value)
    rows = (
        Row(
            "version 1, a value",
            """
            01                      | version
            01                      | space allocation time     # early
            02                      | fill value write time     # if set
            01                      | fill value defined
            04 00 00 00             | size
            ff ff ff 7f             | fill value
            """,
            FillValue(b"\xff\xff\xff\x7f", False, 1, 2),
        ),
        Row(
            "version 1, undefined: the size is -1",
            """
            01                      | version
            02                      | space allocation time     # late
            00                      | fill value write time     # on allocation
            00                      | fill value defined
            ff ff ff ff             | size
            """,
            FillValue(None, True, 2, 0),
        ),
        Row(
            "version 2, the default",
            """
            02                      | version
            03                      | space allocation time     # incremental
            01                      | fill value write time     # never
            01                      | fill value defined
            00 00 00 00             | size
                                    | fill value
            """,
            FillValue(None, False, 3, 1),
        ),
        Row(
            "version 2, undefined: no size",
            """
            02                      | version
            02                      | space allocation time
            02                      | fill value write time
            00                      | fill value defined
            """,
            FillValue(None, True, 2, 2),
        ),
        Row(
            "version 3, a value",
            """
            03                      | version
            2a                      | flags                     # late, if set, defined
            02 00 00 00             | size
            01 02                   | fill value
            """,
            FillValue(b"\x01\x02", False, 2, 2),
        ),
        Row(
            "version 3, the default",
            """
            03                      | version
            0b                      | flags                     # incremental, if set
            """,
            FillValue(None, False, 3, 2),
        ),
        Row(
            "version 3, undefined",
            """
            03                      | version
            15                      | flags                     # early, never, undefined
            """,
            FillValue(None, True, 1, 1),
        ),
    )
