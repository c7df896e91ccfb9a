"""An index in a file of its own, and what a growing file has added."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from purehdf.zarr_bridge.kerchunk import to_kerchunk
from purehdf.zarr_bridge.saved_index import open_index, save_index

from .reference_store import ZARR_WARNS, open_group, reference_differences

pytestmark = ZARR_WARNS

NAMES = ["climate.nc", "filter_mask.h5", "chunks_sparse.h5", "layout_compact.h5", "index_single.h5"]


@pytest.mark.parametrize("name", NAMES)
def test_reopens_the_same(
    name: str, zarr_format: int, fixture_file: Callable[[str], Path], tmp_path: Path
) -> None:
    path = fixture_file(name)
    saved = save_index(path, tmp_path / "saved.idx", zarr_format=zarr_format)
    again = open_index(tmp_path / "saved.idx")
    assert again.to_kerchunk() == saved.to_kerchunk()
    assert again.to_kerchunk() == to_kerchunk(path, zarr_format=zarr_format)
    assert again.references.report == saved.references.report
    assert reference_differences(path, again.to_kerchunk(), again.references) == []


def test_the_hdf5_file_is_not_touched(tmp_path: Path) -> None:
    path, index = tmp_path / "gone.h5", tmp_path / "gone.idx"
    with h5py.File(path, "w") as f:
        f["a"] = np.arange(1000)
    expected = save_index(path, index).to_kerchunk()
    path.unlink()
    assert open_index(index).to_kerchunk() == expected


def test_takes_up_what_a_file_has_added(tmp_path: Path) -> None:
    path, index = tmp_path / "grows.h5", tmp_path / "grows.idx"
    with h5py.File(path, "w", libver="latest") as f:
        f.create_dataset("a", data=np.arange(10), chunks=(5,), maxshape=(None,))
    save_index(path, index, inline_threshold=0)
    opened = open_index(index)
    assert not opened.refresh()
    with h5py.File(path, "a", libver="latest") as f:
        f["a"].resize((25,))
        f["a"][10:] = np.arange(10, 25)
        f["b"] = 7
    assert opened.refresh()
    for each in (opened, open_index(index)):
        assert each.options == {"inline_threshold": 0}
        group = open_group(each.to_kerchunk(), each.references)
        assert np.array_equal(group["a"][...], np.arange(25))
        assert group["b"][()] == 7
    assert not opened.refresh()
    assert opened.refresh(force=True)


def test_no_secrets_are_saved(fixture_file: Callable[[str], Path], tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    fsspec.filesystem("memory").pipe("/x.nc", fixture_file("climate.nc").read_bytes())
    options = {"skip_instance_cache": True, "secret": "hidden"}
    save_index("memory://x.nc", tmp_path / "x.idx", storage_options=options)
    assert b"hidden" not in (tmp_path / "x.idx").read_bytes()
    assert not open_index(tmp_path / "x.idx").refresh(storage_options=options)


def test_what_is_no_index(fixture_file: Callable[[str], Path]) -> None:
    with pytest.raises(ValueError, match="not an index"):
        open_index(fixture_file("climate.nc"))
