"""Files made on the spot, and stores over them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import pytest

from purehdf.zarr_bridge import HDF5Store

Make = Callable[[Callable[[Any], None]], Path]


@pytest.fixture
def make_file(tmp_path: Path) -> Make:
    """Write a file with h5py: call it with a function of the open file."""

    def make(write: Callable[[Any], None]) -> Path:
        path = tmp_path / "made.h5"
        with h5py.File(path, "w") as f:
            write(f)
        return path

    return make


@pytest.fixture(params=[3, 2], ids=["v3", "v2"])
def zarr_format(request: pytest.FixtureRequest) -> int:
    """Both versions of the format."""
    return int(request.param)


@pytest.fixture
def climate(fixture_file: Callable[[str], Path], zarr_format: int) -> HDF5Store:
    """The store over climate.nc."""
    return HDF5Store(fixture_file("climate.nc"), zarr_format=zarr_format)
