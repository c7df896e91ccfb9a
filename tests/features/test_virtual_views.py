"""The two views of a virtual dataset that grows: "last available" and "first missing"."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from h5py import h5d, h5p, h5s, h5t

import purehdf

UNLIMITED = h5s.UNLIMITED


def write_source(path: Path, rows: int) -> None:
    with h5py.File(path, "w", libver="latest") as f:
        values = np.arange(rows * 2, dtype="<i4").reshape(rows, 2)
        f.create_dataset("data", data=values, maxshape=(None, 2), chunks=(2, 2))


def create(f: h5py.File, mappings: list[tuple[Any, Any, bytes]]) -> None:
    properties = h5p.create(h5p.DATASET_CREATE)
    properties.set_fill_value(np.array(-1, "<i4"))
    for virtual, source, name in mappings:
        properties.set_virtual(virtual, name, b"data", source)
    space = h5s.create_simple((4, 4), (UNLIMITED, 4))
    h5d.create(f.id, b"virtual", h5t.STD_I32LE, space, properties)


def side_by_side(tmp_path: Path) -> None:
    """Two sources of 7 and 3 rows."""
    mappings = []
    for i, rows in enumerate((7, 3)):
        write_source(tmp_path / f"source{i}.h5", rows)
        virtual = h5s.create_simple((4, 4), (UNLIMITED, 4))
        virtual.select_hyperslab((0, 2 * i), (1, 1), (1, 1), (UNLIMITED, 2))
        source = h5s.create_simple((rows, 2), (UNLIMITED, 2))
        source.select_hyperslab((0, 0), (1, 1), (1, 1), (UNLIMITED, 2))
        mappings.append((virtual, source, f"source{i}.h5".encode()))
    with h5py.File(tmp_path / "virtual.h5", "w", libver="latest") as f:
        create(f, mappings)


def blocks_with_gaps(tmp_path: Path) -> None:
    """A source of two rows for each block of two in three; the fourth is not there."""
    for i in (0, 1, 2, 4):
        write_source(tmp_path / f"part{i}.h5", 2)
    virtual = h5s.create_simple((4, 4), (UNLIMITED, 4))
    virtual.select_hyperslab((0, 0), (UNLIMITED, 1), (3, 1), (2, 2))
    source = h5s.create_simple((2, 2), (2, 2))
    with h5py.File(tmp_path / "virtual.h5", "w", libver="latest") as f:
        create(f, [(virtual, source, b"part%b.h5")])


def seen_by_h5py(path: Path, view: int) -> np.ndarray[Any, Any]:
    access = h5p.create(h5p.DATASET_ACCESS)
    access.set_virtual_view(view)
    with h5py.File(path) as f:
        return h5py.Dataset(h5d.open(f.id, b"virtual", access))[...]


@pytest.mark.parametrize("make", [side_by_side, blocks_with_gaps])
def test_views(make: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make(tmp_path)
    path = tmp_path / "virtual.h5"
    last = seen_by_h5py(path, h5d.VDS_LAST_AVAILABLE)
    first = seen_by_h5py(path, h5d.VDS_FIRST_MISSING)
    assert last.shape != first.shape
    with purehdf.File(path) as f:
        np.testing.assert_array_equal(f["virtual"][...], last)
        np.testing.assert_array_equal(f["virtual"].first_missing()[...], first)
        assert f["virtual"].first_missing().maxshape == (None, 4)
