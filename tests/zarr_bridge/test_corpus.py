"""Real netCDF-4 and HDF5 files of other writers through the store equal what h5py reads."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import pytest

from .compare import differences

WRITERS = ("netcdf-c", "pyfive", "kerchunk", "hidefix")


@pytest.mark.slow
@pytest.mark.parametrize("writer", WRITERS)
def test_files_equal_h5py(writer: str, corpus: Path, zarr_format: int) -> None:
    files = json.loads((corpus / "manifest.json").read_text())["files"]
    paths = [corpus / each["path"] for each in files if each["path"].startswith(f"open/{writer}/")]
    readable = [path for path in paths if h5py.is_hdf5(path) and _h5py_opens(path)]
    assert readable, f"no file of {writer}"
    found = {path.name: differences(path, zarr_format) for path in readable}
    assert {name: each for name, each in found.items() if each} == {}


def _h5py_opens(path: Path) -> bool:
    try:
        h5py.File(path, "r").close()
    except OSError:
        return False
    return True
