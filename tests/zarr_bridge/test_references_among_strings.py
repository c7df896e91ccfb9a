"""A compound with text and references: numpy holds both as objects, and they are told apart."""

from __future__ import annotations

from pathlib import Path

import h5py

from .compare import differences


def test_both_in_one_compound(tmp_path: Path, zarr_format: int) -> None:
    path = tmp_path / "both.h5"
    with h5py.File(path, "w") as file:
        target = file.create_group("target")
        fields = [("text", h5py.string_dtype()), ("reference", h5py.ref_dtype)]
        file.create_dataset("both", (1,), fields)[0] = ("a", target.ref)
    assert differences(path, zarr_format) == []
