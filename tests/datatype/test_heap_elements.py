"""Sequences of any length and references, through global heaps."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from h5py import h5s

import purehdf
from purehdf.datatype.metadata import AttributeReference, Reference, RegionReference
from purehdf.datatype.regions import select_region
from purehdf.errors import FormatError, LimitError
from purehdf.format.selection import HyperslabSelection

from .oracle import library

LIBVERS = ["earliest", "v110", "latest"]


def check(want: Any, got: Any) -> None:
    """Two trees of sequences must be equal, dtypes included."""
    assert want.shape == got.shape
    if want.dtype != object:
        assert (want.dtype, want.tolist()) == (got.dtype, got.tolist())
        return
    for a, b in zip(want.reshape(-1), got.reshape(-1), strict=True):
        if isinstance(a, np.ndarray):
            check(a, b)
        else:
            assert a == b


@pytest.mark.parametrize(
    "base", ["u1", "<i4", "<f8", "S3", "<c16", [("a", "<i2"), ("b", ">f4")], ("<i4", (3,))]
)
def test_sequences(tmp_path: Path, base: Any) -> None:
    path = tmp_path / "made.h5"
    dtype = np.dtype(base)
    inner = dtype.subdtype[0] if dtype.subdtype else dtype
    shape = dtype.shape
    with h5py.File(path, "w") as f:
        d = f.create_dataset("d", (2, 3), h5py.vlen_dtype(dtype))
        for i, at in enumerate([(0, 1), (1, 0), (1, 2)]):
            if not shape:  # h5py cannot write sequences of arrays
                raw = np.random.default_rng(i).bytes(inner.itemsize * 4 * i)
                d[at] = np.frombuffer(raw, inner)
    with h5py.File(path) as f, purehdf.File(path) as g:
        assert str(h5py.check_vlen_dtype(f["d"].dtype)) == str(
            purehdf.check_vlen_dtype(g["d"].dtype)
        )
        want, got = f["d"][...], g["d"][...]
        for a, b in zip(want.reshape(-1), got.reshape(-1), strict=True):
            assert (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes())


def test_sequences_of_big_endian_numbers(tmp_path: Path) -> None:
    """h5py 3.16 forgets the byte order, and so swaps the numbers: here they are right."""
    path = tmp_path / "made.h5"
    with h5py.File(path, "w") as f:
        f.create_dataset("d", (1,), h5py.vlen_dtype(np.dtype(">i4")))[0] = np.array([1, 2], ">i4")
    with purehdf.File(path) as f:
        assert f["d"][0].tolist() == [1, 2]
        assert f["d"][0].dtype == np.dtype(">i4")
    assert np.array([1, 2], ">i4").tobytes() in path.read_bytes()


def test_sequences_in_a_compound(tmp_path: Path) -> None:
    path = tmp_path / "made.h5"
    dtype = np.dtype(
        [
            ("n", "<i2"),
            ("v", h5py.vlen_dtype(np.dtype("<f4"))),
            ("s", h5py.string_dtype()),
            ("x", "f8"),
        ]
    )
    rows = np.zeros(3, dtype)
    for i in range(3):
        rows[i] = (i, np.arange(i, dtype="f4"), "é" * i, i / 3)
    with h5py.File(path, "w") as f:
        f.create_dataset("d", data=rows, dtype=dtype)
    with h5py.File(path) as f, purehdf.File(path) as g:
        assert f["d"].dtype == g["d"].dtype
        want, got = f["d"][...], g["d"][...]
        for name in dtype.names:
            check(want[name], got[name])


def test_elements_that_share_an_object_of_the_heap(tmp_path: Path) -> None:
    """A small file must not become a large array."""
    path = tmp_path / "made.h5"
    with h5py.File(path, "w") as f:
        d = f.create_dataset("d", (40,), h5py.vlen_dtype(np.dtype("u1")))
        d[0] = np.ones(100_000, "u1")
        start = d.id.get_offset()
    data = bytearray(path.read_bytes())
    for i in range(1, 40):
        data[start + 16 * i : start + 16 * (i + 1)] = data[start : start + 16]
    path.write_bytes(data)
    with purehdf.File(path) as f:
        assert [len(x) for x in f["d"][...]] == [100_000] * 40
    limits = purehdf.Limits(metadata_bytes=1_000_000)
    with purehdf.File(path, limits=limits) as f, pytest.raises(LimitError, match="share"):
        _ = f["d"][...]


# -- references


@pytest.mark.parametrize("libver", LIBVERS)
def test_object_references(tmp_path: Path, libver: str) -> None:
    path = tmp_path / "made.h5"
    with h5py.File(path, "w", libver=libver) as f:
        names = ["/", "/g", "/g/x"]
        f["g/x"] = 1
        refs = np.array([f[name].ref for name in names] + [h5py.Reference()], h5py.ref_dtype)
        f.create_dataset("d", data=refs.reshape(2, 2))
    with purehdf.File(path) as f:
        assert purehdf.check_ref_dtype(f["d"].dtype) is Reference
        found = f["d"][...].reshape(-1)
        addresses = [f[name]._header.address for name in names]
        assert [ref.address for ref in found] == [*addresses, None]
        assert [bool(ref) for ref in found] == [True, True, True, False]
        assert found[1] == f["d"][0, 1]


def regions(ds: Any) -> dict[str, Any]:
    mask = np.random.default_rng(3).integers(0, 2, ds.shape).astype(bool)
    blocks = h5s.create_simple(ds.shape)
    for start, size in (((1, 1), (2, 3)), ((3, 5), (4, 2)), ((7, 0), (1, 9))):
        blocks.select_hyperslab(start, size, op=h5s.SELECT_OR)
    crossing = h5s.create_simple(ds.shape)
    for start, size in (((0, 0), (2, 3)), ((4, 0), (2, 3)), ((0, 5), (2, 3)), ((4, 5), (2, 3))):
        crossing.select_hyperslab(start, size, op=h5s.SELECT_OR)
    none = h5s.create_simple(ds.shape)
    none.select_none()
    make = lambda space: h5py.h5r.create(ds.id, b".", h5py.h5r.DATASET_REGION, space)  # noqa: E731
    return {
        "box": ds.regionref[2:5, 1:7],
        "steps": ds.regionref[::2, ::3],
        "one": ds.regionref[3, 4],
        "all": ds.regionref[...],
        "mask": ds.regionref[mask],
        "blocks": make(blocks),
        "grid of blocks": make(crossing),
        "none": make(none),
    }


@pytest.mark.parametrize("libver", LIBVERS)
def test_region_references(tmp_path: Path, libver: str) -> None:
    path = tmp_path / "made.h5"
    with h5py.File(path, "w", libver=libver) as f:
        ds = f.create_dataset("x", data=np.arange(72).reshape(8, 9))
        refs = regions(ds)
        f.create_dataset(
            "d", data=np.array([*refs.values(), h5py.RegionReference()], h5py.regionref_dtype)
        )
    with h5py.File(path) as f, purehdf.File(path) as g:
        assert purehdf.check_ref_dtype(g["d"].dtype) is RegionReference
        found, address = g["d"][...], g["x"]._header.address
        data = g["x"][...]
        assert not found[-1]
        for stored, ref in zip(f["d"][:-1], found[:-1], strict=True):
            assert ref.address == address
            region = select_region(ref.selection, data.shape)
            if region.axes is not None:
                got = data[np.ix_(*(axis.positions for axis in region.axes))].reshape(region.shape)
            else:
                got = data[tuple(region.points.T)].reshape(region.shape)
            want = f["x"][stored]
            assert (got.shape, got.tolist()) == (want.shape, want.tolist())


def test_a_region_that_cannot_be_read_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "made.h5"
    with h5py.File(path, "w") as f:
        ds = f.create_dataset("x", data=np.arange(72).reshape(8, 9))
        refs = [ds.regionref[1:3, 2:4], ds.regionref[...]]
        d = f.create_dataset("d", data=np.array(refs, h5py.regionref_dtype))
        start = d.id.get_offset()
    data = bytearray(path.read_bytes())
    data[start + 8] = 99  # no such object in the heap
    path.write_bytes(data)
    with purehdf.File(path) as f:
        bad, good = f["d"][...]
        assert bad
        with pytest.raises(FormatError, match="no such object"):
            _ = bad.address
        assert good.selection is not None


def test_references_of_1_12(tmp_path: Path) -> None:
    """Object, region and attribute in one dataset; one into another file; and a null one."""
    path, other = tmp_path / "made.h5", tmp_path / "other.h5"
    with h5py.File(other, "w") as f:
        f["far"] = 1
    lib = library()
    with h5py.File(path, "w", libver="latest") as f, h5py.File(other) as g:
        f["x"] = np.arange(36).reshape(6, 6)
        f["x"].attrs["a"] = 1
        tid = ctypes.c_int64.in_dll(lib, "H5T_STD_REF_g").value
        buffer = (ctypes.c_char * 64 * 5)()
        number, plist = ctypes.c_int64, ctypes.c_int64(0)
        at = [ctypes.byref(buffer[i]) for i in range(5)]
        space = h5s.create_simple((6, 6))
        space.select_hyperslab((1, 1), (2, 3))
        assert lib.H5Rcreate_object(number(f.id.id), b"/x", plist, at[0]) >= 0
        assert lib.H5Rcreate_region(number(f.id.id), b"/x", number(space.id), plist, at[1]) >= 0
        assert lib.H5Rcreate_attr(number(f.id.id), b"/x", b"a", plist, at[2]) >= 0
        assert lib.H5Rcreate_object(number(g.id.id), b"/far", plist, at[3]) >= 0
        lib.H5Dcreate2.restype = ctypes.c_int64
        five = h5s.create_simple((5,))
        args = [number(v) for v in (tid, five.id, 0, 0, 0)]
        did = lib.H5Dcreate2(number(f.id.id), b"d", *args)
        zero = number(0)
        assert lib.H5Dwrite(number(did), number(tid), zero, zero, zero, ctypes.byref(buffer)) >= 0
        for each in at[:4]:
            lib.H5Rdestroy(each)
        lib.H5Dclose(number(did))
    with purehdf.File(path) as f:
        whole, region, attribute, far, null = f["d"][...]
        assert type(whole) is Reference
        assert whole.address == region.address == attribute.address == f["x"]._header.address
        assert isinstance(region, RegionReference)
        assert region.selection == HyperslabSelection((1, 1), (1, 1), (1, 1), (2, 3))
        assert isinstance(attribute, AttributeReference)
        assert attribute.attribute == "a"
        assert far.file is not None
        assert Path(far.file).name == "other.h5"
        assert not null
