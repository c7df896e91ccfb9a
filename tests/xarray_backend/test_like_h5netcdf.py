"""xarray sees the same through purehdf as through h5netcdf, encodings included."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("xarray")
pytest.importorskip("h5netcdf")
pytest.importorskip("netCDF4")

import xarray

from tests.xarray_backend.compare import ENGINE, assert_same, assert_same_tree
from tests.xarray_backend.files import MAKERS

OPTIONS = [
    {},
    {"mask_and_scale": False},
    {"decode_times": False},
    {"decode_coords": "all"},
    {"concat_characters": False},
    {"decode_cf": False},
]


@pytest.fixture(params=MAKERS)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"{request.param}.nc"
    MAKERS[request.param](path)
    return path


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_files_of_several_writers(made: Path, options: dict[str, object]) -> None:
    assert_same(made, phony_dims="access", **options)


@pytest.mark.parametrize("phony_dims", ["access", "sort"])
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_trees(made: Path, phony_dims: str) -> None:
    assert_same_tree(made, phony_dims=phony_dims)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_climate(fixture_file: Callable[[str], Path], options: dict[str, object]) -> None:
    assert_same(fixture_file("climate.nc"), **options)
    assert_same(fixture_file("climate.nc"), group="stations", **options)


def test_a_group_and_what_is_below_it(tmp_path: Path) -> None:
    path = tmp_path / "groups.nc"
    MAKERS["groups"](path)
    assert_same(path, group="a/b")
    assert_same_tree(path, group="a")
    with pytest.raises(OSError, match="group not found: z"):
        xarray.open_dataset(path, engine=ENGINE, group="a/z")


def test_dropped_variables(fixture_file: Callable[[str], Path]) -> None:
    assert "altitude" not in assert_same(fixture_file("climate.nc"), drop_variables="altitude")
    found = assert_same(fixture_file("climate.nc"), drop_variables=["altitude", "time"])
    assert not {"altitude", "time"} & set(found.variables)


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::RuntimeWarning")
def test_cftime(tmp_path: Path) -> None:
    path = tmp_path / "calendars.nc"
    MAKERS["calendars"](path)
    assert_same(path, decode_times=xarray.coders.CFDatetimeCoder(use_cftime=True))
    assert_same(path, decode_timedelta=True)
