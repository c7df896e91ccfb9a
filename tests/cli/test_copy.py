"""``purehdf copy``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import zarr


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("zarr_format", [2, 3])
def test_a_copy(zarr_format: int, run: Callable[..., Any], tmp_path: Path) -> None:
    out = tmp_path / "copy.zarr"
    ran = run("copy", "climate.nc", str(out), "--zarr-format", str(zarr_format))
    assert (ran.code, ran.err) == (0, "")
    assert "keys copied" in ran.out
    group: Any = zarr.open_group(out, mode="r", zarr_format=zarr_format)
    with h5py.File("climate.nc") as f:
        assert np.array_equal(group["temperature"][...], f["temperature"][...])


def test_what_is_there_stays(run: Callable[..., Any], tmp_path: Path) -> None:
    out = str(tmp_path / "copy.zarr")
    assert run("copy", "climate.nc", out, "--json").code == 0
    ran = run("copy", "climate.nc", out)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"purehdf: {out}: is not empty: --overwrite, or --resume\n"
    ran = run("copy", "climate.nc", out, "--resume", "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["skipped"] > 0
    assert json.loads(run("copy", "climate.nc", out, "--overwrite", "--json").out)["skipped"] == 0
