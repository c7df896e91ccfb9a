"""``HDF5Zarr`` and ``open_as_zarr``: groups, single objects, refused arguments."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
import h5py
import pytest
import zarr
from numpy.testing import assert_array_equal

from purehdf import LinkNotFoundError, SignatureError, SourceError
from purehdf.source import BytesSource, CountingSource
from purehdf.zarr_bridge import HDF5Store, HDF5Zarr, open_as_zarr

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(fixture_file: Callable[[str], Path]) -> Path:
    return fixture_file("climate.nc")


def test_zgroup_and_store(path: Path, zarr_format: int) -> None:
    bridge = HDF5Zarr(path, zarr_format=zarr_format)
    assert isinstance(bridge.zgroup, zarr.Group)
    assert isinstance(bridge.store, HDF5Store)
    assert bridge.zgroup.store is bridge.store
    assert "temperature" in str(bridge.zgroup.tree())
    assert {entry.how for entry in bridge.report()} <= {"raw", "decoded", "dimension"}
    assert "HDF5Zarr" in repr(bridge)


def test_one_group(path: Path) -> None:
    group = open_as_zarr(path, hdf5group="/stations")
    assert set(group) == {"height", "name"}
    assert open_as_zarr(path, hdf5group="/")["stations/name"][0] == group["name"][0]


def test_one_dataset(path: Path, zarr_format: int) -> None:
    array = open_as_zarr(path, "/temperature", zarr_format=zarr_format)
    assert isinstance(array, zarr.Array)
    whole = open_as_zarr(path, zarr_format=zarr_format)["temperature"]
    assert (array[...] == whole[...]).all()
    assert dict(array.attrs) == dict(whole.attrs)


def test_arguments_that_mean_nothing_say_so(path: Path) -> None:
    with pytest.raises(NotImplementedError, match="driver"):
        HDF5Zarr(path, driver="ros3")
    with pytest.warns(UserWarning, match="collectrefs"):
        HDF5Zarr(path, collectrefs=True)
    for argument in ({"store_path": "x"}, {"store_mode": "r"}):
        with pytest.raises(ValueError, match="give store="):
            HDF5Zarr(path, **argument)
    with pytest.raises(ValueError, match="metadata_key"):
        HDF5Zarr(path).consolidate_metadata("other")


def test_attributes_may_be_left_out(path: Path, zarr_format: int) -> None:
    group = HDF5Zarr(path, collectattrs=False, zarr_format=zarr_format).zgroup
    assert "units" not in group["temperature"].attrs
    assert "units" in open_as_zarr(path, zarr_format=zarr_format)["temperature"].attrs


def test_objects_of_h5py_stand_for_their_paths(path: Path) -> None:
    with h5py.File(path) as f:
        assert set(HDF5Zarr(f["stations"]).zgroup) == {"height", "name"}
        assert isinstance(HDF5Zarr(path, f["temperature"]).zgroup, zarr.Array)


def test_lru(path: Path) -> None:
    if importlib.util.find_spec("zarr.experimental") is None:
        with pytest.raises(NotImplementedError, match="CacheStore"):
            HDF5Zarr(path, LRU=True)
        return
    cached = HDF5Zarr(path, LRU=True, LRU_max_size=1 << 20)
    for _ in range(2):
        assert (cached.zgroup["temperature"][0] == open_as_zarr(path)["temperature"][0]).all()


def test_consolidated(path: Path, zarr_format: int) -> None:
    kept: dict[str, Any] = {}
    bridge = HDF5Zarr(path, zarr_format=zarr_format, store=kept)
    group = bridge.consolidate_metadata()
    assert group.metadata.consolidated_metadata is not None
    assert group["temperature"].shape == bridge.zgroup["temperature"].shape
    again = HDF5Zarr(None, store=kept, store_mode="r").zgroup
    assert again.metadata.consolidated_metadata is not None
    assert (again["temperature"][0] == bridge.zgroup["temperature"][0]).all()


@pytest.mark.parametrize("kind", ["mapping", "json", "folder", "store"])
@pytest.mark.parametrize("place", [None, "some/place"])
def test_saved_metadata(
    path: Path, tmp_path: Path, zarr_format: int, kind: str, place: str | None
) -> None:
    store: Any = {
        "mapping": {},
        "json": tmp_path / "kept.json",
        "folder": tmp_path / "kept.zarr",
        "store": zarr.storage.MemoryStore(),
    }[kind]
    options: dict[str, Any] = {"store": store, "store_path": place}
    live = HDF5Zarr(path, zarr_format=zarr_format, **options).zgroup
    again = HDF5Zarr(None, store_mode="r", **options).zgroup
    nodes = dict(again.members(max_depth=None))
    assert nodes.keys() == dict(live.members(max_depth=None)).keys()
    for name, node in live.members(max_depth=None):
        assert dict(nodes[name].attrs) == dict(node.attrs)
        if isinstance(node, zarr.Array):
            assert nodes[name].metadata.to_dict() == node.metadata.to_dict()
            assert_array_equal(nodes[name][...], node[...])
    with pytest.raises(FileExistsError):
        HDF5Zarr(path, store_mode="x", **options)
    HDF5Zarr(path, store_mode="r+", **options)


def test_saved_metadata_reads_chunks_only(path: Path, zarr_format: int) -> None:
    kept: dict[str, Any] = {}
    HDF5Zarr(path, zarr_format=zarr_format, store=kept)
    source = CountingSource(BytesSource(path.read_bytes()))
    array = HDF5Zarr(source, store=kept, store_mode="r", blocksize=1).zgroup["temperature"]
    assert source.waves == []
    sizes = [
        entry["size"] for entry in kept["temperature/.zchunkstore"].values() if "offset" in entry
    ]
    assert (array[...] == open_as_zarr(path)["temperature"][...]).all()
    assert source.bytes >= sum(sizes)
    assert 0 not in {start for wave in source.waves for start, _ in wave}


def test_saved_metadata_of_another_file_is_refused(path: Path, zarr_format: int) -> None:
    kept: dict[str, Any] = {}
    HDF5Zarr(path, zarr_format=zarr_format, store=kept)
    other = HDF5Zarr(path.read_bytes() + b"x", store=kept, store_mode="r").zgroup
    with pytest.raises(SourceError, match="not the file"):
        other["temperature"][...]


def test_zarr_alone_does_not_open_saved_arrays(path: Path, zarr_format: int) -> None:
    """It would take all chunks for missing."""
    kept = zarr.storage.MemoryStore()
    HDF5Zarr(path, zarr_format=zarr_format, store=kept)
    with pytest.raises((ValueError, KeyError)):
        zarr.open_array(kept, path="temperature", mode="r", zarr_format=zarr_format)


def test_where_the_file_is_found_again(path: Path) -> None:
    memory = fsspec.filesystem("memory")
    memory.pipe("/climate.nc", path.read_bytes())
    with path.open("rb") as file, memory.open("/climate.nc") as remote:
        for target, uri in (
            (str(path), str(path)),
            (path, str(path)),
            (file, str(path)),
            (remote, "memory:///climate.nc"),
            (path.read_bytes(), None),
        ):
            kept: dict[str, Any] = {}
            HDF5Zarr(target, store=kept)
            assert kept["temperature/.zchunkstore"]["source"]["uri"] == uri
            if uri is not None:
                group = HDF5Zarr(None, store=kept, store_mode="r").zgroup
                assert group["temperature"][0, 0, 0] > 200
    with pytest.raises(ValueError, match="give filename"):
        HDF5Zarr(None, store=kept, store_mode="r")


def test_nothing_was_saved(path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nothing was saved"):
        HDF5Zarr(path, store={}, store_mode="r")
    with pytest.raises(FileNotFoundError, match="nothing was saved"):
        HDF5Zarr(path, store={}, store_mode="r+")
    with pytest.raises(ValueError, match="store_mode"):
        HDF5Zarr(path, store={}, store_mode="q")


def test_export_of_one_json_file(path: Path, tmp_path: Path) -> None:
    HDF5Zarr(path).export_json(tmp_path / "kept.json")
    kept = json.loads((tmp_path / "kept.json").read_text())
    again = HDF5Zarr(path, store=kept, store_mode="r").zgroup
    assert_array_equal(again["temperature"][...], open_as_zarr(path)["temperature"][...])


def test_wrong_arguments(path: Path) -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        HDF5Zarr(path, colour="red")
    with pytest.raises(TypeError, match="by its path"):
        HDF5Zarr(path, object())  # type: ignore[arg-type]
    with pytest.raises(LinkNotFoundError, match="did you mean 'temperature'"):
        open_as_zarr(path, "temperatur")
    with pytest.raises(SignatureError):
        HDF5Zarr(b"no HDF5 file")
    with pytest.raises(FileNotFoundError):
        HDF5Zarr("missing.nc")


def test_the_example_runs(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "examples/climate_to_zarr.py", str(path)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "temperature (24, 18, 36) float32" in done.stdout
    assert "units = 'K'" in done.stdout
