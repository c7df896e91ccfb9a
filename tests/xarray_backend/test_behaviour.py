"""What is special of the engine: laziness, threads, pickling, closing, guessing, remote files."""

from __future__ import annotations

import io
import os
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("xarray")
pytest.importorskip("h5netcdf")
pytest.importorskip("netCDF4")

import h5py
import xarray

from purehdf.source import BytesSource, CountingSource
from tests.oracle.range_server import serve
from tests.xarray_backend.compare import ENGINE, assert_same_tree


def test_indexing(climate: Path, expected: xarray.Dataset) -> None:
    selections = [
        {"time": 3},
        {"time": slice(None, None, -2), "lat": [4, 2, 2], "lon": slice(1, None, 5)},
        {"time": [0, 5], "lat": [1, 3], "lon": np.arange(36) % 3 == 0},
        {
            "lat": xarray.DataArray([1, 2, 2], dims="p"),
            "lon": xarray.DataArray([9, 0, 3], dims="p"),
        },
        {"lat": []},
    ]
    for selection in selections:
        with xarray.open_dataset(climate, engine=ENGINE) as dataset:
            xarray.testing.assert_identical(dataset.isel(selection), expected.isel(selection))


def test_indexing_beyond_what_is_stored(tmp_path: Path) -> None:
    from tests.xarray_backend.files import MAKERS

    path = tmp_path / "unlimited.nc"
    MAKERS["unlimited"](path)
    with xarray.open_dataset(path, engine=ENGINE) as dataset:
        whole = dataset["short"].load().copy(deep=True)
    for key in (3, 1, slice(1, 4), slice(None, None, -1), [0, 4, 1], [4]):
        with xarray.open_dataset(path, engine=ENGINE) as dataset:
            xarray.testing.assert_identical(dataset["short"].isel(time=key), whole.isel(time=key))


def test_pickled_datasets_read(climate: Path, expected: xarray.Dataset) -> None:
    with xarray.open_dataset(climate, engine=ENGINE) as dataset:
        again = pickle.loads(pickle.dumps(dataset))
    with again:
        xarray.testing.assert_identical(again, expected)


def test_threads(climate: Path, expected: xarray.Dataset) -> None:
    with (
        xarray.open_dataset(climate, engine=ENGINE, cache=False) as dataset,
        ThreadPoolExecutor(8) as pool,
    ):
        steps = list(range(24)) * 8
        found = pool.map(lambda i: dataset["temperature"].isel(time=i).values, steps)
        for step, array in zip(steps, found, strict=True):
            np.testing.assert_array_equal(array, expected["temperature"].values[step])


def test_a_closed_dataset_opens_its_file_again(climate: Path, expected: xarray.Dataset) -> None:
    tree = xarray.open_groups(climate, engine=ENGINE)
    tree["/"].close()
    assert tree["/stations"]["height"].values.tolist() == [12, 840, 455, 2310]
    xarray.testing.assert_identical(tree["/"], expected)


def test_dask(climate: Path, expected: xarray.Dataset) -> None:
    pytest.importorskip("dask")
    with xarray.open_dataset(climate, engine=ENGINE, chunks={}) as dataset:
        assert dataset["temperature"].data.chunksize == (8, 9, 18)
        xarray.testing.assert_identical(dataset.compute(), expected)


def test_what_can_be_opened(climate: Path, expected: xarray.Dataset) -> None:
    content = climate.read_bytes()
    for target in (os.fspath(climate), content, memoryview(content), io.BytesIO(content)):
        assert ENGINE().guess_can_open(target)
        with xarray.open_dataset(target, engine=ENGINE) as dataset:
            xarray.testing.assert_identical(dataset, expected)


def test_a_url(climate: Path, expected: xarray.Dataset) -> None:
    with (
        serve(climate.read_bytes()) as url,
        xarray.open_dataset(url, engine=ENGINE) as dataset,
    ):
        xarray.testing.assert_identical(dataset, expected)


def test_guessing(tmp_path: Path) -> None:
    other = tmp_path / "other.nc"
    other.write_bytes(b"CDF\x01")
    guess = ENGINE().guess_can_open
    assert not guess(other)
    assert not guess(b"CDF\x01")
    assert not guess(io.BytesIO(b"CDF\x01"))
    assert not guess(object())
    assert guess("https://example.org/data.nc4?signed=1")
    assert guess("s3://bucket/data.H5")
    assert not guess("s3://bucket/data.zarr")


def test_an_encoding_belongs_to_its_dataset(tmp_path: Path) -> None:
    from tests.xarray_backend.files import MAKERS

    path = tmp_path / "enums.nc"
    MAKERS["enums"](path)
    with xarray.open_dataset(path, engine=ENGINE) as dataset:
        dataset["cloud"].encoding["dtype"].metadata["enum"]["haze"] = 7
    with xarray.open_dataset(path, engine=ENGINE) as dataset:
        labels = dataset["cloud"].encoding["dtype"].metadata["enum"]
    assert labels == {"clear": 0, "fog": 1, "missing": 255}


def test_wrong_words(climate: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="phony_dims"):
        xarray.open_dataset(climate, engine=ENGINE, phony_dims="other")
    with pytest.raises(ValueError, match="group must be a string"):
        xarray.open_dataset(climate, engine=ENGINE, group=1)
    with pytest.raises(FileNotFoundError):
        xarray.open_dataset(tmp_path / "none.nc", engine=ENGINE)


def test_the_waves_do_not_grow_with_the_number_of_variables(tmp_path: Path) -> None:
    assert _waves(tmp_path / "few.h5", 20) <= 3
    assert _waves(tmp_path / "many.h5", 200) <= 5  # its links are in a B-tree of two levels


def _waves(path: Path, number: int) -> int:
    with h5py.File(path, "w", libver="latest") as file:
        file["x"] = np.arange(4)
        file["x"].make_scale("x")
        for i in range(number):
            variable = file.create_dataset(f"v{i}", data=np.full((4,), i), chunks=(2,))
            variable.dims[0].attach_scale(file["x"])
            variable.attrs["units"] = "K"
    source = CountingSource(BytesSource(path.read_bytes()))
    with xarray.open_dataset(source, engine=ENGINE, decode_cf=False) as dataset:
        assert len(dataset) == number
        return len(source.waves)


@pytest.mark.filterwarnings("ignore")
def test_netcdf_files_of_the_corpus(corpus: Path) -> None:
    """As h5netcdf sees them, of those that it can open."""
    compared = 0
    for path in sorted((corpus / "open").rglob("*.nc")):
        if path.stat().st_size > 50_000:
            continue
        try:
            with xarray.open_datatree(path, engine="h5netcdf", phony_dims="sort") as tree:
                tree.load().identical(
                    tree.copy(deep=True)
                )  # not every kind of element can be compared
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, IndexError):
            continue
        assert_same_tree(path, phony_dims="sort")
        compared += 1
    assert compared >= 5
