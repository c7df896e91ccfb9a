"""Floating-point numbers described by their fields, bit for bit as libhdf5 converts them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from h5py import h5t
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from purehdf.datatype.floats import complex_dtype, float_dtype, is_plain_float, read_floats
from purehdf.errors import UnsupportedError
from purehdf.format.datatypes import FloatingPoint

from .oracle import Make, predefined, read_both, read_ours, same, write

SPECIAL = bytes(
    [0x00, 0x80, 0x01, 0x7F, 0xFF, 0x78, 0xF8, 0x79, 0x7C, 0xFC, 0x7D, 0x38, 0xC0, 0x07]
)


def ieee(size: int, order: str = "<", **fields: int) -> FloatingPoint:
    exponent = {1: 5, 2: 5, 4: 8, 8: 11, 16: 15}[size]
    mantissa = 8 * size - 1 - exponent
    known = {
        "mantissa_normalization": 2,
        "sign_location": 8 * size - 1,
        "exponent_location": mantissa,
        "exponent_size": exponent,
        "mantissa_location": 0,
        "mantissa_size": mantissa,
        "exponent_bias": (1 << exponent - 1) - 1,
        "internal_padding": 0,
    }
    return FloatingPoint(size, order, 0, 0, 0, 8 * size, **(known | fields))


@pytest.mark.parametrize("size", [2, 4, 8])
def test_numpy_floats_are_views(size: int) -> None:
    raw = np.frombuffer(bytes(range(16)), f"V{size}")
    for order in "<>":
        datatype = ieee(size, order)
        assert is_plain_float(datatype)
        assert float_dtype(datatype) == np.dtype(f"{order}f{size}")
        assert np.shares_memory(read_floats(datatype, raw), raw)


@pytest.mark.parametrize(
    "name",
    [
        "H5T_FLOAT_BFLOAT16LE",
        "H5T_FLOAT_BFLOAT16BE",
        "H5T_FLOAT_F8E4M3",
        "H5T_FLOAT_F8E5M2",
        "H5T_IEEE_F16BE",
        "H5T_NATIVE_LDOUBLE",
    ],
)
def test_predefined_types(make: Make, name: str) -> None:
    tid = predefined(name)
    numbers = np.random.default_rng(5).bytes(16 * 40)
    edges = b"".join(bytes([a]) + bytes([b]) for a in SPECIAL for b in SPECIAL)
    raw = (edges + numbers)[: (len(edges) + len(numbers)) // 16 * 16]
    if name == "H5T_NATIVE_LDOUBLE":
        raw = np.array([0, -1.5, np.inf, np.nan, 1e4000, 1e-4940], np.longdouble).tobytes()
    want, got = read_both(make(tid, raw))
    assert same(want, got)


def test_every_value_of_eight_bits(make: Make) -> None:
    for name in ("H5T_FLOAT_F8E4M3", "H5T_FLOAT_F8E5M2"):
        want, got = read_both(make(predefined(name), bytes(range(256))))
        assert same(want, got)


@st.composite
def types(draw: Any) -> Any:
    """Any fields that fit into an element, and of which numpy has a float."""
    size = draw(st.integers(1, 10))
    exponent = draw(st.integers(2, min(15, 8 * size - 2)))
    mantissa = draw(st.integers(1, min(8 * size - exponent - 1, 52)))
    offset = draw(st.integers(0, 8 * size - exponent - mantissa - 1))
    bias = (1 << exponent - 1) - 1 + draw(st.integers(-3, 3))
    assume(bias > 0)  # h5py takes zero for an error
    tid = predefined("H5T_NATIVE_LDOUBLE")
    tid.set_fields(offset + mantissa + exponent, offset + mantissa, exponent, offset, mantissa)
    tid.set_ebias(bias)
    tid.set_norm(draw(st.sampled_from((h5t.NORM_IMPLIED, h5t.NORM_NONE))))
    tid.set_offset(0)
    tid.set_precision(8 * size)
    tid.set_size(size)
    tid.set_order(draw(st.sampled_from((h5t.ORDER_LE, h5t.ORDER_BE))))
    return tid


@settings(suppress_health_check=list(HealthCheck), max_examples=150)
@given(types(), st.randoms(use_true_random=False))
def test_as_h5py(tmp_path: Path, tid: Any, random: Any) -> None:
    raw = (
        random.randbytes(60 * tid.get_size()) + bytes(4 * tid.get_size()) + b"\xff" * tid.get_size()
    )
    path = write(tmp_path / "made.h5", tid, raw)
    with h5py.File(path) as f:
        try:
            dtype = f["d"].dtype
        except ValueError:  # numpy has none
            with pytest.raises(UnsupportedError):
                read_ours(path)
            return
        want = f["d"][...]
    got = read_ours(path)
    assert got.dtype == dtype
    if dtype.itemsize < 16 or tid.get_norm() == h5t.NORM_IMPLIED:
        assert same(want, got)


def test_padding_bits_make_libhdf5_convert(make: Make) -> None:
    """And so every NaN becomes the same."""
    tid = h5t.IEEE_F32LE.copy()
    tid.set_pad(h5t.PAD_ONE, h5t.PAD_ZERO)
    raw = np.array([0x7FC00001, 0xFF812345, 0x3F800000], "<u4").tobytes()
    want, got = read_both(make(tid, raw))
    assert same(want, got)
    assert got.view("u4").tolist() == [0x7FFFFFFF, 0xFFFFFFFF, 0x3F800000]


@pytest.mark.parametrize(("name", "size"), [("H5T_VAX_F32", 4), ("H5T_VAX_F64", 8)])
def test_vax(make: Make, name: str, size: int) -> None:
    """h5py has no dtype for them; libhdf5 reads them into doubles."""
    path = make(predefined(name), np.random.default_rng(2).bytes(50 * size))
    with h5py.File(path) as f:
        want = np.zeros(50, "<f8")
        f["d"].id.read(h5py.h5s.ALL, h5py.h5s.ALL, want)
    got = read_ours(path)
    assert got.dtype.itemsize > size  # wider exponents than IEEE's of the same size
    np.testing.assert_array_equal(got.astype("f8"), want)


def test_first_bit_always_set() -> None:
    """Normalization 1: libhdf5 has no conversion; the leading one is stored."""
    datatype = ieee(4, mantissa_normalization=1)
    raw = np.array([127 << 23 | 1 << 22, 128 << 23 | 3 << 21, 0], "<u4").view("V4")
    assert read_floats(datatype, raw).tolist() == [1.0, 3.0, 0.0]


def test_what_numpy_cannot_hold() -> None:
    quad = ieee(16)
    if np.finfo("g").nmant == 112:
        assert float_dtype(quad) == np.dtype("g")
    else:
        with pytest.raises(UnsupportedError, match="112 bits of mantissa"):
            float_dtype(quad)


def test_complex_dtypes() -> None:
    assert complex_dtype(ieee(2)) == np.dtype("<c8")  # numpy has no smaller one
    assert complex_dtype(ieee(4, ">")) == np.dtype(">c8")
    assert complex_dtype(ieee(8)) == np.dtype("<c16")
