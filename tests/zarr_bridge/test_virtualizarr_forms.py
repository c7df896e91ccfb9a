"""The parser gives what VirtualiZarr's own does: links, references, records, grids, errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import zarr

virtualizarr = pytest.importorskip("virtualizarr", minversion="2.8")
obstore_store = pytest.importorskip("obstore.store")
registries = pytest.importorskip("obspec_utils.registry")

from purehdf.errors import UnsupportedError  # noqa: E402
from purehdf.zarr_bridge.virtualizarr import HDFParser  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::FutureWarning")

TEXT = h5py.string_dtype()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.h5"


def parse(path: Path, **options: Any) -> tuple[Any, zarr.Group]:
    registry = registries.ObjectStoreRegistry({"file://": obstore_store.LocalStore()})
    store = HDFParser(**options)(path.as_uri(), registry)
    return store._group, zarr.open_group(store, mode="r", zarr_format=3)


def test_an_array_shorter_than_its_chunk(path: Path) -> None:
    values = np.arange(12, dtype="i4").reshape(3, 4)
    with h5py.File(path, "w") as f:
        for name, options in {
            "plain": {"chunks": (8, 4)},
            "wide": {"chunks": (8, 8)},
            "packed": {"chunks": (8, 4), "compression": "gzip"},
        }.items():
            f.create_dataset(name, data=values, maxshape=(None, None), **options)
        f.create_dataset("none", (0, 4), "i4", chunks=(8, 4), maxshape=(None, 4))
    for threshold in (0, 10_000):
        _, root = parse(path, inline_threshold=threshold)
        shapes = {name: array.chunks for name, array in root.arrays()}
        assert shapes == {"plain": (3, 4), "wide": (8, 8), "packed": (8, 4), "none": (1, 4)}
        for name in ("plain", "wide", "packed"):
            assert np.array_equal(root[name][...], values)


def test_dimensions_without_a_scale_are_counted(path: Path) -> None:
    with h5py.File(path, "w") as f:
        f["a"], f["b"], f["g/c"] = np.ones((7, 7)), np.ones(7), np.ones((7, 2))
    group, _ = parse(path)
    names = {name: each.metadata.dimension_names for name, each in group.arrays.items()}
    assert names == {"a": ("phony_dim_0", "phony_dim_1"), "b": ("phony_dim_0",)}
    assert group["g"].arrays["c"].metadata.dimension_names == ("phony_dim_2", "phony_dim_3")


def test_compounds_with_strings_are_structures(path: Path) -> None:
    rows = [(1, "é one", 0.5, b"x"), (2, "", np.inf, b"yz"), (3, "ab", -1, b"")]
    kind = np.dtype([("i", ">i8"), ("text", TEXT), ("f", "f4"), ("fixed", "S2")])
    with h5py.File(path, "w") as f:
        f.create_dataset("rows", data=np.array(rows, kind), chunks=(2,), compression="gzip")
        f.create_dataset("scalar", data=np.array(rows[0], kind))
        f.create_dataset("none", (0,), kind)
    group, root = parse(path)
    assert root["rows"].dtype == [("i", "<i8"), ("text", "<U5"), ("f", "<f4"), ("fixed", "S2")]
    assert root["rows"][...].tolist() == rows
    assert root["scalar"][()].tolist() == rows[0]
    assert root["none"].shape == (0,)
    assert len(group.arrays["rows"].manifest._inlined) == 2
    assert not dict(root["rows"].attrs)


def test_compounds_that_no_structure_holds_are_text(path: Path) -> None:
    with h5py.File(path, "w") as f:
        kind = np.dtype([("text", TEXT), ("list", "i4", (2,))])
        f["nested"] = np.array([("a", [1, 2])], kind)
    _, root = parse(path)
    assert root["nested"][...].tolist() == ['{"text": "a", "list": [1, 2]}']
    small, _ = parse(path, embed_threshold=1, strict=False)
    assert not small.arrays


@pytest.fixture
def linked(path: Path) -> Path:
    with h5py.File(path, "w") as f:
        f["values"] = np.arange(3.0)
        f["again"] = h5py.SoftLink("/values")
        f["deep/group/inner"] = np.arange(2)
        group = f["deep/group"]
        group["soft"] = h5py.SoftLink("/values")
        group["beside"] = h5py.SoftLink("inner")
        group["nowhere"] = h5py.SoftLink("/not/there")
        group["hard"] = f["values"]
        group["round"] = f["deep"]
        group["far"] = h5py.ExternalLink("other/b.h5", "x/y")
    return path


def test_links_are_copies_by_default(linked: Path) -> None:
    _, root = parse(linked, strict=False)
    assert np.array_equal(root["deep/group/soft"][...], np.arange(3))
    assert np.array_equal(root["again"][...], np.arange(3))


def test_links_as_attributes(linked: Path) -> None:
    _, root = parse(linked, links_and_references=True)
    assert set(dict(root.members(max_depth=None))) == {
        *("deep", "deep/group", "deep/group/inner", "values")
    }
    links = {name: each["ref"] for name, each in _links(root["deep/group"]).items()}
    assert links == {
        "soft": {"node": "../../values"},
        "beside": {"node": "inner"},
        "nowhere": {"node": "../../not/there"},
        "hard": {"node": "../../values"},
        "round": {"node": ".."},
        "far": {"uri": f"{linked.parent.as_uri()}/other/b.h5", "node": "/x/y"},
    }
    assert _links(root) == {"again": {"ref": {"node": "values"}}}
    names = [each["name"] for each in root.attrs["zarr_conventions"]]
    assert names == ["links_references", "ref"]
    dropped, _ = parse(linked, links_and_references=True, drop_variables=["again", "deep"])
    assert list(dropped.arrays) == ["values"]
    assert not dropped.metadata.attributes


def _links(group: zarr.Group) -> Any:
    return group.attrs["links_references"]["links"]


@pytest.mark.parametrize(
    ("url", "name", "expected"),
    [
        ("file:///data/a.h5", "b.h5", "file:///data/b.h5"),
        ("s3://bucket/x/a.nwb", "../y/b.nwb", "s3://bucket/y/b.nwb"),
        ("s3://bucket/a.nwb", "../b.nwb", "s3://bucket/b.nwb"),
        ("s3://bucket/a.nwb", "/data/b.nwb", "file:///data/b.nwb"),
        ("file:///data/a.h5", "https://example.org/b.h5", "https://example.org/b.h5"),
        ("data/a.h5", "b.h5", "data/b.h5"),
    ],
)
def test_other_files(url: str, name: str, expected: str) -> None:
    from purehdf.zarr_bridge.links_references import _beside

    assert _beside(url, name) == expected


@pytest.fixture
def referring(path: Path) -> Path:
    with h5py.File(path, "w") as f:
        values = f.create_dataset("values", data=np.arange(3.0))
        table = f.create_group("a/table")
        null = h5py.Reference()
        f.create_dataset(
            "b/refs", data=[table.ref, null, values.ref], dtype=h5py.ref_dtype, chunks=(2,)
        )
        kind = np.dtype([("n", "i4"), ("to", h5py.ref_dtype), ("text", TEXT)])
        f["rows"] = np.array([(1, values.ref, "x"), (2, null, "")], kind)
        values.attrs["one"] = table.ref
        values.attrs.create("many", [values.ref, null], dtype=h5py.ref_dtype)
        values.attrs["units"] = "V"
    return path


def test_references_are_relative_paths(referring: Path) -> None:
    _, root = parse(referring, links_and_references=True)
    assert root["b/refs"][...].tolist() == ["../../a/table", "", "../../values"]
    assert root["b/refs"].attrs["links_references"] == {"references": True}
    assert root["rows"][...].tolist() == [(1, "../values", "x"), (2, "", "")]
    assert root["rows"].attrs["links_references"] == {"references": ["to"]}
    attributes = root["values"].attrs.asdict()
    assert [each["name"] for each in attributes.pop("zarr_conventions")] == ["ref"]
    assert attributes == {
        "one": {"ref": {"node": "../a/table"}},
        "many": [{"ref": {"node": "."}}, None],
        "units": "V",
    }


def test_references_as_paths_from_the_root(referring: Path) -> None:
    _, root = parse(referring, strict=False)
    assert root["b/refs"][...].tolist() == ["/a/table", "", "/values"]
    assert root["values"].attrs["one"] == "/a/table"


def test_strictness(referring: Path, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedError, match=r"/rows.*links_and_references=True"):
        parse(referring)
    assert list(parse(referring, drop_variables=["b", "rows"])[0].arrays) == ["values"]
    regions, scales = tmp_path / "regions.h5", tmp_path / "scales.h5"
    with h5py.File(regions, "w") as f:
        f["values"], f["type"] = np.arange(3), np.dtype("i4")
        f["regions"] = np.array([f["values"].regionref[:2]], h5py.regionref_dtype)
    with pytest.raises(UnsupportedError, match="no region references"):
        parse(regions, links_and_references=True)
    with h5py.File(scales, "w") as f:
        f["values"], f["x"], f["y"] = np.zeros((3, 3)), np.arange(3), np.arange(3)
        for name in ("x", "y"):
            f[name].make_scale(name)
            f["values"].dims[1].attach_scale(f[name])
    with pytest.raises(ValueError, match="2 dimension scales attached to its axis 1"):
        parse(scales)
    assert parse(scales, strict=False)[0].arrays["values"].metadata.dimension_names[1] == "y"


def test_a_group_that_is_not_there(referring: Path) -> None:
    with pytest.raises(ValueError, match="not an HDF Group"):
        parse(referring, group="none")
