"""Opening and closing files."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import h5py
import pytest

import purehdf
from purehdf.source import BytesSource, CountingSource


@pytest.mark.parametrize("mode", ["w", "a", "r+", "x", "w-", "rb", ""])
def test_files_are_for_reading(one: Path, mode: str) -> None:
    with pytest.raises(ValueError, match="reads only"):
        purehdf.File(one, mode)


def test_mode_r_may_be_said(one: Path) -> None:
    with purehdf.File(one, "r") as first, purehdf.File(one, mode="r") as second:
        assert first.mode == second.mode == "r"
        assert first != second  # as two openings in h5py's sense of objects of one opened file
        assert first.filename == str(one)


def test_after_closing(path: Path) -> None:
    """As with h5py, everything is over, and closing again does nothing."""
    for library in (h5py, purehdf):
        file = library.File(path)
        group, dataset, attrs = file["plants"], file["grid"], file.attrs
        file.close()
        file.close()
        for value in (file, group, dataset):
            assert not value
        for operation in (
            lambda file=file: file["plants"],
            lambda group=group: group["fern"],
            lambda group=group: list(group.items()),
            lambda dataset=dataset: dataset[0],
            lambda attrs=attrs: attrs["title"],
        ):
            with pytest.raises((ValueError, KeyError, RuntimeError)):
                operation()


def test_a_context_manager_closes_whatever_happens(one: Path) -> None:
    with purehdf.File(one) as file:
        assert isinstance(file, purehdf.File)
    assert not file
    with pytest.raises(KeyError), purehdf.File(one) as file:
        file["missing"]
    assert not file


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    text = tmp_path / "text.h5"
    text.write_text("not an HDF5 file")
    for library in (h5py, purehdf):
        with pytest.raises(FileNotFoundError):
            library.File(tmp_path / "missing.h5", "r")
        with pytest.raises(OSError, match=r"(?i)signature"):
            library.File(text, "r")
    with pytest.raises(purehdf.SignatureError, match="not an HDF5 file"):
        purehdf.File(b"")
    with pytest.raises(TypeError):
        purehdf.File(5)
    with pytest.raises(TypeError):
        purehdf.File(io.StringIO("text"))


def test_a_source_that_cannot_be_opened_is_closed(tmp_path: Path) -> None:
    class Closing(CountingSource):
        closed = 0

        def close(self) -> None:
            self.closed += 1
            super().close()

    source = Closing(BytesSource(b"no file at all"))
    with pytest.raises(purehdf.SignatureError):
        purehdf.File(source)
    assert source.closed == 1


def test_user_blocks(fixture_file) -> None:
    for name in ("userblock_512.h5", "userblock_2048.h5", "userblock_1024_v2.h5"):
        path = fixture_file(name)
        with h5py.File(path) as theirs, purehdf.File(path) as ours:
            assert ours.userblock_size == theirs.userblock_size > 0


def test_objects_of_two_openings_differ(one: Path) -> None:
    with purehdf.File(one) as first, purehdf.File(one) as second:
        assert first["plants"] != second["plants"]
        assert len({first["plants"], second["plants"], first["plants"]}) == 2


def test_an_object_keeps_its_file_open(one: Path) -> None:
    """The file object itself may be forgotten."""
    dataset = purehdf.File(one)["plants/fern/height"]
    assert dataset[0, 0] == 0
    assert dataset.file["plants"].name == "/plants"
    dataset.file.close()
    assert not dataset


@pytest.mark.parametrize(
    "options",
    [
        {"libver": "latest"},
        {"driver": "core", "backing_store": False},
        {"rdcc_nbytes": 1, "rdcc_nslots": 5, "rdcc_w0": 1},
        {"locking": False, "track_order": True, "page_buf_size": 0},
    ],
)
def test_options_that_tune_libhdf5_are_taken(one: Path, options: dict[str, Any]) -> None:
    for library in (h5py, purehdf):
        with library.File(one, "r", **options) as file:
            assert file["grid"].shape == (7, 11)
            assert not file.swmr_mode


@pytest.mark.parametrize("option", ["no_such_option", "aws_region", "fs_strategy"])
def test_other_options_are_refused(one: Path, option: str) -> None:
    with pytest.raises(TypeError, match=option):
        purehdf.File(one, "r", **{option: "x"})


def test_is_hdf5_looks_for_the_signature(one: Path, tmp_path: Path) -> None:
    whole = one.read_bytes()
    assert purehdf.is_hdf5(one)
    assert purehdf.is_hdf5(whole)
    assert purehdf.is_hdf5(io.BytesIO(bytes(512) + whole))  # behind a user block
    assert purehdf.is_hdf5(whole[:8] + b"\xff" * 100)  # as h5py, whatever follows
    text = tmp_path / "text.h5"
    text.write_text("not an HDF5 file")
    assert not purehdf.is_hdf5(text)
    assert not purehdf.is_hdf5(b"")
    with open(one, "rb") as stream:
        assert purehdf.is_hdf5(stream)
        assert not stream.closed


def test_names_are_shown(one: Path) -> None:
    with purehdf.File(one) as file:
        names, attributes = file["plants/fern"].keys(), file.attrs.keys()
        assert repr(names) == f"Names({list(names)})"
        assert repr(attributes) == f"Names({list(attributes)})"
    assert repr(names) == "Names(<Closed HDF5 group>)"
    assert repr(attributes) == "Names(<Attributes of closed HDF5 object>)"
