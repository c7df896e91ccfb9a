"""LZF against h5py's own encoder, and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from purehdf.errors import FormatError, LimitError, TruncatedError
from purehdf.filters import lzf

from .conftest import CHARACTERS, FLOATS, INTEGERS, Check, series


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("character", CHARACTERS)
@pytest.mark.parametrize("dtype", INTEGERS + FLOATS)
def test_equals_h5py(check: Check, dtype: str, character: str, shuffle: bool) -> None:
    """Noise does not compress: h5py leaves the filter out for such a chunk."""
    for count in (1, 37, 5000):
        check(series(character, dtype, count), compression="lzf", shuffle=shuffle)


def test_edge_chunks(check: Check) -> None:
    data = series("small", "<i4", 50 * 41).reshape(50, 41)
    check(data, chunks=(16, 16), compression="lzf", fletcher32=True)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", b""),
        (b"\x02abc", b"abc"),
        (b"\x00a\x20\x00", b"aaaa"),  # a copy of three that overlaps itself
        (b"\x02abc\x20\x02", b"abcabc"),
        (b"\x01ab\xe0\x00\x01", b"ab" + b"ab" * 4 + b"a"),  # length 7 + 0 + 2
        (b"\x00a\xe0\xff\x00", b"a" * 265),
    ],
)
def test_by_hand(data: bytes, expected: bytes) -> None:
    assert bytes(lzf.decode(data, (), len(expected))) == expected
    if expected:
        with pytest.raises(LimitError):
            lzf.decode(data, (), len(expected) - 1)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"\x02ab", TruncatedError),
        (b"\x00a\x20", TruncatedError),
        (b"\x00a\xe0", TruncatedError),
        (b"\x00a\xe0\x01", TruncatedError),
        (b"\x20\x00", FormatError),
        (b"\x00a\x20\x01", FormatError),
    ],
)
def test_damaged(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        lzf.decode(data, (), 1000)


def test_a_bomb_is_stopped() -> None:
    bomb = b"\x00a" + b"\xe0\xff\x00" * 1_000_000
    with pytest.raises(LimitError):
        lzf.decode(bomb, (), 10_000)


def test_far_copies() -> None:
    data = np.arange(8192, dtype="<u2").tobytes()[:8192]
    literal = b"".join(b"\x1f" + data[i : i + 32] for i in range(0, 8192, 32))
    assert bytes(lzf.decode(literal + b"\x3f\xff", (), 9000)) == data + data[:3]
