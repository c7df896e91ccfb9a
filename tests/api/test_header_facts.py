"""Comments, times and counts of an object's header."""

from __future__ import annotations

import time
from pathlib import Path

import h5py
import pytest

import purehdf


@pytest.fixture(params=["earliest", "latest"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "facts.h5"
    with h5py.File(path, "w", libver=request.param) as f:
        f.create_dataset("timed", data=1, track_times=True)
        f.create_dataset("untimed", data=1, track_times=False)
        f["again"] = f["timed"]
        h5py.h5o.set_comment(f["timed"].id, "größe".encode())
        f.create_group("group")
    return path


def test_as_h5py(path: Path) -> None:
    with h5py.File(path) as theirs, purehdf.File(path) as ours:
        for name in ("/", "timed", "untimed", "again", "group"):
            info = h5py.h5o.get_info(theirs[name].id)
            assert ours[name].reference_count == info.rc
        assert ours["timed"].comment == "größe" == ours["again"].comment
        assert abs(ours["timed"].modification_time - time.time()) < 3600
        assert ours["untimed"].comment is None
        assert ours["untimed"].modification_time is None
