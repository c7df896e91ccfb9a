"""Exported references, read by fsspec and zarr alone, hold what h5py reads, or report it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.reference import LazyReferenceMapper

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


# One file of each layout, index, filter and kind of element: writing Parquet knows no more kinds.
FEW = [name for name in GOOD if name.startswith(("chunks", "index", "datatype", "filter", "lay"))]


def _warned(options: dict[str, Any], path: Path) -> Any:
    left = references(path, **options).left_out
    return pytest.warns(UserWarning, match="left out") if left else nullcontext()


@pytest.mark.parametrize("name", FEW)
def test_parquet_equals_h5py(
    name: str, fixture_file: Callable[[str], Path], tmp_path: Path
) -> None:
    pytest.importorskip("pyarrow")
    path, refs = fixture_file(name), tmp_path / "refs.parq"
    with _warned({"inline_threshold": 20}, path):
        found = write_kerchunk(path, refs, record_size=7, inline_threshold=20)
    mapper = LazyReferenceMapper(str(refs), fs=LocalFileSystem(), engine="pyarrow")
    assert reference_differences(path, mapper, found) == []


@pytest.mark.filterwarnings("ignore:The 'fastparquet' engine is deprecated")
def test_fsspec_opens_parquet_by_its_name(
    fixture_file: Callable[[str], Path], tmp_path: Path
) -> None:
    """By a name, fsspec reads Parquet with fastparquet."""
    pytest.importorskip("pyarrow")
    pytest.importorskip("fastparquet")
    refs = tmp_path / "refs.parq"
    for name in ("chunks_sparse.h5", "climate.nc", "filter_mask.h5"):
        path = fixture_file(name)
        with _warned({}, path):
            found = write_kerchunk(path, refs, record_size=5)
        assert reference_differences(path, refs, found) == []
