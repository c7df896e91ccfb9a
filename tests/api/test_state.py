"""Files that are being written, were cut off, or were appended to: read, with a warning."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import h5py
import pytest

import purehdf
from purehdf.source import BytesSource, CountingSource


@pytest.fixture(params=["earliest", "latest"])
def data(request: pytest.FixtureRequest, tmp_path: Path) -> bytes:
    path = tmp_path / "whole.h5"
    with h5py.File(path, "w", libver=request.param) as f:
        f["x"] = range(10)
    return path.read_bytes()


def states(target: object) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with purehdf.File(target) as f:
            assert list(f) == ["x"]
    assert all(w.category is purehdf.FileStateWarning for w in caught)
    assert all(w.filename == __file__ for w in caught)
    return [str(w.message) for w in caught]


def test_a_sound_file(data: bytes) -> None:
    assert states(data) == states(bytes(512) + data) == []


@pytest.mark.parametrize("swmr", [False, True])
def test_a_file_that_is_being_written(tmp_path: Path, swmr: bool) -> None:
    path = tmp_path / "open.h5"
    with h5py.File(path, "w", libver="latest") as f:
        f["x"] = range(10)
        if swmr:
            f.swmr_mode = True
        f.flush()
        (found,) = states(path.read_bytes())
    assert "flagged as open for writing" in found
    assert ("(SWMR)" in found) is swmr
    assert "h5clear" in found


def test_to_refresh_a_file_that_is_being_written(tmp_path: Path) -> None:
    """Where h5py would show what was added, saying nothing would be a lie."""
    path = tmp_path / "open.h5"
    with h5py.File(path, "w", libver="latest") as writer:
        writer["x"] = range(10)
        writer.flush()
        data = path.read_bytes()
    with pytest.warns(purehdf.FileStateWarning):
        f = purehdf.File(data)
    with f, pytest.raises(purehdf.UnsupportedError, match=r"^/x: .* open the file again$"):
        f["x"].refresh()
    assert f.driver == "fileobj"
    with h5py.File(io.BytesIO(path.read_bytes())) as theirs:
        assert theirs.driver == "fileobj"


def test_a_file_that_is_cut_off(data: bytes) -> None:
    (found,) = states(data[:-7])
    assert f"should have {len(data)} bytes and has {len(data) - 7}" in found
    assert len(states(io.BytesIO(data[:-7]))) == len(states(bytes(1024) + data[:-7])) == 1


def test_a_file_with_something_behind_it(data: bytes) -> None:
    (found,) = states(data + b"xyz")
    assert f"3 bytes follow its {len(data)}" in found


def test_a_file_object(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "long.h5"
    path.write_bytes(data + b"xyz")
    with path.open("rb") as stream:
        assert len(states(stream)) == len(states(path)) == 1


def test_no_request_is_made_for_the_size(data: bytes) -> None:
    assert states(CountingSource(BytesSource(data + b"xyz"))) == []


def test_a_user_block_written_by_the_library(tmp_path: Path) -> None:
    path = tmp_path / "block.h5"
    with h5py.File(path, "w", userblock_size=1024) as f:
        f["x"] = 1
    data = path.read_bytes()
    assert states(data) == states(data[1024:]) == []  # taken away again
    assert len(states(data[:-1])) == 1
