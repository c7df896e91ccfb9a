"""netCDF-4 files of several writers, one matter each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5netcdf
import h5py
import netCDF4
import numpy as np
import xarray

__all__ = ["MAKERS"]


def unlimited(path: Path) -> None:
    """Two unlimited dimensions, and a variable that ends before another one does."""
    with netCDF4.Dataset(path, "w") as file:
        file.createDimension("time", None)
        file.createDimension("station", None)
        file.createDimension("x", 3)
        file.createVariable("long", "f4", ("time", "x"))[:5] = np.arange(15).reshape(5, 3)
        file.createVariable("short", "i2", ("time",), fill_value=-9)[:2] = [1, 2]
        file.createVariable("none", "f8", ("station",))


def strings(path: Path) -> None:
    with netCDF4.Dataset(path, "w") as file:
        file.createDimension("n", 3)
        file.createDimension("width", 5)
        file.createVariable("text", str, ("n",))[:] = np.array(["a", "bé", ""], object)
        file.createVariable("scalar", str)[...] = "alone"
        chars = file.createVariable("chars", "S1", ("n", "width"))
        chars._Encoding = "utf-8"
        chars[:] = np.array(["one", "two", "three"], "U5")
        file.createVariable("raw", "S1", ("width",))[:] = np.array([*"hello"], "S1")
        file.one, file.several, file.empty = "text", ["a", "b"], ""
        file.numbers, file.number = np.arange(3), np.float32(2)
        chars.setncattr_string("note", "né")


def packed(path: Path) -> None:
    with netCDF4.Dataset(path, "w") as file:
        file.createDimension("x", 4)
        v = file.createVariable("v", "i2", ("x",), fill_value=-1, zlib=True, complevel=3)
        v.scale_factor, v.add_offset = 0.5, 10.0
        v.set_auto_scale(False)
        v[:] = [1, 2, -1, 4]
        u = file.createVariable("u", "u1", ("x",), fletcher32=True, chunksizes=(2,))
        u.missing_value = np.uint8(7)
        u[:] = [7, 8, 9, 10]


def calendars(path: Path) -> None:
    with netCDF4.Dataset(path, "w") as file:
        file.createDimension("time", 3)
        for calendar in ("standard", "noleap", "360_day"):
            v = file.createVariable(calendar, "f8", ("time",))
            v.units, v.calendar = "days since 2000-02-27", calendar
            v[:] = [0, 1.5, 2]
        v = file.createVariable("step", "i4", ("time",))
        v.units = "hours"
        v[:] = [1, 2, 3]


def coordinates(path: Path) -> None:
    """A coordinate of two dimensions, and one that only has the name of a dimension."""
    with netCDF4.Dataset(path, "w") as file:
        file.createDimension("y", 2)
        file.createDimension("x", 3)
        file.createVariable("x", "f4", ("x",))[:] = [1, 2, 3]
        file.createVariable("lat", "f4", ("y", "x"))[:] = 1
        file.createVariable("label", "S1", ("y", "x"))[:] = b"z"
        v = file.createVariable("v", "f4", ("y", "x"), chunksizes=(1, 3))
        v.coordinates, v.grid_mapping = "lat", "crs"
        v[:] = np.arange(6).reshape(2, 3)
        file.createVariable("crs", "i4")


def character_coordinate(path: Path) -> None:
    """A variable of two dimensions with the name of one of them."""
    with netCDF4.Dataset(path, "w") as file:
        file.createDimension("name", 2)
        file.createDimension("width", 3)
        file.createVariable("name", "S1", ("name", "width"))[:] = [[*"abc"], [*"def"]]
        file.createVariable("v", "f4", ("name",))[:] = [1, 2]


def enums(path: Path) -> None:
    with netCDF4.Dataset(path, "w") as file:
        kind = file.createEnumType(np.uint8, "cloud_t", {"clear": 0, "fog": 1, "missing": 255})
        file.createDimension("t", 3)
        file.createVariable("cloud", kind, ("t",), fill_value=255)[:] = [0, 1, 255]
        group = file.createGroup("g")
        group.createVariable("inner", kind, ("t",), fill_value=255)[:] = [1, 1, 0]


def groups(path: Path) -> None:
    with h5netcdf.File(path, "w") as file:
        file.dimensions = {"x": 4, "t": None}
        file.resize_dimension("t", 2)
        file.create_variable("x", ("x",), "i4", data=np.arange(4))
        file.attrs["where"] = "root"
        for name in ("a", "a/b", "c"):
            group = file.create_group(name)
            group.dimensions["y"] = 2
            group.create_variable("v", ("y", "x"), "f8", data=np.ones((2, 4)))
            group.attrs["where"] = name


def written_by_xarray(path: Path) -> None:
    dataset = xarray.Dataset(
        {
            "f": (("time", "x"), np.array([[1.5, np.nan], [3, 4]])),
            "b": ("x", [True, False]),
            "s": ("x", ["ü", "long text"]),
            "delta": ("time", np.array([1, 2], "m8[h]").astype("m8[ns]")),
        },
        {"time": np.array(["2000-01-01", "2001-07-01"], "M8[ns]"), "x": [1, 2]},
        {"title": "made by xarray"},
    )
    encoding = {"f": {"zlib": True, "shuffle": True, "chunksizes": (1, 2)}}
    dataset.to_netcdf(path, engine="h5netcdf", encoding=encoding, unlimited_dims=["time"])


def phony(path: Path) -> None:
    """No scales at all, other than one in a group."""
    with h5py.File(path, "w") as file:
        file["square"] = np.ones((3, 3))
        file["line"] = np.arange(3)
        file["cube"] = np.zeros((2, 3, 4), "i2")
        file["scalar"] = 1.5
        group = file.create_group("g")
        group["other"] = np.arange(5)
        group["x"] = np.arange(3)
        group["x"].make_scale("x")
        file.create_group("h")["more"] = np.ones((5, 2))


def filters(path: Path) -> None:
    with h5py.File(path, "w") as file:
        for name, more in {
            "gzip": {"compression": "gzip", "compression_opts": 7, "shuffle": True},
            "lzf": {"compression": "lzf"},
            "plain": {"chunks": (2,)},
            "none": {},
        }.items():
            file.create_dataset(name, data=np.arange(4), **more)


def text_in_h5py(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file["ascii"] = np.array([b"a", b"bc"], h5py.string_dtype("ascii"))
        file["fixed"] = np.array([b"a", b"bc"], "S4")
        file["utf8"] = np.array(["é".encode(), b"bc"], h5py.string_dtype("utf-8", 4))
        file["bool"] = np.array([True, False])
        file["ascii"].attrs["fixed"] = np.bytes_("text")
        file["ascii"].attrs["one"] = np.bytes_("t")
        file["ascii"].attrs["list"] = np.array([b"ab", b"c"])
        file["ascii"].attrs["empty"] = h5py.Empty("S1")
        file["ascii"].attrs["empty floats"] = h5py.Empty("f4")


MAKERS: dict[str, Callable[[Path], None]] = {
    each.__name__: each
    for each in (
        *(unlimited, strings, packed, calendars, coordinates, character_coordinate, enums),
        *(groups, written_by_xarray, phony, filters, text_in_h5py),
    )
}
