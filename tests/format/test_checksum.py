"""The lookup3 checksum (I.A)."""

from __future__ import annotations

import numpy as np
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


@pytest.mark.parametrize("count", [2, 3, 40, 95, 96, 300])
@pytest.mark.parametrize("longest", [12, 13, 150, 700])
def test_side_by_side(count: int, longest: int) -> None:
    """Few as lanes of an integer, many as columns; all ones make every sum carry."""
    rng = np.random.default_rng(count)
    keys = [rng.bytes(n) for n in rng.integers(1, longest, count, endpoint=True)]
    keys[::3] = [b"\xff" * len(key) for key in keys[::3]]
    assert lookup3_each(keys) == [encode.lookup3(key) for key in keys]
