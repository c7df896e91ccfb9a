"""Scale-offset against the encoder of h5py."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

from purehdf.errors import FormatError, LimitError, TruncatedError, UnsupportedError
from purehdf.filters import scaleoffset

from .conftest import CHARACTERS, FLOATS, INTEGERS, Check, assert_same, series


@pytest.mark.parametrize("fill", [None, 0, 3, 100])
@pytest.mark.parametrize("character", CHARACTERS)
@pytest.mark.parametrize("dtype", INTEGERS)
def test_integers(check: Check, dtype: str, character: str, fill: int | None) -> None:
    for count in (1, 7, 1000):
        check(series(character, dtype, count), scaleoffset=0, fillvalue=fill)
        check(series(character, dtype, count), scaleoffset=np.dtype(dtype).itemsize * 8)
        check(series(character, dtype, count), scaleoffset=5, fillvalue=fill)


@pytest.mark.parametrize("fill", [None, 0.0, -1.5, np.nan])
@pytest.mark.parametrize("character", CHARACTERS)
@pytest.mark.parametrize("dtype", FLOATS)
def test_floats(check: Check, dtype: str, character: str, fill: float | None) -> None:
    for digits in (0, 1, 3, 6):
        check(series(character, dtype, 999), scaleoffset=digits, fillvalue=fill)


@pytest.mark.parametrize("digits", [-3, -1, 2])
@pytest.mark.parametrize("dtype", FLOATS)
def test_any_power_of_ten(file: h5py.File, dtype: str, digits: int) -> None:
    """Negative ones, which the interface of h5py refuses."""
    data = series("noise", dtype, 500)
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_chunk(data.shape)
    plist.set_filter(6, 0, (h5py.h5z.SO_FLOAT_DSCALE, digits % 2**32))
    kind, space = h5py.h5t.py_create(data.dtype), h5py.h5s.create_simple(data.shape)
    handle = h5py.h5d.create(file.id, b"x", kind, space, plist)
    handle.write(h5py.h5s.ALL, h5py.h5s.ALL, data)
    del handle
    assert_same(file["x"])


def test_fill_values_among_the_data(check: Check) -> None:
    data = series("small", "<i4", 1000) - 2
    data[::7] = -99
    check(data, scaleoffset=0, fillvalue=-99)
    check(data.astype(">f8"), scaleoffset=2, fillvalue=-99)


def test_extreme_values(check: Check) -> None:
    for dtype in ("i1", "<i2", ">i4", "<i8"):
        info = np.iinfo(dtype)
        check(np.array([info.min, info.max, 0, -1], dtype), scaleoffset=0)
        check(np.array([info.min, info.min + 5], dtype), scaleoffset=0, fillvalue=info.min)
        check(np.array([info.min, info.max - 3], dtype), scaleoffset=0, fillvalue=1)


def test_edge_chunks(check: Check) -> None:
    data = series("small", "<u2", 31 * 17).reshape(31, 17)
    check(data, chunks=(8, 8), scaleoffset=0)
    check(data, chunks=(8, 8), scaleoffset=0, shuffle=True, compression="gzip")
    check(data.astype("f8"), chunks=(8, 8), scaleoffset=2, compression="lzf")


def test_more_values_than_are_unpacked_at_a_time(check: Check) -> None:
    check(series("smooth", "<i4", 150_000), scaleoffset=0)
    check(series("noise", "<i8", 150_000) >> 3, scaleoffset=0)


GOOD = (2, 0, 100, 0, 4, 0, 0, 1, 7)
HEADER = b"\x03\0\0\0\x08" + bytes(16)


def test_shortest_data() -> None:
    data = HEADER + bytes(38)
    assert len(scaleoffset.decode(data, GOOD, 400)) == 400
    for length in range(len(data)):
        with pytest.raises(TruncatedError):
            scaleoffset.decode(data[:length], GOOD, 400)


def replaced(index: int, value: int) -> tuple[int, ...]:
    return (*GOOD[:index], value, *GOOD[index + 1 :])


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ((), TruncatedError),
        (GOOD[:8], TruncatedError),
        (replaced(0, 1), UnsupportedError),
        (replaced(0, 0), FormatError),
        (replaced(2, 101), LimitError),
        (replaced(2, 1 << 31), LimitError),
        (replaced(3, 1), FormatError),
        (replaced(4, 3), FormatError),
        (replaced(4, 0), FormatError),
    ],
)
def test_impossible_parameters(parameters: tuple[int, ...], error: type[Exception]) -> None:
    with pytest.raises(error):
        scaleoffset.decode(HEADER + bytes(100), parameters, 400)


def test_more_bits_than_an_element_has() -> None:
    with pytest.raises(FormatError, match="more bits"):
        scaleoffset.decode(b"\x21" + HEADER[1:] + bytes(1000), GOOD, 400)
