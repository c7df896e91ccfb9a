"""xarray sees the same dataset through the store as through its netCDF-4 engines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from purehdf.zarr_bridge import HDF5Store

xarray = pytest.importorskip("xarray")
pytest.importorskip("h5netcdf")


@pytest.mark.parametrize("consolidated", [True, False])
@pytest.mark.parametrize("group", [None, "stations"])
def test_climate_is_identical(
    group: str | None,
    consolidated: bool,
    zarr_format: int,
    fixture_file: Callable[[str], Path],
) -> None:
    path = fixture_file("climate.nc")
    with xarray.open_dataset(path, engine="h5netcdf", group=group) as dataset:
        expected = dataset.load()
    store = HDF5Store(path, zarr_format=zarr_format, consolidated=consolidated)
    found = xarray.open_zarr(store, group=group, zarr_format=zarr_format, chunks=None)
    xarray.testing.assert_identical(expected, found.load())


# Of the makers of tests/xarray_backend: files of netCDF-4, with the formats that lose nothing.
# Format 2 has no fill value beside xarray's _FillValue, so that netCDF's default is masked.
NETCDF = {
    "packed": (3,),
    "calendars": (2, 3),
    "groups": (2, 3),
    "written_by_xarray": (2, 3),
    "enums": (2, 3),
    "strings": (3,),
    "coordinates": (3,),
    "character_coordinate": (3,),
}


def _assert_identical(path: Path, zarr_format: int) -> None:
    """All groups are the same, but for the labels of enumerations, which h5netcdf hides."""
    with xarray.open_datatree(path, engine="h5netcdf", decode_times=False) as tree:
        groups = tree.groups
    for group in groups:
        with xarray.open_dataset(
            path, engine="h5netcdf", group=group, decode_times=False
        ) as dataset:
            expected = dataset.load()
        store = HDF5Store(path, zarr_format=zarr_format)
        found = xarray.open_zarr(
            store,
            group=group.strip("/") or None,
            zarr_format=zarr_format,
            chunks=None,
            decode_times=False,
        )
        for variable in found.variables.values():
            variable.attrs.pop("_HDF5_ENUM", None)
        xarray.testing.assert_identical(expected, found.load())


@pytest.mark.parametrize("name", NETCDF)
def test_netcdf_files_are_identical(name: str, zarr_format: int, tmp_path: Path) -> None:
    pytest.importorskip("netCDF4")
    from tests.xarray_backend.files import MAKERS

    path = tmp_path / f"{name}.nc"
    MAKERS[name](path)
    if zarr_format in NETCDF[name]:
        _assert_identical(path, zarr_format)


def test_of_several_scales_of_an_axis_the_last_counts(tmp_path: Path, zarr_format: int) -> None:
    """Through Zarr, in the engine of xarray, in h5netcdf, and in netCDF's own library."""
    netcdf4 = pytest.importorskip("netCDF4")
    path = tmp_path / "scales.nc"
    with h5py.File(path, "w") as f:
        f["values"], f["x"], f["y"] = np.zeros((2, 3)), np.arange(3), np.arange(3)
        f["t"] = np.arange(2)
        for name, axis in (("t", 0), ("x", 1), ("y", 1)):
            f[name].make_scale(name)
            f["values"].dims[axis].attach_scale(f[name])
    from purehdf import xarray_backend

    with xarray.open_dataset(path, engine=xarray_backend.PureHDFBackendEntrypoint) as ours:
        assert ours["values"].dims == ("t", "y")
    with xarray.open_dataset(path, engine="h5netcdf") as theirs:
        assert theirs["values"].dims == ("t", "y")
    with netcdf4.Dataset(path) as theirs:
        assert theirs["values"].dimensions == ("t", "y")
    with HDF5Store(path, zarr_format=zarr_format) as store:
        found = xarray.open_zarr(store, consolidated=False, zarr_format=zarr_format)
        assert found["values"].dims == ("t", "y")


# h5netcdf takes the names of dimensions from the last of several links to a scale.
LINKED = {"air_linked.nc"}


@pytest.mark.corpus
@pytest.mark.filterwarnings("ignore")
def test_netcdf_files_of_the_corpus(corpus: Path) -> None:
    """Those that h5netcdf can open, and that netCDF-4 has written."""
    compared = 0
    for path in sorted((corpus / "open").rglob("*.nc")):
        if path.stat().st_size > 50_000 or path.name in LINKED or not _is_netcdf4(path):
            continue
        try:
            xarray.open_datatree(path, engine="h5netcdf", decode_times=False).load().close()
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
        _assert_identical(path, 3)
        compared += 1
    assert compared >= 5


def _is_netcdf4(path: Path) -> bool:
    content = path.read_bytes()
    marks = (b"_Netcdf4", b"_NCProperties", b"_nc3_strict")
    return content.startswith(b"\x89HDF") and any(mark in content for mark in marks)
