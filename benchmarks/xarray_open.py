"""Open a netCDF-4 file of many variables in xarray."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from .case import Case, Goal, Way

__all__ = ["CASES"]

ATTRIBUTES = {"units": "K", "standard_name": "air_temperature", "cell_methods": "time: mean"}


def _write(path: Path, scale: float) -> None:
    import xarray

    values = np.arange(4 * 8 * 16, dtype="<f4").reshape(4, 8, 16)
    names = [f"v{number:03d}" for number in range(max(3, int(200 * scale)))]
    variables = dict.fromkeys(names, (("time", "lat", "lon"), values, ATTRIBUTES))
    time = ("time", np.arange(4.0), {"units": "days since 2000-01-01"})
    axes = {"time": time, "lat": np.arange(8.0), "lon": np.arange(16.0)}
    encoding = {name: {"zlib": True, "chunksizes": (1, 8, 16)} for name in names}
    dataset = xarray.Dataset(variables, axes)
    dataset.to_netcdf(path, engine="h5netcdf", unlimited_dims=["time"], encoding=encoding)


def _open(path: Path) -> Any:
    import xarray

    from purehdf.xarray_backend import PureHDFBackendEntrypoint

    return xarray.open_dataset(path, engine=PureHDFBackendEntrypoint)


def _open_by_h5netcdf(path: Path) -> Any:
    import xarray

    return xarray.open_dataset(path, engine="h5netcdf")


def _description(path: Path, dataset: Any) -> Any:
    found = dataset.to_dict(data=False)
    dataset.close()
    return found


CASES = [
    Case(
        "xarray",
        "`xarray.open_dataset` of 200 variables",
        "xarray.nc",
        _write,
        {"h5netcdf": Way(_open_by_h5netcdf, _description), "purehdf": Way(_open, _description)},
        {"purehdf": Goal(0.05)},
        baseline="h5netcdf",
    ),
]
