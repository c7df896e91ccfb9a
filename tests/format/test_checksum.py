"""The lookup3 checksum (I.A)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purehdf.format.checksum import lookup3, lookup3_each

from . import encode

LINCOLN = b"Four score and seven years ago"


@pytest.mark.parametrize(
    ("key", "initial", "value"),
    [  # the vectors that the author of lookup3 gives with it
        (b"", 0, 0xDEADBEEF),
        (b"", 0xDEADBEEF, 0xBD5B7DDE),
        (LINCOLN, 0, 0x17770551),
        (LINCOLN, 1, 0xCD628161),
    ],
)
def test_known_values(key: bytes, initial: int, value: int) -> None:
    assert lookup3(key, initial) == value
    assert encode.lookup3(key, initial) == value


@pytest.mark.parametrize("size", range(41))
def test_each_length(size: int) -> None:
    """Against a second implementation, which adds byte by byte."""
    for key in (bytes(size), b"\xff" * size, bytes(range(100, 100 + size))):
        assert lookup3(key) == encode.lookup3(key)
        assert lookup3(memoryview(b"x" + key)[1:]) == encode.lookup3(key)


@given(st.binary(max_size=200), st.integers(0, 2**32 - 1))
def test_any_bytes(key: bytes, initial: int) -> None:
    assert lookup3(key, initial) == encode.lookup3(key, initial)


@given(st.lists(st.binary(max_size=60), max_size=12))
def test_many_together(keys: list[bytes]) -> None:
    assert lookup3_each(keys) == [encode.lookup3(key) for key in keys]
    windows = [memoryview(b"x" + key) for key in keys]
    assert lookup3_each([window[1:] for window in windows]) == lookup3_each(keys)
