"""External data files message (IV.A.2.h)."""

from __future__ import annotations

from purehdf.format.messages.external import (
    ExternalSlot,
    ExternalStorage,
    decode_external_storage,
)

from ..table import Row, Table


class TestExternalStorage(Table):
    decode = staticmethod(decode_external_storage)
    rows = (
        Row(
            "two runs, and room for a third",
            """
            01                      | version
            00*3                    | reserved
            03 00                   | allocated slots
            02 00                   | used slots
            <O:0x320>               | heap address
            <L:8>                   | name offset in local heap
            <L:0>                   | offset in external data file
            <L:100>                 | data size in external file
            <L:16>                  | name offset in local heap
            <L:7>                   | offset in external data file
            <L:unlimited>           | data size in external file
            """,
            lambda context: ExternalStorage(
                0x320,
                (
                    ExternalSlot(8, 0, 100),
                    ExternalSlot(16, 7, (1 << 8 * context.length_size) - 1),
                ),
            ),
        ),
        Row(
            "none",
            """
            01                      | version
            00*3                    | reserved
            00 00                   | allocated slots
            00 00                   | used slots
            <O:0x320>               | heap address
            """,
            ExternalStorage(0x320, ()),
        ),
    )
