"""Exported references, read by fsspec and zarr alone, hold what h5py reads, or report it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from purehdf.zarr_bridge.capabilities import HAS_MORE_TYPES
from purehdf.zarr_bridge.kerchunk import kerchunk_dict, to_kerchunk, write_kerchunk
from purehdf.zarr_bridge.references import references

from .conftest import Make
from .reference_store import open_group, reference_differences

FILES = json.loads((Path(__file__).parents[2] / "fixtures" / "MANIFEST.json").read_text())["files"]
GOOD = [each["name"] for each in FILES if each["expect"] == "values"]

pytestmark = pytest.mark.skipif(
    not HAS_MORE_TYPES, reason="zarr-python 3.0 reads fewer types: test_fixtures goes through them"
)


@pytest.mark.parametrize("threshold", [0, 500])
@pytest.mark.parametrize("name", GOOD)
def test_equals_h5py(
    name: str, threshold: int, zarr_format: int, fixture_file: Callable[[str], Path]
) -> None:
    path = fixture_file(name)
    found = references(path, inline_threshold=threshold, zarr_format=zarr_format)
    assert reference_differences(path, kerchunk_dict(found), found) == []


@pytest.mark.parametrize("name", GOOD)
def test_parquet_equals_h5py(
    name: str, fixture_file: Callable[[str], Path], tmp_path: Path
) -> None:
    pytest.importorskip("pyarrow")
    path = fixture_file(name)
    found = references(path, inline_threshold=20)
    with_warnings = pytest.warns if found.left_out else None
    if with_warnings:
        with with_warnings(UserWarning, match="left out"):
            write_kerchunk(path, tmp_path / "refs.parq", record_size=7, inline_threshold=20)
    else:
        write_kerchunk(path, tmp_path / "refs.parq", record_size=7, inline_threshold=20)
    assert reference_differences(path, tmp_path / "refs.parq", found) == []
