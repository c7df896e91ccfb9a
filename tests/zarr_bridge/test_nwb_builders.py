"""What NWB does not use, but HDF5 has: builders against those of HDMF's own reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from numpy.testing import assert_array_equal

pytest.importorskip("hdmf")

from hdmf.backends.hdf5 import HDF5IO
from hdmf.backends.warnings import BrokenLinkWarning
from hdmf.build import BuildManager, TypeMap
from hdmf.spec import NamespaceCatalog

from purehdf.zarr_bridge.capabilities import HAS_MORE_TYPES
from purehdf.zarr_bridge.nwb import NWBZARRHDF5IO

from .nwb_compare import builder_differences

pytestmark = pytest.mark.skipif(not HAS_MORE_TYPES, reason="zarr-python before 3.1")

Make = Callable[[Callable[[Any], None]], Path]


def reader(path: Path, **options: Any) -> NWBZARRHDF5IO:
    return NWBZARRHDF5IO(path, manager=BuildManager(TypeMap(NamespaceCatalog())), **options)


def differences(path: Path) -> list[str]:
    with reader(path) as ours, HDF5IO(path, "r") as theirs:
        return list(builder_differences(ours.read_builder(), theirs.read_builder()))


def test_attributes(make_file: Make) -> None:
    def write(f: Any) -> None:
        group = f.create_group("group")
        f["target"] = [1, 2]
        group.attrs.update(
            text="é",
            texts=["a", "é"],
            fixed=np.bytes_("abc"),
            fixed_ones=np.array([b"a", "é".encode()]),
            flag=np.True_,
            flags=np.array([True, False]),
            small=np.int8(-3),
            big=np.uint64(2**64 - 1),
            half=np.float16(0.5),
            floats=np.array([[1, np.inf]], "f4"),
            other_order=np.array([1, 2], ">i2"),
            none=np.array([], "f8"),
            dataset=f["target"].ref,
            group=f.create_group("other").ref,
        )

    assert differences(make_file(write)) == []


def test_datasets(make_file: Make) -> None:
    def write(f: Any) -> None:
        f["numbers"] = np.arange(24, dtype=">i4").reshape(2, 3, 4)
        f["scalar"] = 3.5
        f["text"] = "é"
        f["texts"] = np.array([["a", "é"]], h5py.string_dtype())
        f["ascii"] = np.array([b"a", b"bc"], h5py.string_dtype("ascii"))
        f["fixed"] = np.array([b"a", b"bc"])
        f["scalar bytes"] = np.bytes_("abc")
        f["flags"] = [True, False]
        f["long double"] = np.array([1, 2], "longdouble") / 3
        f["empty"] = np.zeros((0, 3), "u2")
        f["no texts"] = np.array([], h5py.string_dtype())
        f.create_dataset("labels", data=[0, 1], dtype=h5py.enum_dtype({"A": 0, "B": 1}, "u1"))

    assert differences(make_file(write)) == []


def test_references_and_compounds(make_file: Make) -> None:
    members = [("n", "i2"), ("who", h5py.ref_dtype), ("text", h5py.string_dtype())]

    def write(f: Any) -> None:
        f["a"], f["b"] = 1, [2]
        refs = [f[name].ref for name in "ba"]
        f.create_dataset("refs", data=refs, dtype=h5py.ref_dtype)
        rows = [(1, refs[0], "é"), (2, refs[1], "")]
        f.create_dataset("rows", data=np.array(rows, members))
        f["plain"] = np.array([(1, 2.5)], [("i", ">i8"), ("f", "f4")])
        f["padded"] = np.zeros(3, np.dtype([("i", "u1"), ("f", "f8")], align=True))
        f["array"] = np.ones(2, [("v", "f4", (2, 3)), ("n", "i4")])
        f["one"] = np.array((1, 2.5), [("i", "i8"), ("f", "f4")])

    assert differences(make_file(write)) == []


def test_what_hdmf_does_not_read(make_file: Make) -> None:
    """A reference to what holds it, a scalar that is one, bytes or sequences in a compound."""
    members = [("s", "S3"), ("v", h5py.vlen_dtype("i4")), ("c", "c8")]

    def write(f: Any) -> None:
        f["data"] = [1, 2]
        f["data"].attrs["owner"] = f.ref
        f.create_dataset("scalar", data=f["data"].ref, dtype=h5py.ref_dtype)
        f["data"].attrs["inside"] = f.create_group("group").ref
        f.create_dataset("group/around", data=f["group"].ref, dtype=h5py.ref_dtype)
        f.create_dataset("nowhere", (2,), h5py.ref_dtype)
        f.create_dataset("null", (), h5py.ref_dtype)
        f["group"].attrs["it"] = f["group/around"].ref
        rows = np.array([(b"ab", np.array([1, 2], "i4"), 1 + 2j)], members)
        f.create_dataset("rows", data=rows)

    with reader(make_file(write)) as io:
        root = io.read_builder()
        assert root["data"].attributes["owner"] is root
        assert root["scalar"].data.builder is root["data"]
        assert root["group/around"].data.builder is root["group"]
        assert root["group"].attributes["it"] is root["group/around"]
        assert root["nowhere"].data[:] == [None, None]
        assert root["null"].data is None
        row = root["rows"].data[0]
        assert (row["s"], row["v"], row["c"]) == (b"ab", [1, 2], 1 + 2j)
        assert root["rows"].data["s"] == [b"ab"]


def test_links(make_file: Make) -> None:
    def write(f: Any) -> None:
        group = f.create_group("a/b")
        group["data"] = [1, 2]
        f["soft"] = h5py.SoftLink("/a/b")
        f["a/soft"] = h5py.SoftLink("/a/b/data")

    assert differences(make_file(write)) == []


def test_links_that_hdmf_sees_otherwise(make_file: Make) -> None:
    """By way of another link; by a relative path; a second hard link; and a circle."""

    def write(f: Any) -> None:
        group = f.create_group("a/b")
        group["data"] = [1, 2]
        f["first"] = h5py.SoftLink("/a/b")
        f["second"] = h5py.SoftLink("/first/data")
        f["hard"] = f["a/b/data"]
        f["a/near"] = h5py.SoftLink("b")
        f["a/b/circle"] = h5py.SoftLink("/a")

    with reader(make_file(write)) as io:
        root = io.read_builder()
        assert set(root.links) == {"first", "second"}
        assert root["a/b"].links["circle"].builder is root["a"]
        assert root["second"].builder is root["hard"]
        assert root["a"].links["near"].builder is root["a/b"]
        assert root["a/b"].links["data"].builder is root["hard"]


def test_links_that_lead_nowhere(make_file: Make) -> None:
    def write(f: Any) -> None:
        f["data"] = [1]
        f["soft"] = h5py.SoftLink("/missing")
        f["external"] = h5py.ExternalLink("missing.h5", "/data")

    with reader(make_file(write)) as io:
        with pytest.warns(BrokenLinkWarning) as caught:
            root = io.read_builder()
        assert len(caught) == 2
        assert not root.links
        found = io.zgroup.store.report()
    assert {entry.path: entry.how for entry in found}["/soft"] == "refused"


def test_what_zarr_cannot_hold_is_warned_of(make_file: Make) -> None:
    def write(f: Any) -> None:
        f["data"] = [1]
        f.create_dataset("regions", data=[f["data"].regionref[:]], dtype=h5py.regionref_dtype)
        f.attrs["to"] = f["regions"].ref

    path = make_file(write)
    with reader(path) as io, pytest.raises(LookupError, match=r"/regions: .*region"):
        io.read_builder()
    with h5py.File(path, "r+") as f:
        del f.attrs["to"]
    with reader(path) as io, pytest.warns(UserWarning, match="/regions is left out"):
        assert set(io.read_builder().datasets) == {"data"}


def test_other_files_are_opened_as_external_permits(make_file: Make, tmp_path: Path) -> None:
    with h5py.File(tmp_path / "other.h5", "w") as f:
        f["data"] = np.arange(5)
        f["data"].attrs["self"] = f["data"].ref
        f["back"] = h5py.ExternalLink("made.h5", "/own")

    def write(f: Any) -> None:
        f["own"] = [1.5]
        f["link"] = h5py.ExternalLink("other.h5", "/data")
        f["there"] = h5py.ExternalLink("other.h5", "/")

    path = make_file(write)
    with reader(path) as io:
        root = io.read_builder()
        target = root.links["link"].builder
        assert target.source == str(tmp_path / "other.h5")
        assert_array_equal(target.data[1:3], [1, 2])
        assert target.attributes["self"] is target
        assert root.links["there"].builder.links["back"].builder is root["own"]
    with reader(path, external="none") as io, pytest.warns(BrokenLinkWarning):
        assert not io.read_builder().links
