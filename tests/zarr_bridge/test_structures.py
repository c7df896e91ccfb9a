"""Compounds, as structures where zarr-python has these, and else as JSON."""

from __future__ import annotations

import json
from typing import Any

import h5py
import numpy as np
import pytest

from purehdf.zarr_bridge import HDF5Zarr
from purehdf.zarr_bridge.capabilities import HAS_MORE_TYPES, HAS_STRUCT

from .compare import differences
from .conftest import Make
from .test_mapping import hows


@pytest.mark.skipif(not HAS_MORE_TYPES, reason="zarr-python 3.0 has no structures")
def test_structures_are_packed(make_file: Make, zarr_format: int) -> None:
    packed = np.dtype([("a", "<i2"), ("b", "<f8")])
    padded = np.dtype([("a", "<i2"), ("b", ">f8")], align=True)
    values = [(1, 2.0), (3, 4.0)]

    def write(f: Any) -> None:
        f["packed"] = np.array(values, packed)
        f["padded"] = np.array(values, padded)
        f["text"] = np.array([(1, "x")], [("a", "i4"), ("b", h5py.string_dtype())])
        f["array"] = np.zeros(2, [("a", "i4", (3,))])

    bridge = HDF5Zarr(make_file(write), zarr_format=zarr_format)
    for name, how in (("packed", "raw"), ("padded", "decoded")):
        assert bridge.zgroup[name][...].tolist() == values
        assert bridge.zgroup[name].dtype == packed
        assert hows(bridge)[f"/{name}"] == how
    if zarr_format == 2 and not HAS_STRUCT:  # no structures inside structures
        assert hows(bridge)["/array"] == "decoded"
        assert json.loads(str(bridge.zgroup["array"][1])) == {"a": [0, 0, 0]}
    else:
        assert hows(bridge)["/array"] == "raw"
        assert bridge.zgroup["array"].attrs["_HDF5_ARRAY_MEMBERS"] == {"a": [3]}
        assert bridge.zgroup["array"][...].tolist() == [((0, 0, 0),)] * 2
    assert hows(bridge)["/text"] == "decoded"
    assert json.loads(str(bridge.zgroup["text"][0])) == {"a": 1, "b": "x"}


@pytest.mark.skipif(HAS_STRUCT, reason="this zarr-python has all structures")
def test_structures_that_an_older_zarr_lacks_are_json(make_file: Make, zarr_format: int) -> None:
    kind = np.dtype([("a", "i2"), ("b", [("x", "f4", (2,)), ("y", "S2")])])

    def write(f: Any) -> None:
        f["plain"] = np.array([(1, 2.5), (3, np.nan)], [("a", "<i2"), ("b", "<f8")])
        f["nested"] = np.array([(1, ([2, 3], b"x"))], kind)
        f.create_dataset("inner", (3,), [("c", kind, (2,))], chunks=(2,), compression="gzip")

    path = make_file(write)
    assert differences(path, zarr_format) == []
    bridge = HDF5Zarr(path, zarr_format=zarr_format)
    for name in ("plain", "nested", "inner"):
        lacks = not HAS_MORE_TYPES or (zarr_format == 2 and name != "plain")
        assert bool(bridge.zgroup[name].attrs.get("_HDF5_JSON")) == lacks
        reasons = [each.reason for each in bridge.report() if each.path == f"/{name}"]
        assert ("this zarr-python has no such structures" in reasons[0]) == lacks
