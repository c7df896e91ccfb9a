"""Metadata cache images: the message and the block."""

from __future__ import annotations

from purehdf.format.cache_image import (
    CachedStructure,
    CacheImageMessage,
    decode_cache_image,
    decode_cache_image_message,
)

from .table import Row, Table


class TestCacheImageMessage(Table):
    decode = staticmethod(decode_cache_image_message)
    rows = (
        Row(
            "where it is",
            """
            00                      | version
            <O:0x4a64>              | cache image address
            <L:0x385>               | cache image size
            """,
            CacheImageMessage(0, 0x4A64, 0x385),
        ),
        Row(
            "there is none",
            """
            00                      | version
            <O:undefined>           | cache image address
            <L:0>                   | cache image size
            """,
            CacheImageMessage(0, None, 0),
        ),
    )


class TestCacheImage(Table):
    decode = staticmethod(decode_cache_image)
    rows = (
        Row(
            "two structures; the second depends on the first",
            """
            'MDCI'                  | signature
            00                      | version
            00                      | flags
            57 00 00 00 00 00 00 00 | image size
            02 00 00 00             | number of entries
            11                      | structure type
            05                      | flags
            01                      | ring
            00                      | age
            01 00                   | number of children
            01 00                   | number of dirty children
            00 00                   | number of parents
            ff ff ff ff             | rank
            00 02 00 00 00 00 00 00 | structure address
            03 00 00 00 00 00 00 00 | structure size
            'abc'                   | cached structure
            07                      | structure type
            08                      | flags
            01                      | ring
            00                      | age
            00 00                   | number of children
            00 00                   | number of dirty children
            01 00                   | number of parents
            00 00 00 00             | rank
            00 03 00 00 00 00 00 00 | structure address
            02 00 00 00 00 00 00 00 | structure size
            00 02 00 00 00 00 00 00 | parent address
            'de'                    | cached structure
            00*2                    | padding
            <lookup3>               | checksum
            """,
            (CachedStructure(0x200, b"abc"), CachedStructure(0x300, b"de")),
            args=(97,),
            rounds=1,
        ),
    )
