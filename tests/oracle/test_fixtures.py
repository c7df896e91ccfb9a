"""Every sound fixture, through every kind of source, equals what h5py reads."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import fsspec
import pytest

import purehdf
from purehdf.source import BytesSource, CountingSource

from .manifest import SOUND, Entry, wrong
from .range_server import serve

by_name = pytest.mark.parametrize("entry", SOUND, ids=lambda entry: entry.name)

OVER_HTTP = [
    "climate.nc",
    "chunks_deep.h5",
    "group_1000.h5",
    "group_dense.h5",
    "sizes_2_4_v2.h5",
    "superblock_v0.h5",
    "userblock_1024_v2.h5",
]


class Stream(io.RawIOBase):
    """A binary file object that can seek and read, with short reads, and nothing more."""

    def __init__(self, content: bytes) -> None:
        self._inner = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._inner.seek(offset, whence)

    def tell(self) -> int:
        return self._inner.tell()

    def readinto(self, buffer: Any) -> int:
        return self._inner.readinto(memoryview(buffer)[:1000])


def check(entry: Entry, target: Any) -> None:
    """Files that it names, which are found by path alone, lie beside it."""

    def beside(name: str) -> str:
        return str(entry.path.parent / name)

    with purehdf.File(target, external=beside) as file:
        assert wrong(entry, file) == []


@by_name
def test_by_path(entry: Entry) -> None:
    with purehdf.File(entry.path) as file:
        assert wrong(entry, file) == []


@by_name
def test_by_its_bytes(entry: Entry) -> None:
    check(entry, entry.path.read_bytes())


@by_name
def test_through_a_file_object(entry: Entry) -> None:
    check(entry, Stream(entry.path.read_bytes()))


@by_name
def test_in_waves(entry: Entry) -> None:
    """A source that is not in memory: everything has to be asked for."""
    check(entry, CountingSource(BytesSource(entry.path.read_bytes())))


@contextmanager
def in_memory_file_system(content: bytes) -> Iterator[str]:
    fs = fsspec.filesystem("memory")
    fs.pipe("/purehdf/file.h5", content)
    try:
        yield "/purehdf/file.h5"
    finally:
        fs.rm("/purehdf", recursive=True)


@by_name
def test_through_fsspec(entry: Entry) -> None:
    content = entry.path.read_bytes()
    with in_memory_file_system(content) as path, fsspec.open(f"memory:/{path}") as file:
        check(entry, file)


def test_other_ways_through_fsspec() -> None:
    entry = next(entry for entry in SOUND if entry.name == "climate.nc")
    with in_memory_file_system(entry.path.read_bytes()) as path:
        check(entry, f"memory:/{path}")
        check(entry, fsspec.open(f"memory:/{path}"))
    check(entry, fsspec.open(str(entry.path)))


@pytest.mark.parametrize("name", OVER_HTTP)
def test_over_http(name: str) -> None:
    entry = next(entry for entry in SOUND if entry.name == name)
    with serve(entry.path.read_bytes()) as url:
        check(entry, url)


def test_str_path_and_other_buffers() -> None:
    entry = next(entry for entry in SOUND if entry.name == "group_small.h5")
    content = entry.path.read_bytes()
    for target in (str(entry.path), bytearray(content), memoryview(content), io.BytesIO(content)):
        check(entry, target)


def test_a_file_object_is_closed_by_whoever_opened_it() -> None:
    entry = next(entry for entry in SOUND if entry.name == "group_small.h5")
    with entry.path.open("rb") as opened:
        check(entry, opened)
        assert not opened.closed
