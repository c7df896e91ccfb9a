from __future__ import annotations

import asyncio
from typing import Any

import pytest

from purehdf.errors import SourceError
from purehdf.source import FsspecSource, Retries

fsspec = pytest.importorskip("fsspec")

ONCE = Retries(attempts=1)
RANGES = [(0, 8), (3, 3), (9_990, 10_010), (500, 700), (1 << 70, 1 << 71), (0, 8)]


@pytest.fixture
def memory(content):
    fs = fsspec.filesystem("memory")
    fs.pipe_file("/file.h5", content)
    yield fs
    fs.rm("/file.h5")


class AsyncFiles:
    """The asynchronous half of a file system that was made with ``asynchronous=True``."""

    asynchronous = True

    def __init__(self, content: bytes) -> None:
        self.content = content

    async def _info(self, path: str) -> dict[str, Any]:
        return {"name": path, "size": len(self.content), "type": "file"}

    async def _cat_ranges(self, paths, starts, ends, on_error="raise") -> list[bytes]:
        return [self.content[a:b] for a, b in zip(starts, ends, strict=True)]


class Wrapped:
    """A file system whose ``cat_ranges`` is replaced."""

    def __init__(self, size: Any = 100, found: Any = None) -> None:
        self.size, self.found = size, found

    def info(self, path: str) -> dict[str, Any]:
        if isinstance(self.size, Exception):
            raise self.size
        return {"name": path, "size": self.size, "type": "file"}

    def cat_ranges(self, paths, starts, ends, on_error="raise") -> list[Any]:
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


def test_a_wave_is_one_call(memory, content, monkeypatch):
    calls = []
    plain = type(memory).cat_ranges

    def watched(self, paths, *args, **kwargs):
        calls.append(len(paths))
        return plain(self, paths, *args, **kwargs)

    monkeypatch.setattr(type(memory), "cat_ranges", watched)
    source = FsspecSource(memory, "/file.h5")
    assert source.name == "memory:///file.h5"
    assert source.resident is None
    assert source.size == len(content)
    assert source.read(RANGES) == [content[a:b] for a, b in RANGES]
    assert asyncio.run(source.read_async(RANGES)) == [content[a:b] for a, b in RANGES]
    assert source.read([(4, 4)]) == [b""]
    assert calls == [3, 3]  # nothing is asked for twice
    source.close()


def test_an_asynchronous_file_system(content):
    async def main() -> list[Any]:
        return await FsspecSource(AsyncFiles(content), "x").read_async(RANGES)

    assert asyncio.run(main()) == [content[a:b] for a, b in RANGES]


def test_missing_files_and_directories(memory):
    with pytest.raises(FileNotFoundError):
        FsspecSource(memory, "/missing").read([(0, 4)])
    with pytest.raises(IsADirectoryError):
        FsspecSource(memory, "/").read([(0, 4)])
    with pytest.raises(FileNotFoundError):
        FsspecSource(Wrapped(found=[FileNotFoundError("x")]), "x").read([(0, 4)])


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (RuntimeError("refused"), "bytes 4 to 30: refused"),
        ([b"1234", RuntimeError("refused")], "bytes 20 to 30: refused"),
        ([b"123", b"0123456789"], "bytes 4 to 8: 3 bytes came"),
    ],
)
def test_errors_keep_range_and_cause(found, message):
    source = FsspecSource(Wrapped(found=found), "host/x?signature=secret", retries=ONCE)
    with pytest.raises(SourceError, match=message) as caught:
        source.read([(4, 8), (20, 30)])
    assert "secret" not in str(caught.value)
    if "refused" in message:
        assert isinstance(caught.value.__cause__, RuntimeError)


@pytest.mark.parametrize("size", [None, PermissionError("not yours")])
def test_no_size(size):
    with pytest.raises(SourceError, match=r"x: cannot find the size: (not yours|the file system)"):
        FsspecSource(Wrapped(size=size), "x").read([(0, 4)])


def test_a_size_that_is_given_is_not_asked_for():
    source = FsspecSource(Wrapped(size=RuntimeError("asked"), found=[b"ab"]), "x", size=2)
    assert source.read([(0, 10)]) == [b"ab"]


class Failing(Wrapped):
    """A file system that gives these answers, wave by wave; ``asked`` are the ranges."""

    def __init__(self, *waves: list[Any]) -> None:
        super().__init__()
        self.waves = list(waves)
        self.asked: list[list[tuple[int, int]]] = []

    def cat_ranges(self, paths, starts, ends, on_error="raise") -> list[Any]:
        self.asked.append(list(zip(starts, ends, strict=True)))
        return self.waves.pop(0)


def test_what_fails_is_asked_for_again_and_nothing_else():
    fs = Failing([OSError("slow down"), b"aaaa", b"bb"], [b"cccc", TimeoutError()], [b"bbbb"])
    source = FsspecSource(fs, "x", retries=Retries(pause=0))
    assert source.read([(0, 4), (10, 14), (20, 24)]) == [b"cccc", b"aaaa", b"bbbb"]
    assert fs.asked == [[(0, 4), (10, 14), (20, 24)], [(0, 4), (20, 24)], [(20, 24)]]


def test_what_stays_wrong_is_not_asked_for_again():
    fs = Failing([PermissionError("not yours"), TimeoutError()])
    with pytest.raises(SourceError, match="bytes 0 to 4: not yours"):
        FsspecSource(fs, "x", retries=Retries(pause=0)).read([(0, 4), (10, 14)])


def test_async_reads_try_again_too(content):
    class Flaky(AsyncFiles):
        failures = 2

        async def _cat_ranges(self, *args, **kwargs) -> list[Any]:
            self.failures -= 1
            if self.failures >= 0:
                raise ConnectionResetError
            return await super()._cat_ranges(*args, **kwargs)

    source = FsspecSource(Flaky(content), "x", retries=Retries(pause=0))
    assert asyncio.run(source.read_async(RANGES)) == [content[a:b] for a, b in RANGES]


@pytest.mark.parametrize("recheck", [0, None, 100.0])
def test_a_file_that_changed_is_noticed(memory, content, recheck):
    source = FsspecSource(memory, "/file.h5", recheck=recheck)
    assert source.read([(0, 4)]) == [content[:4]]
    memory.pipe_file("/file.h5", content + b"more")
    if recheck == 0:
        with pytest.raises(SourceError, match=r"changed .* its size was 10000 and is now 10004"):
            source.read([(4, 8)])
    else:
        assert source.read([(4, 8)]) == [content[4:8]]
