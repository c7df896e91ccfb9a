"""One peculiarity at a time, in files made on the spot."""

from __future__ import annotations

import json
from typing import Any

import h5py
import numpy as np
import pytest
import zarr
from numpy.testing import assert_array_equal

from purehdf.format.messages.fill_value import FillValue
from purehdf.walk.datasets import dataset_record
from purehdf.zarr_bridge import HDF5Store, HDF5Zarr, hierarchy, open_as_zarr
from purehdf.zarr_bridge.capabilities import HAS_MORE_TYPES

from .compare import differences
from .conftest import Make


def hows(bridge: HDF5Zarr) -> dict[str, str]:
    return {entry.path: entry.how for entry in bridge.report()}


# -- where chunks come from


def test_a_contiguous_array_is_cut_into_ranges_of_bytes(make_file: Make, zarr_format: int) -> None:
    values = np.arange(7 * 5 * 3, dtype="<i4").reshape(7, 5, 3)
    path = make_file(lambda f: f.create_dataset("x", data=values))
    for size in (1, 4, 12, 24, 60, 100, 130, 419, 420, 1000, None):
        bridge = HDF5Zarr(path, max_chunksize=size, zarr_format=zarr_format)
        array = bridge.zgroup["x"]
        assert_array_equal(array[...], values)
        assert np.prod(array.chunks) * 4 <= max(size or 420, 4)
        assert hows(bridge) == {"/x": "raw"}


def test_the_default_cut(make_file: Make) -> None:
    path = make_file(lambda f: f.create_dataset("x", data=np.ones((3, 1 << 20), "f4")))
    array = open_as_zarr(path)["x"]
    assert array.chunks == (1, 1 << 19)
    assert array[2, -1] == 1


def test_chunks_whose_mask_differs_are_encoded_anew(make_file: Make, zarr_format: int) -> None:
    plain = np.arange(8, dtype="<i4")

    def write(f: Any) -> None:
        made = f.create_dataset(
            "x", (24,), "<i4", chunks=(8,), compression="gzip", shuffle=True, fletcher32=True
        )
        made[:] = 1
        made.id.write_direct_chunk((8,), plain.tobytes(), filter_mask=0b111)

    bridge = HDF5Zarr(make_file(write), zarr_format=zarr_format)
    assert_array_equal(bridge.zgroup["x"][...], [*[1] * 8, *range(8), *[1] * 8])
    assert hows(bridge) == {"/x": "raw"}


def test_nothing_stored_reads_as_the_fill(make_file: Make, zarr_format: int) -> None:
    def write(f: Any) -> None:
        f.create_dataset("contiguous", (5,), "f8", fillvalue=np.nan)
        f.create_dataset("chunked", (5,), "i2", chunks=(2,), fillvalue=-7)
        f.create_dataset("plain", (5,), "i2", chunks=(2,))

    group = open_as_zarr(make_file(write), zarr_format=zarr_format)
    assert np.isnan(group["contiguous"][...]).all()
    assert np.isnan(group["contiguous"].fill_value)
    assert_array_equal(group["chunked"][...], [-7] * 5)
    assert_array_equal(group["plain"][...], [0] * 5)
    assert group["plain"].fill_value == (0 if zarr_format == 3 else None)


def test_the_fill_of_an_array_type_may_differ_within(
    make_file: Make, zarr_format: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """h5py cannot state such a fill value, so the record is told of one."""

    async def told(*args: Any) -> Any:
        record = await dataset_record(*args)
        return record.__replace__(fill=FillValue(np.arange(3, dtype="<i4").tobytes()))

    monkeypatch.setattr(hierarchy, "open_dataset", told)
    kind = np.dtype(("<i4", (3,)))
    path = make_file(lambda f: f.create_dataset("x", (5,), kind, chunks=(2,)))
    bridge = HDF5Zarr(path, zarr_format=zarr_format)
    assert_array_equal(bridge.zgroup["x"][...], np.tile(np.arange(3), (5, 1)))
    assert hows(bridge) == {"/x": "decoded"}


@pytest.mark.parametrize("options", [{}, {"maxshape": (None, None)}])
def test_dimensions_of_length_zero(
    make_file: Make, zarr_format: int, options: dict[str, Any]
) -> None:
    path = make_file(lambda f: f.create_dataset("x", (0, 5), "f4", **options))
    array = open_as_zarr(path, zarr_format=zarr_format)["x"]
    assert array.shape == array[...].shape == (0, 5)
    assert differences(path, zarr_format) == []


def test_scalars_and_chunks_larger_than_the_array(make_file: Make, zarr_format: int) -> None:
    def write(f: Any) -> None:
        f["scalar"] = 2.5
        f["text"] = "one"
        f.create_dataset("x", data=[1, 2, 3], chunks=(10,), maxshape=(None,), compression="gzip")

    group = open_as_zarr(make_file(write), zarr_format=zarr_format)
    assert group["scalar"].shape == ()
    assert group["scalar"][()] == 2.5
    assert_array_equal(group["x"][...], [1, 2, 3])
    if HAS_MORE_TYPES:
        assert str(group["text"][()]) == "one"


# -- types


def test_bytes_behind_the_end_of_a_string_are_not_shown(make_file: Make) -> None:
    def write(f: Any) -> None:
        kind = h5py.h5t.C_S1.copy()
        kind.set_size(6)
        kind.set_strpad(h5py.h5t.STR_NULLTERM)
        made = h5py.h5d.create(f.id, b"x", kind, h5py.h5s.create_simple((2,)))
        made.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([b"ab\0cd", b"efghi"], "S6"), kind)

    path = make_file(write)
    for zarr_format in (3, 2) if HAS_MORE_TYPES else (2,):
        bridge = HDF5Zarr(path, zarr_format=zarr_format)
        assert bridge.zgroup["x"][...].tolist() == [b"ab", b"efghi"]
        assert hows(bridge) == {"/x": "decoded"}


def test_enumerations_keep_their_labels(make_file: Make, zarr_format: int) -> None:
    kind = h5py.enum_dtype({"RED": 1, "GREEN": -2}, "<i2")
    path = make_file(lambda f: f.create_dataset("x", data=[1, -2], dtype=kind))
    bridge = HDF5Zarr(path, zarr_format=zarr_format)
    assert_array_equal(bridge.zgroup["x"][...], [1, -2])
    assert bridge.zgroup["x"].attrs["_HDF5_ENUM"] == {"RED": 1, "GREEN": -2}
    assert hows(bridge) == {"/x": "raw"}


def test_references_become_paths(make_file: Make, zarr_format: int) -> None:
    def write(f: Any) -> None:
        f["a/b"] = 1
        f["refs"] = np.array([f["a/b"].ref, f["a"].ref, h5py.Reference()], h5py.ref_dtype)
        f["refs"].attrs["one"] = f["a/b"].ref
        f["refs"].attrs["none"] = h5py.Reference()
        f["refs"].attrs["region"] = f["a/b"].regionref[()]

    bridge = HDF5Zarr(make_file(write), zarr_format=zarr_format)
    assert list(bridge.zgroup["refs"][...]) == ["/a/b", "/a", ""]
    assert dict(bridge.zgroup["refs"].attrs, _ARRAY_DIMENSIONS=0) == {
        "one": "/a/b",
        "none": None,
        "_ARRAY_DIMENSIONS": 0,
    }
    assert hows(bridge)["/refs@region"] == "refused"


def test_what_zarr_cannot_hold_does_not_hide_its_neighbours(
    make_file: Make, zarr_format: int
) -> None:
    def write(f: Any) -> None:
        f["good"] = [1, 2]
        f["good"].attrs["bad"] = f["good"].regionref[:1]
        f["good"].attrs["fine"] = "yes"
        f["regions"] = np.array([f["good"].regionref[:1]], h5py.regionref_dtype)
        made = f.create_dataset("ragged", (2,), h5py.vlen_dtype("i4"))
        made[0] = [1, 2, 3]
        f["dangling"] = h5py.SoftLink("/nowhere")
        f["external"] = h5py.ExternalLink("other.h5", "/x")
        f["group/loop"] = f["/"]
        f["kind"] = np.dtype("i4")

    bridge = HDF5Zarr(make_file(write), zarr_format=zarr_format)
    assert set(bridge.zgroup) == {"good", "group", "ragged"}
    assert [json.loads(str(each)) for each in bridge.zgroup["ragged"][...]] == [[1, 2, 3], []]
    assert bridge.zgroup["good"].attrs["fine"] == "yes"
    refused = {entry.path: entry.reason for entry in bridge.report() if entry.how == "refused"}
    words = {
        "/good@bad": "region",
        "/regions": "region",
        "/dangling": "leads nowhere",
        "/external": "leads nowhere",
        "/group/loop": "circle",
        "/kind": "neither",
    }
    assert refused.keys() == words.keys()
    for where, word in words.items():
        assert word in refused[where], refused[where]


# -- attributes, dimensions, names


def test_attributes(make_file: Make, zarr_format: int) -> None:
    values = {
        "nan": np.nan,
        "infinite": np.array([np.inf, -np.inf], "f4"),
        "large": np.uint64(2**64 - 1),
        "bytes": np.bytes_(b"abc"),
        "latin": np.bytes_(b"\xe9"),
        "text": "déjà vu",
        "texts": np.array(["a", "b"], object),
        "one": np.array([5]),
        "complex": 1 + 2j,
        "flag": True,
        "empty": h5py.Empty("f4"),
        "none": np.zeros(0, "i4"),
        "pair": np.array((1, b"x"), [("a", "i4"), ("b", "S1")]),
        "opaque": np.void(b"\x00\xff"),
        "ragged": np.array([np.array([1, 2]), np.array([3])], h5py.vlen_dtype("i4")),
    }

    def write(f: Any) -> None:
        for name, value in values.items():
            f.attrs.create(
                name,
                value,
                dtype=values[name].dtype if name == "ragged" else None,  # type: ignore[union-attr]
            )

    found = dict(open_as_zarr(make_file(write), zarr_format=zarr_format).attrs)
    assert np.isnan(found.pop("nan"))
    assert found == {
        "infinite": [np.inf, -np.inf],
        "large": 2**64 - 1,
        "bytes": "abc",
        "latin": "\udce9",
        "text": "déjà vu",
        "texts": ["a", "b"],
        "one": [5],
        "complex": [1.0, 2.0],
        "flag": True,
        "empty": None,
        "none": [],
        "pair": {"a": 1, "b": "x"},
        "opaque": "AP8=",
        "ragged": [[1, 2], [3]],
    }


def test_dimension_names(make_file: Make) -> None:
    def write(f: Any) -> None:
        f["scales/time"] = np.arange(3.0)
        f["scales/time"].make_scale("a long name")
        f["lon"] = np.arange(4.0)
        f["lon"].make_scale()
        f["x"] = np.zeros((3, 4, 5, 5, 2))
        f["x"].dims[0].attach_scale(f["scales/time"])
        f["x"].dims[1].attach_scale(f["lon"])
        f["x"].dims[4].label = "pair"

    group = open_as_zarr(make_file(write))
    assert group["x"].metadata.dimension_names == (
        "time",
        "lon",
        "phony_dim_5",
        "phony_dim_5_2",
        "pair",
    )
    assert group["scales/time"].metadata.dimension_names == ("time",)
    assert "DIMENSION_LIST" not in group["x"].attrs
    assert dict(group["lon"].attrs) == {}


@pytest.mark.parametrize("name", ["a.b", "...", "c", "0", "c.0", "é ü", " x ", "%2F", "\n", "__x"])
def test_unusual_names(make_file: Make, zarr_format: int, name: str) -> None:
    def write(f: Any) -> None:
        f.create_group(name)[name] = [1, 2]
        f["array"] = 1

    path = make_file(write)
    group = open_as_zarr(path, zarr_format=zarr_format)
    assert_array_equal(group[f"{name}/{name}"][...], [1, 2])
    assert differences(path, zarr_format) == []


@pytest.mark.parametrize("name", ["zarr.json", ".zarray", ".zattrs", "a\\b", ".."])
def test_names_that_zarr_cannot_have(make_file: Make, zarr_format: int, name: str) -> None:
    def write(f: Any) -> None:
        f.id.links.create_soft(name.encode(), b"/array")
        f["array"] = 1

    bridge = HDF5Zarr(make_file(write), zarr_format=zarr_format)
    assert list(bridge.zgroup) == ["array"]
    (entry,) = (entry for entry in bridge.report() if entry.how == "refused")
    assert repr(name)[1:-1] in entry.reason


def test_links_make_one_object_appear_under_many_names(make_file: Make, zarr_format: int) -> None:
    def write(f: Any) -> None:
        f["group/x"] = [1, 2]
        f["hard"] = f["group/x"]
        f["soft"] = h5py.SoftLink("/group")
        f["group/up"] = h5py.SoftLink("/")

    path = make_file(write)
    bridge = HDF5Zarr(path, zarr_format=zarr_format)
    names = {name for name, _ in bridge.zgroup.members(max_depth=None)}
    assert names == {"group", "group/x", "hard", "soft", "soft/x"}
    assert "circle" in {e.path: e.reason for e in bridge.report()}["/group/up"]
    assert differences(path, zarr_format) == []


def test_a_group_as_root_keeps_the_paths_of_the_file(make_file: Make) -> None:
    def write(f: Any) -> None:
        f["a/x"] = [1]
        f["a/x"].attrs["to"] = f["a"].ref
        f["b"] = 1
        f["a/kind"] = np.dtype("f4")

    store = HDF5Store(make_file(write), group="a")
    group = zarr.open_group(store, mode="r")
    assert list(group) == ["x"]
    assert group["x"].attrs["to"] == "/a"
    assert {entry.path for entry in store.report()} == {"/a/x", "/a/kind"}


def test_elements_of_other_places(make_file: Make, zarr_format: int) -> None:
    def write(f: Any) -> None:
        f["source"] = np.arange(4)
        layout = h5py.VirtualLayout((4,), "i8")
        layout[:] = h5py.VirtualSource(f["source"])
        f.create_virtual_dataset("virtual", layout)
        f.create_dataset("external", (4,), "i8", external="other.raw")
        f["link"] = h5py.ExternalLink("other.h5", "/group")

    path = make_file(write)
    path.with_name("other.raw").write_bytes(np.arange(4).tobytes())
    with h5py.File(path.with_name("other.h5"), "w") as f:
        f["group/x"] = [1, 2]
        f["group/x"].attrs["to"] = f["group"].ref
        f["group/back"] = h5py.ExternalLink(path.name, "/")
        f["group/refs"] = np.array([f["group"].ref], h5py.ref_dtype)
    bridge = HDF5Zarr(path, zarr_format=zarr_format)
    found = {
        name: node[...].tolist()
        for name, node in bridge.zgroup.members(max_depth=None)
        if isinstance(node, zarr.Array)
    }
    assert found == {
        "source": [0, 1, 2, 3],
        "virtual": [0, 1, 2, 3],
        "external": [0, 1, 2, 3],
        "link/x": [1, 2],
    }
    reasons = {entry.path: entry.reason for entry in bridge.report()}
    assert "circle" in reasons["/link/back"]
    assert "another file" in reasons["/link/x@to"]
    assert "another file" in reasons["/link/refs"]
    assert hows(bridge)["/virtual"] == hows(bridge)["/external"] == "decoded"


def test_other_files_are_not_opened_where_the_policy_forbids(
    make_file: Make, zarr_format: int
) -> None:
    def write(f: Any) -> None:
        layout = h5py.VirtualLayout((4,), "i8")
        layout[:] = h5py.VirtualSource("other.h5", "x", (4,))
        f.create_virtual_dataset("virtual", layout)
        f.create_dataset("external", (4,), "i8", external="other.raw")
        f["link"] = h5py.ExternalLink("other.h5", "/group")
        f["here"] = 1

    path = make_file(write)
    for options in ({"external": "none"}, {"external": lambda name: None}):
        bridge = HDF5Zarr(path, zarr_format=zarr_format, **options)
        assert list(bridge.zgroup) == ["here"]
        reasons = {entry.path: entry.reason for entry in bridge.report()}
        for name in ("/virtual", "/external", "/link"):
            assert "not opened" in reasons[name], name
    missing = HDF5Zarr(path, zarr_format=zarr_format)  # a missing source is the fill value
    assert missing.zgroup["virtual"][...].tolist() == [0] * 4
    assert set(missing.zgroup) == {"here", "virtual"}
