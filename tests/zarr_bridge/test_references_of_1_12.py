"""References of HDF5 1.12: those to objects become paths, others are refused, and said to be."""

from __future__ import annotations

import ctypes
from pathlib import Path

import h5py
import pytest
from h5py import h5s

from purehdf.zarr_bridge import HDF5Store, HDF5Zarr, to_kerchunk

from ..datatype.oracle import library

Id = ctypes.c_int64
OBJECTS, REGION, ATTRIBUTE, FAR = ["object", "object"], "region", "attribute", "far"


def _write(path: Path, kinds: list[str]) -> Path:
    """A file with a dataset "d" of references of these kinds, and one that leads nowhere."""
    lib, plist = library(), Id(0)
    lib.H5Dcreate2.restype = Id
    other = path.with_name("other.h5")
    with h5py.File(other, "w") as f:
        f["far"] = 1
    with h5py.File(path, "w", libver="latest") as f, h5py.File(other) as g:
        f["x"] = [1, 2]
        f["x"].attrs["a"] = 1
        held, far, space = Id(f.id.id), Id(g.id.id), h5s.create_simple((2,))
        buffer = (ctypes.c_char * 64 * (len(kinds) + 1))()
        for kind, at in zip(kinds, map(ctypes.byref, buffer), strict=False):
            made = {
                "object": lambda at=at: lib.H5Rcreate_object(held, b"/x", plist, at),
                REGION: lambda at=at: lib.H5Rcreate_region(held, b"/x", Id(space.id), plist, at),
                ATTRIBUTE: lambda at=at: lib.H5Rcreate_attr(held, b"/x", b"a", plist, at),
                FAR: lambda at=at: lib.H5Rcreate_object(far, b"/far", plist, at),
            }
            assert made[kind]() >= 0
        std, zero, count = Id.in_dll(lib, "H5T_STD_REF_g"), Id(0), h5s.create_simple((len(buffer),))
        did = Id(lib.H5Dcreate2(held, b"d", std, Id(count.id), zero, zero, zero))
        assert lib.H5Dwrite(did, std, zero, zero, zero, ctypes.byref(buffer)) >= 0
        for at in buffer[: len(kinds)]:
            lib.H5Rdestroy(ctypes.byref(at))
        lib.H5Dclose(did)
    return path


def test_objects_become_paths(tmp_path: Path) -> None:
    bridge = HDF5Zarr(_write(tmp_path / "made.h5", OBJECTS))
    assert bridge.zgroup["d"][...].tolist() == ["/x", "/x", ""]
    (entry,) = (each for each in bridge.report() if each.path == "/d")
    assert (entry.how, entry.reason) == ("decoded", "references become paths")


@pytest.mark.parametrize(
    ("kind", "reason"),
    [(REGION, "no region"), (ATTRIBUTE, "no attribute"), (FAR, "into another file")],
)
def test_others_are_refused(kind: str, reason: str, tmp_path: Path) -> None:
    path = _write(tmp_path / "made.h5", [*OBJECTS, kind])
    (entry,) = (each for each in HDF5Store(path).report() if each.path == "/d")
    assert entry.how == "refused"
    assert reason in entry.reason
    with pytest.warns(UserWarning, match=reason):
        assert not any(key.startswith("d/") for key in to_kerchunk(path)["refs"])
