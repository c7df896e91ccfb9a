"""Compounds, enumerations, arrays, opaque and complex types: dtypes and values as h5py's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from h5py import h5t
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import purehdf
from purehdf.datatype.numpy_types import is_plain, memory_dtype, storage_dtype
from purehdf.errors import UnsupportedError
from purehdf.format.datatypes import (
    Array,
    Complex,
    Compound,
    Datatype,
    Enumeration,
    FixedPoint,
    Member,
    Opaque,
    String,
)

from .oracle import Make, predefined, read_both, read_ours, same

BYTE = FixedPoint(1, "<", 0, 0, 0, 8, False)


def compound(size: int, *members: tuple[str, int, Any]) -> Any:
    tid = h5t.create(h5t.COMPOUND, size)
    for name, offset, member in members:
        tid.insert(name.encode(), offset, member)
    return tid


def equal(want: Any, got: Any) -> bool:
    """Whether two structured arrays hold the same, padding aside."""
    if want.dtype.names:
        return all(equal(want[name], got[name]) for name in want.dtype.names)
    return same(want, got)


F2, F4, F4BE, F8 = h5t.IEEE_F16LE, h5t.IEEE_F32LE, h5t.IEEE_F32BE, h5t.IEEE_F64LE
COMPOUNDS = {
    "holes": compound(20, ("a", 3, h5t.STD_I16LE), ("b", 9, F8)),
    "in disorder": compound(20, ("b", 12, h5t.STD_I32LE), ("a", 0, F8), ("c", 17, h5t.STD_U8LE)),
    "complex": compound(8, ("r", 0, F4), ("i", 4, F4)),
    "complex, big-endian": compound(8, ("r", 0, F4BE), ("i", 4, F4BE)),
    "complex with gaps": compound(16, ("r", 4, F4), ("i", 12, F4)),
    "complex, imaginary part first": compound(8, ("r", 4, F4), ("i", 0, F4)),
    "complex of long doubles": compound(
        32, ("r", 0, h5t.NATIVE_LDOUBLE), ("i", 16, h5t.NATIVE_LDOUBLE)
    ),
    "complex of bfloat16": compound(
        4,
        ("r", 0, predefined("H5T_FLOAT_BFLOAT16LE")),
        ("i", 2, predefined("H5T_FLOAT_BFLOAT16LE")),
    ),
    "not complex: halves": compound(4, ("r", 0, F2), ("i", 2, F2)),
    "not complex: two byte orders": compound(8, ("r", 0, F4), ("i", 4, F4BE)),
    "not complex: other names": compound(8, ("i", 0, F4), ("r", 4, F4)),
    "300 members": compound(600, *((f"member {i}", 2 * i, h5t.STD_U16BE) for i in range(300))),
    "nested": compound(
        20, ("x", 2, compound(8, ("r", 0, F4), ("i", 4, F4))), ("y", 12, compound(5, ("z", 1, F4)))
    ),
    "arrays": compound(32, ("m", 4, h5t.array_create(h5t.STD_I16BE, (2, 3))), ("n", 20, F8)),
    "converted, with room": compound(
        8, ("a", 0, predefined("H5T_FLOAT_BFLOAT16LE")), ("b", 4, h5t.STD_I16LE)
    ),
}


@pytest.mark.parametrize("name", COMPOUNDS)
def test_compounds(make: Make, name: str) -> None:
    tid = COMPOUNDS[name]
    raw = np.random.default_rng(7).bytes(tid.get_size() * 8)
    if "long doubles" in name:
        raw = np.arange(16, dtype=np.longdouble).tobytes()
    want, got = read_both(make(tid, raw, (2, 4)))
    assert equal(want, got)


def test_member_that_needs_more_room(make: Make) -> None:
    """h5py's dtype has overlapping fields then, and its numbers destroy each other."""
    bfloat = predefined("H5T_FLOAT_BFLOAT16LE")
    three = h5t.STD_I32LE.copy()
    three.set_precision(24)
    three.set_size(3)
    tid = compound(8, ("a", 0, bfloat), ("b", 2, three), ("c", 5, h5t.STD_U8LE), ("d", 6, bfloat))
    raw = b"\x80\x3f" + b"\xfe\xff\xff" + b"\x07" + b"\x00\x40"
    got = read_ours(make(tid, raw * 2))
    assert got.tolist() == [(1.0, -2, 7, 2.0)] * 2
    assert got.dtype.names == ("a", "b", "c", "d")


def member(name: bytes, offset: int, datatype: Datatype = BYTE) -> Member:
    return Member(name, offset, datatype)


def test_names_that_numpy_must_have_once() -> None:
    names = (b"a", b"a", b"", b"a_1", b"a", b"\xff")
    datatype = Compound(6, tuple(member(name, i) for i, name in enumerate(names)))
    assert memory_dtype(datatype).names == ("a", "a_1", "", "a_1_1", "a_2", "\udcff")


def test_overlapping_members_are_kept_apart_in_memory() -> None:
    datatype = Compound(4, (member(b"a", 0, String(4, 1, 0)), member(b"b", 2, String(2, 1, 0))))
    assert storage_dtype(datatype).itemsize == 4
    assert memory_dtype(datatype) == np.dtype([("a", "S4"), ("b", "S2")])
    assert not is_plain(datatype)


def test_what_numpy_has_no_room_for() -> None:
    huge = Array(1 << 33, Array(1 << 20, BYTE, (1 << 20,)), (1 << 13,))
    with pytest.raises(UnsupportedError, match="array"):
        memory_dtype(huge)


# -- enumerations


def enumeration(base: Any, **values: int) -> Any:
    tid = h5t.enum_create(base)
    for name, value in values.items():
        tid.enum_insert(name.encode(), value)
    return tid


def twelve_bits() -> Any:
    tid = h5t.STD_I16LE.copy()
    tid.set_precision(12)
    tid.set_offset(2)
    return tid


ENUMERATIONS = {
    "big-endian": enumeration(h5t.STD_I32BE, A=5, B=-7),
    "unsigned": enumeration(h5t.STD_U64LE, A=5, B=1 << 40),
    "of twelve bits": enumeration(twelve_bits(), A=5, B=-3),
    "boolean": enumeration(h5t.STD_I8LE, FALSE=0, TRUE=1),
    "boolean, the other way": enumeration(h5t.STD_I8LE, TRUE=1, FALSE=0),
    "not quite boolean": enumeration(h5t.STD_I8LE, FALSE=1, TRUE=0),
}


@pytest.mark.parametrize("name", ENUMERATIONS)
def test_enumerations(make: Make, name: str) -> None:
    tid = ENUMERATIONS[name]
    raw = bytes(range(2)) * 40 if "boolean" in name else bytes(range(80))
    path = make(tid, raw)
    with h5py.File(path) as f, purehdf.File(path) as g:
        assert g["d"].dtype == f["d"].dtype
        assert purehdf.check_enum_dtype(g["d"].dtype) == h5py.check_enum_dtype(f["d"].dtype)
        assert same(f["d"][...], g["d"][...])


def test_boolean_of_a_wider_base(make: Make) -> None:
    want, got = read_both(make(enumeration(h5t.STD_I32BE, FALSE=0, TRUE=1), b"\0\0\0\1" + bytes(4)))
    assert got.dtype == bool
    assert got.tolist() == want.tolist() == [True, False]


def test_enumeration_names_and_wide_values() -> None:
    wide = FixedPoint(9, "<", 0, 0, 0, 72, False)
    datatype = Enumeration(9, wide, (b"\xff", b"b"), (b"\xff" * 9, bytes(9)))
    values = purehdf.check_enum_dtype(memory_dtype(datatype))
    assert values == {b"\xff": 2**72 - 1, "b": 0}
    assert purehdf.check_enum_dtype(memory_dtype(Enumeration(1, BYTE, (), ()))) == {}


def test_enumeration_of_something_else() -> None:
    with pytest.raises(UnsupportedError, match="enumeration"):
        memory_dtype(Enumeration(4, String(4, 0, 0), (), ()))


# -- the rest


@pytest.mark.parametrize("dtype", ["<M8[ns]", ">m8[D]", "<f8", "U3", "?", "S5", "V6"])
def test_opaque_with_a_tag_of_h5py(tmp_path: Path, dtype: str) -> None:
    path = tmp_path / "made.h5"
    data = np.arange(6).astype(dtype) if dtype != "V6" else np.zeros(6, "V6")
    with h5py.File(path, "w") as f:
        f.create_dataset("d", data=data.astype(h5py.opaque_dtype(data.dtype)))
    want, got = read_both(path)
    assert want.tobytes() == got.tobytes()
    assert purehdf.datatype.metadata.check_opaque_dtype(got.dtype) == h5py.check_opaque_dtype(
        want.dtype
    )


@pytest.mark.parametrize("tag", [b"", b"NUMPY:", b"NUMPY:O", b"NUMPY:i4,i4", b"NUMPY:<i8", b"x"])
def test_opaque_with_another_tag(tag: bytes) -> None:
    assert memory_dtype(Opaque(4, tag)) == np.dtype("V4")


@pytest.mark.parametrize("part", ["F32LE", "F32BE", "F64LE", "F64BE"])
def test_complex(make: Make, part: str) -> None:
    tid = getattr(h5t, f"COMPLEX_IEEE_{part}")
    want, got = read_both(make(tid, np.random.default_rng(1).bytes(160)))
    assert same(want, got)


def test_complex_of_half_floats(make: Make) -> None:
    """There is none in numpy, and h5py has no dtype for it."""
    raw = np.array([1.5, -2, np.inf, 0], ">f2").tobytes()
    got = read_ours(make(h5t.COMPLEX_IEEE_F16BE, raw))
    assert got.dtype == np.dtype(">c8")
    assert got.tolist() == [1.5 - 2j, complex(np.inf, 0)]


def test_complex_in_another_form() -> None:
    with pytest.raises(UnsupportedError, match="real and imaginary"):
        memory_dtype(Complex(2, BYTE, 0))


@st.composite
def drawn(draw: Any, depth: int = 3) -> np.dtype[Any]:
    """A dtype that h5py writes."""
    kinds = ["<i2", ">u4", "<f2", ">f8", "S3", "<c8", "?", "V5", "i1"]
    if depth == 0 or draw(st.booleans()):
        return np.dtype(draw(st.sampled_from(kinds)))
    if draw(st.booleans()):
        inner = draw(drawn(depth - 1))
        shape = tuple(draw(st.lists(st.integers(1, 3), min_size=1, max_size=2)))
        return np.dtype([("only", inner, shape)])
    inner = draw(st.lists(drawn(depth - 1), min_size=1, max_size=4))
    return np.dtype([(f"f{i}", each) for i, each in enumerate(inner)], align=draw(st.booleans()))


@settings(suppress_health_check=list(HealthCheck), max_examples=60)
@given(dtype=drawn(), random=st.randoms(use_true_random=False))
def test_drawn_dtypes(tmp_path: Path, dtype: np.dtype[Any], random: Any) -> None:
    path = tmp_path / "made.h5"
    raw = bytearray(random.randbytes(6 * dtype.itemsize))
    with h5py.File(path, "w") as f:
        f.create_dataset("d", data=np.frombuffer(raw, dtype).reshape(2, 3), dtype=dtype)
    want, got = read_both(path)
    assert equal(want, got)
    assert is_plain(datatype_of(path)) == (got.dtype == storage_dtype(datatype_of(path)))


def datatype_of(path: Path) -> Datatype:
    with purehdf.File(path) as f:
        datatype: Datatype = f["d"]._record.datatype
        return datatype
