"""Attributes in fractal heaps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

import purehdf

Same = Callable[[Path], None]


@pytest.mark.parametrize("track_order", [False, True])
def test_thousands(tmp_path: Path, track_order: bool) -> None:
    path = tmp_path / "file.h5"
    names = [f"{i * 617 % 3000:04} é" for i in range(3000)]
    with h5py.File(path, "w", libver="latest", track_order=track_order) as file:
        for i, name in enumerate(names):
            file.attrs[name] = np.arange(i % 5) + i
    with purehdf.File(path) as file:
        assert list(file.attrs) == (names if track_order else sorted(names))
        assert len(file.attrs) == 3000
        for i, name in enumerate(names):
            np.testing.assert_array_equal(file.attrs[name], np.arange(i % 5) + i)
        assert "none such" not in file.attrs


def test_large_and_small_ones_of_all_kinds(tmp_path: Path, same: Same) -> None:
    path = tmp_path / "file.h5"
    compound = np.dtype([("a", "<i2"), ("b", "S7"), ("c", ">f8", (2,))])
    with h5py.File(path, "w", libver="latest") as file:
        for size in (1, 500, 4000, 4096, 5000, 65_535, 65_536, 200_000):
            file.attrs[f"{size} bytes"] = np.arange(size).astype("u1")
        file.attrs["strings"] = ["a" * i for i in range(300)]
        file.attrs["one string"] = "text"
        file.attrs["compound"] = np.zeros(700, compound)
        file.attrs["empty"] = h5py.Empty("f4")
        file.attrs["none"] = np.zeros((0, 3))
        file["type"] = np.dtype(compound)
        file.attrs.create("of a committed type", np.zeros(2, compound), dtype=file["type"])
        file.attrs["reference"] = file["type"].ref
    same(path)


def test_some_were_deleted_and_some_changed(tmp_path: Path, same: Same) -> None:
    path = tmp_path / "file.h5"
    with h5py.File(path, "w", libver="latest") as file:
        data = file.create_dataset("data", data=np.arange(4))
        for i in range(200):
            data.attrs[f"{i}"] = "x" * i
        for i in range(0, 200, 3):
            del data.attrs[f"{i}"]
        for i in range(1, 200, 3):
            data.attrs[f"{i}"] = i
    same(path)
