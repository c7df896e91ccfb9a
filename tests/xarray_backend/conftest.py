"""What h5netcdf sees of a file, and marks of the tests of xarray that test_xarray_suite.py runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

MARKS = (
    *("asyncio", "flaky", "mypy", "network", "skip_if_param", "skip_with_dask_array"),
    *("slow_hypothesis", "xfail_if_param"),
)


def pytest_configure(config: pytest.Config) -> None:
    for name in MARKS:
        config.addinivalue_line("markers", f"{name}: one of xarray's own")


@pytest.fixture
def climate(fixture_file: Callable[[str], Path]) -> Path:
    return fixture_file("climate.nc")


@pytest.fixture
def expected(climate: Path) -> Any:
    """The dataset that h5netcdf makes of it."""
    import xarray  # late: the tests skip without it

    with xarray.open_dataset(climate, engine="h5netcdf") as dataset:
        return dataset.load()
