"""Deflate, shuffle, fletcher32 and bzip2."""

from __future__ import annotations

import bz2
import sys
import zlib

import hdf5plugin
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from purehdf.errors import ChecksumError, FilterUnavailableError, FormatError, LimitError
from purehdf.filters import bzip2, deflate, fletcher32, shuffle
from purehdf.filters.packages import StreamDecoder

from .conftest import CHARACTERS, FLOATS, INTEGERS, Check, series


@pytest.mark.parametrize("character", CHARACTERS)
@pytest.mark.parametrize("dtype", INTEGERS + FLOATS)
def test_equals_h5py(check: Check, dtype: str, character: str) -> None:
    for count in (1, 37, 5000):
        data = series(character, dtype, count)
        check(data, compression="gzip", shuffle=True, fletcher32=True)
        check(data, **hdf5plugin.BZip2(), shuffle=True)


def test_edge_chunks(check: Check) -> None:
    data = series("smooth", "<f8", 31 * 17).reshape(31, 17)
    for options in ({"compression": "gzip"}, hdf5plugin.BZip2()):
        check(data, chunks=(8, 8), fletcher32=True, **options)


COMPRESS = {"deflate": (zlib.compress, deflate.decode), "bzip2": (bz2.compress, bzip2.decode)}


@pytest.mark.parametrize("name", COMPRESS)
def test_bombs_and_truncations(name: str) -> None:
    compress, decode = COMPRESS[name]
    assert decode(compress(b"x" * 1000), (), 1000) == b"x" * 1000
    with pytest.raises(LimitError):
        decode(compress(b"x" * 1001), (), 1000)
    with pytest.raises(LimitError):
        decode(compress(bytes(1 << 24)), (), 1000)
    stored = compress(b"abc" * 1000)
    for length in range(len(stored)):
        with pytest.raises(FormatError):
            decode(stored[:length], (), 3000)
    with pytest.raises(FormatError):
        decode(b"no stream at all", (), 3000)


def test_nothing_may_come_out_of_an_empty_limit() -> None:
    assert deflate.decode(zlib.compress(b""), (), 0) == b""
    with pytest.raises(LimitError):
        deflate.decode(zlib.compress(b"a"), (), 0)


def test_a_python_without_bz2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bz2", None)
    with pytest.raises(FilterUnavailableError, match=r"bzip2 \(id 307, parameters \[9\]\)"):
        bzip2.decode(b"", (9,), 10)


def test_decompressors_fit_the_protocol() -> None:
    decoder: StreamDecoder = bz2.BZ2Decompressor()
    assert not decoder.eof


@given(st.integers(0, 40), st.integers(0, 200))
def test_shuffle_of_any_width(width: int, count: int) -> None:
    data = np.random.default_rng(count).integers(0, 256, count, "u1")
    whole = count // width * width if width else 0
    planes = data[:whole].reshape(-1, width).T.tobytes() if whole else b""
    shuffled = planes + data[whole:].tobytes()
    assert bytes(shuffle.decode(shuffled, (width,), count)) == data.tobytes()


def test_shuffle_of_a_huge_width_is_quick() -> None:
    data = bytes(1 << 22)
    assert bytes(shuffle.decode(data, (1 << 21,), len(data))) == data


def slow_fletcher32(data: bytes) -> int:
    """The definition, word by word, with its folding at the end."""
    if len(data) % 2:
        data += b"\0"
    sum1 = sum2 = 0
    for i in range(0, len(data), 2):
        sum1 += data[i] << 8 | data[i + 1]
        sum2 += sum1
    for _ in range(8):
        sum1 = (sum1 & 0xFFFF) + (sum1 >> 16)
        sum2 = (sum2 & 0xFFFF) + (sum2 >> 16)
    while sum2 > 0xFFFF or sum1 > 0xFFFF:
        sum1 = (sum1 & 0xFFFF) + (sum1 >> 16)
        sum2 = (sum2 & 0xFFFF) + (sum2 >> 16)
    return sum2 << 16 | sum1


@given(st.binary(max_size=400))
def test_fletcher32_is_its_definition(data: bytes) -> None:
    assert fletcher32.fletcher32(data) == slow_fletcher32(data)


# 65535 is folded to itself where a sum modulo 65535 would give zero.
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", 0),
        (bytes(5), 0),
        (b"\x01\x02", 0x01020102),
        (b"\x01", 0x01000100),
        (b"\xff\xff", 0xFFFFFFFF),
        (b"\xff\xff\x00\x00", 0xFFFFFFFF),
        (b"\x00\x01\xff\xfe", 0x0001FFFF),
        (b"\xff" * 4096, 0xFFFFFFFF),
    ],
)
def test_fletcher32_vectors(data: bytes, expected: int) -> None:
    assert fletcher32.fletcher32(data) == expected
    stored = expected.to_bytes(4, "little")
    assert fletcher32.decode(data + stored, (), 10_000) == data
    old = bytes((stored[1], stored[0], stored[3], stored[2]))
    assert fletcher32.decode(data + old, (), 10_000) == data


@pytest.mark.parametrize("count", [1, 2, 3, 65_535, 65_536, 65_537, 131_073, 300_001])
def test_fletcher32_of_h5py(check: Check, count: int) -> None:
    """Odd lengths, and more words than are summed at a time."""
    check(series("noise", "u1", count), fletcher32=True)
    check(np.full(count, 255, "u1"), fletcher32=True)


def test_every_damaged_byte_is_found() -> None:
    data = bytes(range(100)) + fletcher32.fletcher32(bytes(range(100))).to_bytes(4, "little")
    for i in range(len(data)):
        damaged = bytearray(data)
        damaged[i] ^= 0x10
        with pytest.raises(ChecksumError):
            fletcher32.decode(bytes(damaged), (), 100)
