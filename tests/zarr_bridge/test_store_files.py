"""Files in several parts, and files of which something is wrong, through the store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import zarr
from zarr.abc.store import RangeByteRequest

from purehdf import FileStateWarning, TruncatedError
from purehdf.source import BytesSource, CountingSource
from purehdf.zarr_bridge import HDF5Store, HDF5Zarr, open_as_zarr, to_kerchunk

VALUES = np.arange(3000)


@pytest.fixture
def member(tmp_path: Path) -> Path:
    """The first member of a family."""
    with h5py.File(tmp_path / "part-%d.h5", "w", driver="family", memb_size=4096) as f:
        f["a"] = VALUES
        f["link"] = h5py.ExternalLink("other.h5", "/b")
    with h5py.File(tmp_path / "other.h5", "w") as f:
        f["b"] = 7
    return tmp_path / "part-0.h5"


def test_a_family_by_its_first_member(member: Path) -> None:
    for target in (member, str(member.with_name("part-%d.h5"))):
        group = open_as_zarr(target)
        assert np.array_equal(group["a"][...], VALUES)
        assert group["link"][()] == 7


def test_a_family_by_saved_metadata(member: Path) -> None:
    kept: dict[str, Any] = {}
    HDF5Zarr(member, store=kept)
    group = HDF5Zarr(None, store=kept, store_mode="r").zgroup
    assert np.array_equal(group["a"][...], VALUES)


def test_a_file_that_is_cut_off_warns(tmp_path: Path, make_file: Callable[..., Path]) -> None:
    path = make_file(lambda f: f.create_dataset("a", data=VALUES))
    path.write_bytes(path.read_bytes()[:-100])
    store = HDF5Store(path)  # reads nothing yet
    with pytest.warns(FileStateWarning, match="cut off"):
        zarr.open_group(store, mode="r")
    with pytest.warns(FileStateWarning, match="cut off"):
        HDF5Zarr(path)
    with (
        pytest.warns(FileStateWarning, match="cut off"),
        pytest.warns(UserWarning, match="left out"),
    ):
        to_kerchunk(path)


@pytest.mark.filterwarnings("ignore::purehdf.FileStateWarning")
@pytest.mark.parametrize(
    "part", [None, RangeByteRequest(0, 24_000), RangeByteRequest(23_990, 24_000)]
)
def test_a_part_that_is_not_there_is_an_error(part: Any, make_file: Callable[..., Path]) -> None:
    path = make_file(lambda f: f.create_dataset("a", data=VALUES))
    data = path.read_bytes()[:-100]
    for target in (data, CountingSource(BytesSource(data))):
        store = HDF5Store(target)
        with pytest.raises(TruncatedError):
            asyncio.run(store.get("a/c/0", byte_range=part))
        found = asyncio.run(store.get("a/c/0", byte_range=RangeByteRequest(8, 16)))
        assert found is not None
        assert found.to_bytes() == VALUES[1:2].tobytes()
