"""Attributes as readers of netCDF show them, in files of netCDF-4 and in no others."""

from __future__ import annotations

from typing import Any

import h5py
import numpy as np
import pytest

from purehdf.zarr_bridge import open_as_zarr

from .conftest import Make


@pytest.mark.parametrize("netcdf", [True, False])
def test_one_element_and_none(make_file: Make, zarr_format: int, netcdf: bool) -> None:
    def write(f: Any) -> None:
        f.attrs["one"] = np.array([5])
        f.attrs["fixed"] = h5py.Empty("S3")
        f.attrs["text"] = h5py.Empty(h5py.string_dtype())
        f.attrs["number"] = h5py.Empty("f4")
        if netcdf:
            f.attrs["_NCProperties"] = "version=2"

    found = dict(open_as_zarr(make_file(write), zarr_format=zarr_format).attrs)
    text, one = ("", 5) if netcdf else (None, [5])
    assert found == {"one": one, "fixed": text, "text": text, "number": None}
