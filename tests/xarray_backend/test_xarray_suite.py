"""xarray's own tests of its netCDF-4 backends, which it installs, with files read by purehdf.

h5netcdf or netCDF4 writes, as in xarray's tests; whatever these open is opened by
``engine="purehdf"``.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

pytest.importorskip("xarray", minversion="2025.8")
for _needed in ("h5netcdf", "netCDF4", "dask"):
    pytest.importorskip(_needed)


def _of_xarray(name: str) -> Any:
    try:
        return import_module(f"xarray.tests.{name}")
    except (ImportError, pytest.fail.Exception) as error:  # a mark that conftest.py does not know
        pytest.skip(f"xarray's own tests cannot be used: {error}", allow_module_level=True)


data = _of_xarray("test_backends")
trees = _of_xarray("test_backends_datatree")
fixtures = _of_xarray("conftest")

import xarray  # noqa: E402

from tests.xarray_backend.compare import ENGINE  # noqa: E402

xarray.set_options(warn_for_unclosed_files=False)  # its tests set it, for all that run after them

pytestmark = pytest.mark.filterwarnings("ignore")

_OPENERS = ("open_dataset", "load_dataset", "open_datatree", "open_groups", "open_mfdataset")

# Tests of xarray that are left out, and why.
EXCLUDED = {
    "test_phony_dims_warning": "h5netcdf warns that phony_dims is not given: it has a default here",
    "test_decode_utf8_warning": "we warn too, but the words that are looked for name h5netcdf",
    "test_write_store": "it is about the store that another engine writes with",
    "test_open_netcdf3": "it is another format",
    "test_compute_false": "it reads while h5py, in the same process, has not written all",
}
EXCLUDED_OF_NETCDF4 = {
    "test_byte_attrs": "netCDF4 returns such attributes in another way than h5netcdf",
    "test_roundtrip_complex": "it is about auto_complex, an option of netCDF4 alone",
    "test_compression_encoding": "netCDF4 says the parameters of filters, h5netcdf which there are",
}


@pytest.fixture(autouse=True)
def _read_with_purehdf(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (data, trees, data.xr):
        for name in _OPENERS:
            if hasattr(module, name):
                monkeypatch.setattr(module, name, _with_engine(getattr(module, name)))


def _with_engine(opener: Callable[..., Any]) -> Callable[..., Any]:
    def opened(*args: Any, **options: Any) -> Any:
        engine = options.get("engine")
        if engine in ("h5netcdf", "netcdf4") or (engine is None and _is_hdf5(*args[:1])):
            options["engine"] = ENGINE
        return opener(*args, **options)

    return opened


def _is_hdf5(target: Any) -> bool:
    return isinstance(target, str | os.PathLike | bytes | memoryview) and ENGINE().guess_can_open(
        target
    )


# Fixtures of xarray's tests.
time_unit = fixtures.time_unit
use_dask = fixtures.use_dask
create_test_datatree = fixtures.create_test_datatree
simple_datatree = fixtures.simple_datatree
unaligned_datatree_nc = trees.unaligned_datatree_nc


def _is_test(name: str) -> bool:
    return name.startswith("test_")


def _without(*names: str) -> Callable[[type], type]:
    def decorate(suite: type) -> type:
        for name in names:
            setattr(suite, name, None)
        return suite

    return decorate


@_without(*EXCLUDED)
class TestWrittenByH5netcdf(data.TestH5NetCDFData):  # type: ignore[misc, name-defined]
    def test_load_async(self) -> None:
        asyncio.run(data.DatasetIOBase.test_load_async(self))


# What both suites have in common is run once.
@_without(*EXCLUDED, *EXCLUDED_OF_NETCDF4, *filter(_is_test, dir(data.NetCDF4Base)))
class TestWrittenByNetCDF4(data.TestNetCDF4Data):  # type: ignore[misc, name-defined]
    pass


@_without(*EXCLUDED)
class TestTrees(trees.TestH5NetCDFDatatreeIO):  # type: ignore[misc, name-defined]
    pass


@_without(*EXCLUDED, *filter(_is_test, dir(trees.NetCDFIOBase)))
class TestGroups(trees.TestGenericNetCDFIO):  # type: ignore[misc, name-defined]
    pass
