"""Finding the superblock: at byte 0, 512, 1024, 2048, and so on."""

from __future__ import annotations

import pytest

from purehdf.errors import ChecksumError, SignatureError
from purehdf.format.context import Context
from purehdf.source import BytesSource, CountingSource, run
from purehdf.walk.reader import Reader
from purehdf.walk.superblock import find_superblock
from tests.format.encode import superblock_v0, superblock_v2, symbol_table_entry

WIDTHS = [Context(o, n) for o in (2, 4, 8) for n in (2, 4, 8)]


def find(data: bytes) -> tuple[int, int | None, Context, int]:
    """Where it is, the root's address, the sizes, and the number of waves."""
    source = CountingSource(BytesSource(data))
    place, superblock = run(find_superblock(Reader(Context())), source)
    return place, superblock.root_address, superblock.context, len(source.waves)


@pytest.mark.parametrize("place", [0, 512, 1024, 2048, 1 << 20])
@pytest.mark.parametrize("context", [Context(8, 8), Context(2, 4)])
def test_its_places(place: int, context: Context) -> None:
    data = bytes(place) + superblock_v2(context, 0x30, 0x100)
    waves = 5 if place == 0 else 6 if place < 8192 else 7
    assert find(data) == (place, 0x30, context, waves)


@pytest.mark.parametrize("context", WIDTHS)
@pytest.mark.parametrize("version", [0, 2, 3])
def test_versions_and_sizes(version: int, context: Context) -> None:
    if version == 0:
        data = superblock_v0(context, symbol_table_entry(context, 0, 0x60), 0x100)
    else:
        data = superblock_v2(context, 0x60, 0x100, version=version)
    assert find(bytes(512) + data)[:3] == (512, 0x60, context)


def test_the_first_one_counts() -> None:
    data = superblock_v2(Context(), 0x30, 0x100).ljust(512) + superblock_v2(Context(), 0x40, 0x100)
    assert find(data)[:2] == (0, 0x30)
    data = bytes(512) + data
    assert find(data)[:2] == (512, 0x30)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89HDF\r\n\x1a",
        b"\x89HDF\n\n\x1a\n" + bytes(100),
        b"\x89PNG\r\n\x1a\n" + bytes(3000),
        bytes(256) + superblock_v2(Context(), 0x30, 0x100),
        bytes(1536) + superblock_v2(Context(), 0x30, 0x100),
    ],
    ids=["empty", "too short", "text mode", "an image", "at 256", "at 1536"],
)
def test_not_an_hdf5_file(data: bytes) -> None:
    with pytest.raises(SignatureError, match="not an HDF5 file") as caught:
        find(data)
    assert caught.value.section == "II.A"


def test_a_bad_one_is_an_error_and_the_search_ends() -> None:
    good = superblock_v2(Context(), 0x30, 0x100)
    bad = bytes([*good[:-1], good[-1] ^ 1])
    with pytest.raises(ChecksumError) as caught:
        find(bad.ljust(512) + good)
    assert caught.value.offset == len(good) - 4
