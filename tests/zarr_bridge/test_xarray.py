"""xarray sees the same dataset through the store as through its netCDF-4 engines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

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
