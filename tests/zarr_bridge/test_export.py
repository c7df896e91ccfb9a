"""A copy in a Zarr store equals the file, whatever interrupted it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from zarr.storage import LocalStore, MemoryStore

from purehdf.zarr_bridge import HDF5Store
from purehdf.zarr_bridge.export import export_to_zarr

from .compare import _differences
from .reference_store import ZARR_WARNS
from .seen_by_h5py import seen_by_h5py

pytestmark = ZARR_WARNS

ROOT = Path(__file__).parents[2]
NAMES = ["climate.nc", "filter_mask.h5", "index_extensible_array.h5", "links_two_names.h5"]


def _copy_differences(path: Path, store: Any, result: Any, zarr_format: int) -> list[str]:
    store.zarr_format, store.report = zarr_format, lambda: result.report
    return list(_differences(seen_by_h5py(path), store))


@pytest.mark.parametrize("name", NAMES)
def test_equals_h5py(
    name: str, zarr_format: int, fixture_file: Callable[[str], Path], tmp_path: Path
) -> None:
    path = fixture_file(name)
    seen: list[tuple[int, int]] = []
    result = export_to_zarr(
        path,
        tmp_path / "copy.zarr",
        zarr_format=zarr_format,
        progress=lambda done, total: seen.append((done, total)),
    )
    store = LocalStore(tmp_path / "copy.zarr", read_only=True)
    assert _copy_differences(path, store, result, zarr_format) == []
    assert seen == [(i + 1, result.copied) for i in range(result.copied)]
    assert result.skipped == 0


def test_goes_on_where_it_was_interrupted(fixture_file: Callable[[str], Path]) -> None:
    path, store = fixture_file("climate.nc"), MemoryStore()

    class Stop(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done == 5:
            raise Stop

    with pytest.raises(Stop):
        export_to_zarr(path, store, progress=stop)
    assert "zarr.json" not in store._store_dict
    with pytest.raises(FileExistsError, match="resume"):
        export_to_zarr(path, store)
    result = export_to_zarr(path, store, resume=True)
    assert result.skipped >= 5
    assert _copy_differences(path, store, result, 3) == []


def test_goes_on_where_it_was_killed(fixture_file: Callable[[str], Path], tmp_path: Path) -> None:
    """The process ends at once, with threads in the middle of writing."""
    path, out = fixture_file("climate.nc"), tmp_path / "copy.zarr"
    script = (
        "import os, sys\n"
        "from purehdf.zarr_bridge import export_to_zarr\n"
        "stop = lambda done, total: os._exit(9) if done == 5 else None\n"
        "export_to_zarr(sys.argv[1], sys.argv[2], progress=stop)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path), str(out)], cwd=ROOT)
    assert done.returncode == 9
    assert not (out / "zarr.json").exists()
    result = export_to_zarr(path, out, resume=True)
    assert result.skipped >= 5
    assert _copy_differences(path, LocalStore(out, read_only=True), result, 3) == []


def test_what_was_there_is_verified_or_overwritten(fixture_file: Callable[[str], Path]) -> None:
    path, store = fixture_file("climate.nc"), MemoryStore()
    export_to_zarr(path, store)
    key = next(key for key in store._store_dict if key.startswith("temperature/c/"))
    value = store._store_dict[key]
    broken = bytes(len(value))
    store._store_dict[key] = type(value).from_bytes(broken)
    with pytest.raises(OSError, match="does not hold"):
        export_to_zarr(path, store, resume=True)
    result = export_to_zarr(path, store, overwrite=True)
    assert _copy_differences(path, store, result, 3) == []


def test_chunks_are_copied_as_they_are(fixture_file: Callable[[str], Path]) -> None:
    path, store = fixture_file("climate.nc"), MemoryStore()
    result = export_to_zarr(path, store, group="/stations", verify=False, consolidated=False)
    with HDF5Store(path, group="/stations") as source:
        for key, value in store._store_dict.items():
            found = source.get_sync(key)
            assert found is not None
            assert found.to_bytes() == value.to_bytes()
    assert result.nbytes == sum(map(len, store._store_dict.values()))


def test_a_source_that_does_not_open_leaves_the_store_as_it_is(
    fixture_file: Callable[[str], Path], tmp_path: Path
) -> None:
    store = MemoryStore()
    result = export_to_zarr(fixture_file("climate.nc"), store)
    assert str(result).startswith("ExportResult(copied=")
    before = dict(store._store_dict)
    (tmp_path / "no.h5").write_bytes(b"no HDF5 in here" * 100)
    for name in ("no.h5", "missing.h5"):
        with pytest.raises(OSError):  # noqa: PT011  # what is wrong differs
            export_to_zarr(tmp_path / name, store, overwrite=True)
        with pytest.raises(OSError):  # noqa: PT011
            export_to_zarr(tmp_path / name, tmp_path / "copy.zarr")
    assert store._store_dict == before
    assert not (tmp_path / "copy.zarr").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [({"overwrite": True, "resume": True}, "exclude"), ({"workers": 0}, "workers")],
)
def test_wrong_options(
    options: dict[str, Any], words: str, fixture_file: Callable[[str], Path]
) -> None:
    with pytest.raises(ValueError, match=words):
        export_to_zarr(fixture_file("climate.nc"), MemoryStore(), **options)
