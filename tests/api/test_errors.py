"""Errors say what, where and which rule."""

from __future__ import annotations

import pickle

import pytest

import purehdf
from purehdf.source import BytesSource, CountingSource


def failure(path, operation) -> purehdf.PureHDFError:
    with purehdf.File(path) as file, pytest.raises(purehdf.PureHDFError) as caught:
        operation(file)
    return caught.value


@pytest.mark.filterwarnings("ignore::purehdf.FileStateWarning")  # one is cut off
@pytest.mark.parametrize(
    ("name", "operation", "parts"),
    [
        (
            "damaged_version_data_layout.h5",
            lambda file: file["numbers"].shape,
            ["data layout message (IV.A.2.i)", "at byte 0x398", "of /numbers",
             "[message 5 of 6, data layout]", "version:", "expected 1 to 5, found 127"],
        ),
        (
            "damaged_checksum_chunk.h5",
            lambda file: file["numbers"][...],
            ["fletcher32 filter (IV.A.2.l)", "at byte 0xfb0", "of /numbers",
             "[filter 1 of 1, fletcher32]", "expected 0xa23050d7, found 0xd5395032"],
        ),
        (
            "damaged_signature_local_heap.h5",
            list,
            ["local heap (III.D)", "at byte 0x2a8", "of /", "b'HEAP'", "b'NONE'"],
        ),
        (
            "damaged_checksum_object_header.h5",
            lambda file: file["data"],
            ["object header (IV.A.1)", "of /data", "checksum", "0x6a035132", "0x06ea13f5"],
        ),
        (
            "damaged_version_attribute.h5",
            lambda file: dict(file["data"].attrs),
            ["attribute message (IV.A.2.m)", "of /data", "version"],
        ),
        (
            "damaged_truncated_raw_data.h5",
            lambda file: file["numbers"][...],
            ["raw data (IV.B)", "at byte 0x1bf", "expected 48 bytes, found 30 bytes"],
        ),
    ],
)  # fmt: skip
def test_messages(fixture_file, name, operation, parts) -> None:
    error = failure(fixture_file(name), operation)
    for part in parts:
        assert part in str(error)
    assert "\n" not in str(error)
    assert isinstance(error, purehdf.FormatError)
    assert isinstance(error, OSError)
    assert {error.structure, error.section, error.offset, error.path}.isdisjoint({None})


def test_errors_cross_process_borders(fixture_file) -> None:
    error = failure(fixture_file("damaged_version_data_layout.h5"), lambda f: f["numbers"].shape)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert (again.offset, again.path, again.field) == (error.offset, error.path, error.field)


def test_one_error_is_not_told_two_places(fixture_file) -> None:
    """The same object by another way: each failure names the way that was taken."""
    path = fixture_file("damaged_version_object_header.h5")
    with purehdf.File(path) as file:
        for name in ("numbers", "/numbers", "./numbers"):
            with pytest.raises(purehdf.VersionError) as caught:
                file[name]
            assert caught.value.path == "/numbers"


def test_limits(fixture_file) -> None:
    with (
        purehdf.File(
            CountingSource(BytesSource(fixture_file("group_1000.h5").read_bytes())),
            limits=purehdf.Limits(structure_bytes=1000),
        ) as file,
        pytest.raises(purehdf.LimitError, match="at most 1000 bytes"),
    ):
        list(file["many"])
    with (
        purehdf.File(
            fixture_file("filter_deflate.h5"), limits=purehdf.Limits(chunk_bytes=8)
        ) as file,
        pytest.raises(purehdf.LimitError, match="at most 8 bytes"),
    ):
        file["numbers"][0]


def test_unsupported_errors_name_the_feature(fixture_file) -> None:
    error = purehdf.UnsupportedError("a feature", section="IV")
    assert isinstance(error, NotImplementedError)
    assert str(error) == "section IV: a feature"
