"""External storage (IV.A.2.h): elements as bytes of other files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import purehdf

DATA = np.arange(60, dtype=">i4").reshape(10, 6)
BYTES = DATA.tobytes()


def write(folder: Path, runs: list[tuple[str, int, int]], shape: tuple[int, ...] = (10, 6)) -> Path:
    """A file whose dataset lies in these runs of other files."""
    path = folder / "file.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("data", shape, ">i4", external=runs, fillvalue=5)
    return path


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


@pytest.fixture
def several(tmp_path: Path) -> Path:
    """Three files: the runs begin at offsets, and cut elements in two."""
    put(tmp_path / "one.bin", b"-" * 7 + BYTES[:33] + b"more")
    put(tmp_path / "folder" / "two.bin", BYTES[33:150])
    put(tmp_path / "three.bin", b"-" * 1000 + BYTES[150:])
    runs = [("one.bin", 7, 33), ("folder/two.bin", 0, 117), ("three.bin", 1000, 90)]
    return write(tmp_path, runs)


@pytest.mark.parametrize(
    "args", [(), np.s_[3], np.s_[::4, 1:3], np.s_[[1, 8], :], np.s_[-1, -1], DATA % 7 == 0]
)
def test_several_files_with_offsets(
    several: Path, args: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(several.parent)  # where h5py looks for them
    with h5py.File(several) as theirs, purehdf.File(several) as ours:
        np.testing.assert_array_equal(ours["data"][args], DATA[args])
        np.testing.assert_array_equal(ours["data"][args], theirs["data"][args])
        assert ours["data"].external == theirs["data"].external
        assert ours["data"].fillvalue == theirs["data"].fillvalue


@pytest.mark.parametrize("length", [0, 1, 100, 101, 239])
def test_a_file_that_is_too_short_ends_in_zeros(
    tmp_path: Path, length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    put(tmp_path / "raw", BYTES[:length])
    path = write(tmp_path, [("raw", 0, 240)])
    with h5py.File(path) as theirs, purehdf.File(path) as ours:
        found = ours["data"][()]
        np.testing.assert_array_equal(found, theirs["data"][()])
    assert found.tobytes() == BYTES[:length] + bytes(240 - length)


def test_one_run_without_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    put(tmp_path / "raw", b"--" + BYTES + b"--")
    path = write(tmp_path, [("raw", 2, h5py.h5f.UNLIMITED)])
    with h5py.File(path) as theirs, purehdf.File(path) as ours:
        np.testing.assert_array_equal(ours["data"][()], DATA)
        np.testing.assert_array_equal(theirs["data"][()], DATA)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path, [("not there", 0, 240)])
    with purehdf.File(path) as file:
        assert file["data"].shape == (10, 6)
        assert file["data"].external == [("not there", 0, 240)]
        message = r"^/data: .* 'not there', which is not there: put it beside this one.* external="
        with pytest.raises(purehdf.MissingFileError, match=message) as raised:
            file["data"][0]
    assert isinstance(raised.value, FileNotFoundError)


def test_an_hdf5_file_may_be_raw_data_of_another(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "other.h5", "w") as file:
        data = file.create_dataset("data", data=DATA)
        offset = data.id.get_offset()
    path = write(tmp_path, [("other.h5", offset, 240)])
    with purehdf.File(path) as file:
        np.testing.assert_array_equal(file["data"][()], DATA)


def test_a_file_may_hold_several_runs_and_itself_be_the_file(tmp_path: Path) -> None:
    put(tmp_path / "raw", BYTES[120:] + BYTES[:120])
    path = write(tmp_path, [("raw", 120, 120), ("raw", 0, 120)])
    with purehdf.File(path) as file:
        np.testing.assert_array_equal(file["data"][()], DATA)
    path = write(tmp_path, [("file.h5", 0, 240)])
    with purehdf.File(path) as file:
        assert file["data"][()].tobytes() == path.read_bytes()[:240]
