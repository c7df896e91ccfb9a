"""Integers, bit fields and times of any size, precision, offset and byte order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from h5py import h5t
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from purehdf.datatype.integers import integer_dtype, read_integers
from purehdf.format.datatypes import BitField, FixedPoint, Time

from .oracle import Make, predefined, read_both, read_ours, write


def fixed(size: int, order: str, offset: int, precision: int, signed: bool) -> FixedPoint:
    return FixedPoint(size, order, 0, 0, offset, precision, signed)


@st.composite
def cases(draw: Any) -> tuple[FixedPoint, int, bytes]:
    size = draw(st.integers(1, 20))
    precision = draw(st.integers(1, 8 * size))
    offset = draw(st.integers(0, 8 * size - precision))
    signed, order = draw(st.booleans()), draw(st.sampled_from("<>"))
    low, high = (
        (-(1 << precision - 1), (1 << precision - 1) - 1) if signed else (0, 2**precision - 1)
    )
    value = draw(st.integers(low, high))
    mask = ((1 << precision) - 1) << offset
    noise = draw(st.integers(0, 2 ** (8 * size) - 1)) & ~mask
    stored = (value & (1 << precision) - 1) << offset | noise
    raw = stored.to_bytes(size, "big" if order == ">" else "little")
    return fixed(size, order, offset, precision, signed), value, raw


@given(cases())
def test_every_value_comes_back(case: tuple[FixedPoint, int, bytes]) -> None:
    datatype, value, raw = case
    one_byte = (datatype.size, datatype.byte_order, datatype.bit_offset) == (1, ">", 0)
    found = read_integers(datatype, np.frombuffer(raw * 2, f"V{datatype.size}").reshape(2, 1))
    assert found.shape == (2, 1)
    if one_byte:  # taken as it is, as by libhdf5
        value = int(np.frombuffer(raw, integer_dtype(datatype))[0])
    assert found.tolist() == [[value], [value]]


@pytest.mark.parametrize(
    ("size", "precision", "dtype"),
    [
        (1, 3, "i1"),
        (2, 12, "<i2"),
        (3, 24, "<i4"),
        (5, 40, "<i8"),
        (6, 41, "<i8"),
        (7, 56, "<i8"),
        (8, 63, "<i8"),
        (9, 64, "<i8"),
        (9, 65, "O"),
        (16, 128, "O"),
    ],
)
def test_the_dtype(size: int, precision: int, dtype: str) -> None:
    assert integer_dtype(fixed(size, "<", 0, precision, True)) == np.dtype(dtype)


def test_bit_fields_have_no_sign() -> None:
    datatype = BitField(2, ">", 0, 0, 3, 10)
    raw = np.frombuffer(b"\x1f\xf8", "V2")
    assert read_integers(datatype, raw).tolist() == [0x3FF]
    assert integer_dtype(datatype) == np.dtype(">u2")


def test_times_are_signed_integers() -> None:
    raw = np.frombuffer((-2).to_bytes(4, "big", signed=True), "V4")
    assert read_integers(Time(4, ">", 32), raw).tolist() == [-2]


# -- against h5py


@st.composite
def types(draw: Any) -> Any:
    """Integers that libhdf5 writes and h5py has a dtype for."""
    size = draw(st.sampled_from((1, 2, 4, 8)))
    precision = draw(st.integers(4 * size + 1, 8 * size))
    tid = draw(st.sampled_from((h5t.STD_I64LE, h5t.STD_U64LE))).copy()
    tid.set_precision(precision)
    tid.set_size(size)
    tid.set_offset(draw(st.integers(0, 8 * size - precision)))
    tid.set_order(draw(st.sampled_from((h5t.ORDER_LE, h5t.ORDER_BE))))
    pads = st.sampled_from((h5t.PAD_ZERO, h5t.PAD_ONE))
    tid.set_pad(draw(pads), draw(pads))
    return tid


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(types(), st.binary(min_size=64, max_size=64))
def test_as_h5py(tmp_path: Path, tid: Any, raw: bytes) -> None:
    want, got = read_both(write(tmp_path / "made.h5", tid, raw))
    assert want.tobytes() == got.tobytes()


@pytest.mark.parametrize("order", [h5t.ORDER_LE, h5t.ORDER_BE])
@pytest.mark.parametrize("size", [3, 5, 6, 7])
def test_sizes_that_numpy_lacks(make: Make, size: int, order: int) -> None:
    """h5py refuses them; libhdf5 reads them into integers of eight bytes."""
    tid = h5t.STD_I64LE.copy()
    tid.set_precision(8 * size - 1)
    tid.set_size(size)
    tid.set_offset(1)
    tid.set_order(order)
    path = make(tid, bytes(range(7, 7 + 10 * size)))
    with h5py.File(path) as f:
        want = np.zeros(10, "<i8")
        f["d"].id.read(h5py.h5s.ALL, h5py.h5s.ALL, want)
        with pytest.raises(TypeError):
            _ = f["d"].dtype
    assert read_ours(path).tolist() == want.tolist()


@pytest.mark.parametrize("name", ["H5T_UNIX_D32LE", "H5T_UNIX_D32BE", "H5T_UNIX_D64LE"])
def test_time_of_a_file(make: Make, name: str) -> None:
    tid = predefined(name)
    path = make(tid, bytes(range(8)))
    order = "big" if name.endswith("BE") else "little"
    want = [
        int.from_bytes(bytes(range(8))[i : i + tid.get_size()], order)
        for i in range(0, 8, tid.get_size())
    ]
    assert read_ours(path).tolist() == want


@pytest.mark.parametrize("tid", [h5t.STD_B8LE, h5t.STD_B16BE, h5t.STD_B32LE, h5t.STD_B64BE])
def test_bit_fields_as_h5py(make: Make, tid: Any) -> None:
    want, got = read_both(make(tid, bytes(range(16))))
    assert want.tobytes() == got.tobytes()
