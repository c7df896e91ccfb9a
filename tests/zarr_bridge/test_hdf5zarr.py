"""``HDF5Zarr`` and ``open_as_zarr``: groups, single objects, refused arguments."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import zarr

from purehdf import LinkNotFoundError, SignatureError
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


@pytest.mark.parametrize(
    "argument", ["store", "store_mode", "store_path", "uri", "LRU", "collectattrs", "driver"]
)
def test_arguments_that_are_not_here_say_so(path: Path, argument: str) -> None:
    with pytest.raises(NotImplementedError, match=argument):
        HDF5Zarr(path, **{argument: None})


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
