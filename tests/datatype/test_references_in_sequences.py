"""References of HDF5 1.12 in sequences: each takes as many bytes as it has in memory."""

from __future__ import annotations

import ctypes
from pathlib import Path

import h5py
import numpy as np
from h5py import h5s

import purehdf
from purehdf.datatype.metadata import AttributeReference

from .oracle import library

Id = ctypes.c_int64


class Sequence(ctypes.Structure):
    """``hvl_t``."""

    _fields_ = (("length", ctypes.c_size_t), ("elements", ctypes.c_void_p))


def test_object_and_attribute(tmp_path: Path) -> None:
    path, lib = tmp_path / "made.h5", library()
    lib.H5Dcreate2.restype = lib.H5Tvlen_create.restype = Id
    with h5py.File(path, "w", libver="latest") as f:
        f["x"] = np.arange(3)
        f["x"].attrs["a"] = 1
        buffer = (ctypes.c_char * 64 * 2)()
        plist = Id(0)
        at = [ctypes.byref(each) for each in buffer]
        assert lib.H5Rcreate_object(Id(f.id.id), b"/x", plist, at[0]) >= 0
        assert lib.H5Rcreate_attr(Id(f.id.id), b"/x", b"a", plist, at[1]) >= 0
        kind = Id(lib.H5Tvlen_create(Id.in_dll(lib, "H5T_STD_REF_g")))
        one, zero = h5s.create_simple((1,)), Id(0)
        made = Id(lib.H5Dcreate2(Id(f.id.id), b"d", kind, Id(one.id), zero, zero, zero))
        value = Sequence(2, ctypes.cast(buffer, ctypes.c_void_p))
        assert lib.H5Dwrite(made, kind, zero, zero, zero, ctypes.byref(value)) >= 0
        for each in at:
            lib.H5Rdestroy(each)
        lib.H5Dclose(made)
    with purehdf.File(path) as f:
        ((whole, attribute),) = f["d"][...]
        assert whole.address == attribute.address == f["x"]._header.address
        assert isinstance(attribute, AttributeReference)
        assert attribute.attribute == "a"
