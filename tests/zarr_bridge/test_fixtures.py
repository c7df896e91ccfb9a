"""Every generated file through the store equals what h5py reads, or is reported with a reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zarr

from purehdf import PureHDFError
from purehdf.zarr_bridge import HDF5Zarr
from purehdf.zarr_bridge.capabilities import HAS_MORE_TYPES

from .compare import differences

FILES = json.loads((Path(__file__).parents[2] / "fixtures" / "MANIFEST.json").read_text())["files"]
GOOD = [each["name"] for each in FILES if each["expect"] == "values"]
DAMAGED = {each["name"]: each["damage"] for each in FILES if each["expect"] == "error"}
# The files about elements, which cutting concerns; the others are about groups and headers.
ELEMENTS = ("climate", "dataspace", "datatype", "fill_value", "index", "layout", "sizes")
CUT = [name for name in GOOD if name.startswith(ELEMENTS)]

# zarr-python 3.0 makes an array inside an array of a string without dimensions.
SCALAR_TEXT = {"datatype_vlen_strings.h5"}


@pytest.mark.parametrize("name", GOOD)
def test_equals_h5py(name: str, zarr_format: int, fixture_file: Callable[[str], Path]) -> None:
    if name in SCALAR_TEXT and not HAS_MORE_TYPES:
        pytest.skip("zarr-python 3.0 cannot read a string without dimensions")
    assert differences(fixture_file(name), zarr_format) == []


@pytest.mark.parametrize("name", CUT)
def test_equals_h5py_cut_small(name: str, fixture_file: Callable[[str], Path]) -> None:
    if name in SCALAR_TEXT and not HAS_MORE_TYPES:
        pytest.skip("zarr-python 3.0 cannot read a string without dimensions")
    assert differences(fixture_file(name), 3, max_chunksize=20, consolidated=True) == []


@pytest.mark.parametrize("name", DAMAGED)
@pytest.mark.filterwarnings("ignore::purehdf.FileStateWarning")  # some are cut off
def test_damage_is_an_error_or_reported(name: str, fixture_file: Callable[[str], Path]) -> None:
    damage = DAMAGED[name]
    try:
        bridge = HDF5Zarr(fixture_file(name))
    except PureHDFError:
        return
    assert damage["object"] is not None, "opening should have failed"
    path = damage["object"].strip("/")
    reported = {
        entry.path.partition("@")[0].strip("/")
        for entry in bridge.report()
        if entry.how == "refused"
    }
    assert path in reported or damage["may_read"] or _raises(bridge.zgroup, path)


def _raises(group: Any, path: str) -> bool:
    """Whether reading the damaged object raises; what its codecs raise is Zarr's affair."""
    array = group[path]
    assert isinstance(array, zarr.Array)
    with pytest.raises(Exception):  # noqa: B017, PT011
        array[...]
    return True
