"""Files that were closed with a metadata cache image."""

from __future__ import annotations

from pathlib import Path

import h5py
import pytest
from h5py import h5f

import purehdf
from purehdf.errors import ChecksumError, FormatError
from purehdf.format.cache_image import CachedStructure
from purehdf.walk.overlay import Overlay

from .made import cache_image, fill, same

BOUNDS = [h5f.LIBVER_EARLIEST, h5f.LIBVER_V18, h5f.LIBVER_LATEST]


def fill_and_change(file: h5py.File) -> None:
    """What is flushed in between is stale at the end."""
    fill(file)
    file.flush()
    file["numbers"].attrs["of"] = 301
    file["group"].attrs["late"] = 1
    file["group/late"] = [1, 2, 3]


@pytest.mark.parametrize("low", BOUNDS)
def test_metadata_that_is_in_the_image_alone(tmp_path: Path, low: int) -> None:
    path = cache_image(tmp_path / "image.h5", fill, low)
    with purehdf.File(path) as found, h5py.File(path) as expected:
        same(found, expected)


@pytest.mark.parametrize("low", BOUNDS)
def test_the_image_is_newer(tmp_path: Path, low: int) -> None:
    path = cache_image(tmp_path / "image.h5", fill_and_change, low)
    with purehdf.File(path) as found, h5py.File(path) as expected:
        same(found, expected)
        assert found["numbers"].attrs["of"] == 301
        assert list(found["group"]) == ["late", "words"]


def test_bytes_and_file_objects(tmp_path: Path) -> None:
    path = cache_image(tmp_path / "image.h5", fill_and_change)
    with path.open("rb") as opened, h5py.File(path) as expected:
        same(purehdf.File(opened), expected)
        same(purehdf.File(path.read_bytes()), expected)


def test_a_damaged_image_is_an_error(tmp_path: Path) -> None:
    """What stands in the file may be stale, so it is never used in the image's place."""
    data = bytearray(cache_image(tmp_path / "image.h5", fill_and_change).read_bytes())
    data[data.index(b"MDCI") + 100] ^= 1
    with pytest.raises(ChecksumError) as caught:
        purehdf.File(bytes(data))
    assert caught.value.structure == "metadata cache image"


def test_overlay() -> None:
    overlay = Overlay([CachedStructure(20, b"xyz"), CachedStructure(10, b"abcde")], 100)
    assert (
        bytes(overlay.applied(100, b"-" * 30))
        == b"-" * 10 + b"abcde" + b"-" * 5 + b"xyz" + b"-" * 7
    )
    assert bytes(overlay.applied(112, b"---")) == b"cde"
    assert bytes(overlay.applied(114, b"--------")) == b"e-----xy"
    for start, stop in ((0, 110), (115, 120), (123, 200), (112, 112)):
        buffer = bytes(stop - start)
        assert overlay.applied(start, buffer) is buffer


def test_structures_of_an_image_lie_apart() -> None:
    with pytest.raises(FormatError, match="two structures"):
        Overlay([CachedStructure(10, b"abc"), CachedStructure(12, b"d")], 0)
