"""Files in several parts are opened by the name of their first part."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

import purehdf

VALUES = np.arange(3000, dtype="<i4")


def test_a_family_by_its_first_member(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "part-%d.h5", "w", driver="family", memb_size=4096) as f:
        f["values"] = VALUES
    assert len(list(tmp_path.iterdir())) > 2
    for name in ("part-0.h5", "part-%d.h5"):
        with purehdf.File(tmp_path / name) as f:
            np.testing.assert_array_equal(f["values"], VALUES)


def test_a_split_file_by_its_metadata(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "both", "w", driver="split") as f:
        f["values"] = VALUES
    with purehdf.File(tmp_path / "both-m.h5") as f:
        np.testing.assert_array_equal(f["values"], VALUES)


def test_a_missing_member_is_named(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "both", "w", driver="split") as f:
        f["values"] = VALUES
    (tmp_path / "both-r.h5").unlink()
    with pytest.raises(FileNotFoundError, match=r"both-r\.h5"):
        purehdf.File(tmp_path / "both-m.h5")
