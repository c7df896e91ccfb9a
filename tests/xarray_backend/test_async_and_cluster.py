"""Reading with ``await``, and in the worker processes of a Dask cluster."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("xarray", minversion="2025.8")
pytest.importorskip("h5netcdf")
pytest.importorskip("netCDF4")

import xarray

from tests.cluster import two_workers
from tests.oracle.range_server import serve
from tests.xarray_backend.compare import ENGINE


def test_load_async(climate: Path, expected: xarray.Dataset) -> None:
    with serve(climate.read_bytes()) as url:
        for target in (climate, url):
            with xarray.open_dataset(target, engine=ENGINE) as dataset:
                xarray.testing.assert_identical(asyncio.run(dataset.load_async()), expected)


@pytest.mark.parametrize(
    "selection",
    [
        {"time": 3},
        {"time": slice(None, None, -2), "lat": [4, 2, 2], "lon": slice(1, None, 5)},
        {"lat": xarray.DataArray([1, 2], dims="p"), "lon": xarray.DataArray([9, 0], dims="p")},
        {"lat": []},
    ],
    ids=["one", "outer", "points", "none"],
)
def test_indexing_async(selection: dict[str, Any], climate: Path, expected: xarray.Dataset) -> None:
    with xarray.open_dataset(climate, engine=ENGINE) as dataset:
        found = asyncio.run(dataset.isel(selection).load_async())
    xarray.testing.assert_identical(found, expected.isel(selection))


def test_many_loads_at_once(climate: Path, expected: xarray.Dataset) -> None:
    async def everything(dataset: xarray.Dataset) -> list[xarray.DataArray]:
        steps = (dataset["temperature"].isel(time=i) for i in range(24))
        return await asyncio.gather(*(step.load_async() for step in steps))

    with xarray.open_dataset(climate, engine=ENGINE, cache=False) as dataset:
        found = asyncio.run(everything(dataset))
    for step, array in enumerate(found):
        xarray.testing.assert_identical(array, expected["temperature"].isel(time=step))


def test_the_event_loop_goes_on(climate: Path) -> None:
    """An error reaches whoever awaits it, too."""

    async def wait_for(dataset: xarray.Dataset) -> None:
        ticks = asyncio.create_task(asyncio.sleep(0))
        await dataset["temperature"].load_async()
        assert ticks.done()

    with xarray.open_dataset(climate, engine=ENGINE) as dataset:
        asyncio.run(wait_for(dataset))
    broken = climate.read_bytes()[: climate.stat().st_size // 2]
    with (
        pytest.raises(OSError, match="ends"),
        xarray.open_dataset(broken, engine=ENGINE) as dataset,
    ):
        asyncio.run(dataset.load_async())


def test_open_mfdataset_on_a_cluster(tmp_path: Path) -> None:
    """Opened and read in two worker processes; what comes is pickled there and here."""
    pytest.importorskip("distributed")
    values = np.arange(120.0).reshape(10, 12)
    whole = xarray.Dataset({"v": (("t", "x"), values)}, {"t": np.arange(10)}, {"title": "all"})
    paths = [tmp_path / f"{i}.nc" for i in range(5)]
    for i, path in enumerate(paths):
        part = whole.isel(t=slice(2 * i, 2 * i + 2))
        part.to_netcdf(path, engine="h5netcdf", encoding={"v": {"chunksizes": (1, 6)}})
    with (
        two_workers(tmp_path) as client,
        xarray.open_mfdataset(paths, engine=ENGINE, parallel=True, chunks={}) as dataset,
    ):
        assert dataset["v"].chunks == ((1,) * 10, (6, 6))
        xarray.testing.assert_identical(dataset.compute(), whole)
        used = client.run(lambda: "purehdf.xarray_backend" in __import__("sys").modules)
        assert len(used) == 2
        assert any(used.values())
