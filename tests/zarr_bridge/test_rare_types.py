"""What Zarr has no name for, and is served all the same."""

from __future__ import annotations

import json
from typing import Any

import h5py
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from purehdf.format.datatypes import Array, Compound, FixedPoint, Member
from purehdf.zarr_bridge import HDF5Zarr
from purehdf.zarr_bridge.capabilities import HAS_MORE_TYPES
from purehdf.zarr_bridge.chunk_references import references
from purehdf.zarr_bridge.elements import element_type
from purehdf.zarr_bridge.kerchunk import kerchunk_dict

from .compare import differences
from .conftest import Make
from .reference_store import ZARR_WARNS, reference_differences

needs_types = pytest.mark.skipif(not HAS_MORE_TYPES, reason="zarr-python 3.0 has fewer types")
x87 = pytest.mark.skipif(
    np.finfo(np.longdouble).nmant != 63, reason="the long doubles of this machine are others"
)
PI = "3.14159265358979323846"


@needs_types
@x87
@ZARR_WARNS
def test_long_doubles_are_raw_bytes(make_file: Make, zarr_format: int) -> None:
    long = np.array([1.5, np.longdouble(PI)], "g")

    def write(f: Any) -> None:
        f["long"] = long
        f["big"] = long.astype(">g")
        f["complex"] = long * 1j
        f["row"] = np.array(
            [(1, x, (x, 0)) for x in long], [("a", "i2"), ("b", "g"), ("c", "g", 2)]
        )
        f.create_dataset("filled", (3,), "g", fillvalue=long[1], chunks=(2,), compression="gzip")
        f["text"] = np.array([(x, "x") for x in long], [("a", "g"), ("b", h5py.string_dtype())])

    path = make_file(write)
    assert differences(path, zarr_format) == []
    group = HDF5Zarr(path, zarr_format=zarr_format).zgroup
    assert group["long"].dtype == "V16"
    assert group["long"].attrs["_HDF5_NUMPY_TYPE"] == "<f16"
    assert_array_equal(group["long"][...].view("<f16"), long)
    assert [json.loads(str(each))["a"] for each in group["text"][...]] == [1.5, str(long[1])]
    found = references(path, zarr_format=zarr_format, inline_threshold=0)
    assert reference_differences(path, kerchunk_dict(found), found) == []
    assert found.arrays["long"].offset.size


@x87
def test_attributes_that_doubles_cannot_hold(make_file: Make, zarr_format: int) -> None:
    values = {
        "exact": np.longdouble(0.5),
        "scalar": np.longdouble(PI),
        "array": np.array([[1, np.longdouble(PI)]], "g"),
        "complex": np.clongdouble(1 + np.longdouble(PI) * 1j),
        "nan": np.array([np.nan, np.longdouble(PI)], "g"),
    }
    path = make_file(lambda f: f.attrs.update(values))
    found = dict(HDF5Zarr(path, zarr_format=zarr_format).zgroup.attrs)
    digits = str(np.longdouble(PI))
    assert found == {
        "exact": 0.5,
        "scalar": digits,
        "array": [["1.0", digits]],
        "complex": ["1.0", digits],
        "nan": ["nan", digits],
    }
    assert differences(path, zarr_format) == []


@ZARR_WARNS
def test_null_dataspaces_become_arrays_without_elements(make_file: Make, zarr_format: int) -> None:
    def write(f: Any) -> None:
        f["null"] = h5py.Empty("f4")
        f["null"].attrs["kept"] = 3
        f["text"] = h5py.Empty(h5py.string_dtype())
        f["ragged"] = h5py.Empty(h5py.vlen_dtype("f4"))
        f["zero"] = np.zeros(0, "f4")

    path = make_file(write)
    assert differences(path, zarr_format) == []
    bridge = HDF5Zarr(path, zarr_format=zarr_format)
    null = bridge.zgroup["null"]
    assert null.shape == null[...].shape == (0,)
    assert null.dtype == "f4"
    assert (null.attrs["_HDF5_NULL"], null.attrs["kept"]) == (True, 3)
    assert "_HDF5_NULL" not in bridge.zgroup["zero"].attrs
    reasons = {entry.path: (entry.how, entry.reason) for entry in bridge.report()}
    assert reasons["/zero"] == ("raw", "")
    for name in ("/null", "/text", "/ragged"):
        assert reasons[name][0] == "decoded"
        assert "null dataspace" in reasons[name][1]
    found = references(path, zarr_format=zarr_format)
    assert reference_differences(path, kerchunk_dict(found), found) == []


def test_names_that_are_not_utf8(make_file: Make, zarr_format: int) -> None:
    def write(f: Any) -> None:
        f.create_group(b"\xff")[b"\xfe"] = [1, 2]

    path = make_file(write)
    assert differences(path, zarr_format) == []
    assert_array_equal(HDF5Zarr(path, zarr_format=zarr_format).zgroup["\udcff/\udcfe"][...], [1, 2])


def test_structures_with_nothing_in_them_are_json() -> None:
    number = FixedPoint(4, "<", 0, 0, 0, 32, signed=True)
    good = Compound(8, (Member(b"a", 0, number), Member(b"b", 4, Array(4, number, (1,)))))
    none = Compound(4, (Member(b"a", 0, number), Member(b"b", 4, Array(0, number, (2, 0)))))
    outer = Compound(4, (Member(b"c", 0, none),))
    assert not element_type(good).is_json
    assert element_type(none).is_json
    assert element_type(outer).is_json
