from __future__ import annotations

import asyncio
import io
import mmap
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from purehdf.errors import SourceError
from purehdf.source import BytesSource, FileObjectSource, FileSource, MappedSource, open_path


class ShortReads(io.RawIOBase):
    """A raw file may give fewer bytes than asked for, as long as it gives one."""

    def __init__(self, data: bytes, most: int = 3) -> None:
        self.inner = io.BytesIO(data)
        self.most = most

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.inner.seek(offset, whence)

    def tell(self) -> int:
        return self.inner.tell()

    def readinto(self, buffer: memoryview) -> int:
        return self.inner.readinto(memoryview(buffer)[: self.most])


class NonBlocking(ShortReads):
    def read(self, count: int = -1) -> bytes | None:
        return b"" if count == 0 else None


@pytest.fixture
def path(tmp_path, content):
    path = tmp_path / "file.bin"
    path.write_bytes(content)
    return path


@pytest.fixture(params=["mapped", "file", "object", "short", "bytes", "view"])
def source(request, path, content):
    makers = {
        "mapped": lambda: MappedSource(path),
        "file": lambda: FileSource(path),
        "object": lambda: FileObjectSource(path.open("rb"), owned=True),
        "short": lambda: FileObjectSource(ShortReads(content)),
        "bytes": lambda: BytesSource(content),
        "view": lambda: BytesSource(memoryview(content)),
    }
    made = makers[request.param]()
    yield made
    made.close()


RANGES = [(0, 8), (0, 0), (9_990, 10_010), (500, 700), (10_000, 10_001), (1 << 70, 1 << 80)]


def test_a_wave(source, content):
    assert source.size == len(content)
    assert source.read(RANGES) == [content[a:b] for a, b in RANGES]
    assert asyncio.run(source.read_async(RANGES)) == [content[a:b] for a, b in RANGES]
    assert source.read([(0, 1 << 80)]) == [content]
    assert source.read([]) == []


def test_eight_threads(source, content):
    def check(seed: int) -> bool:
        ranges = [(seed * 31 + i * 97, seed * 31 + i * 97 + 60) for i in range(50)]
        return source.read(ranges) == [content[a:b] for a, b in ranges]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(check, range(64)))


def test_bad_ranges_are_the_callers_mistake(source):
    for bad in [(-1, 3), (5, 4)]:
        with pytest.raises(ValueError, match="not a range"):
            source.read([bad])


def test_closed(source):
    source.close()
    source.close()
    with pytest.raises(ValueError, match="is closed"):
        source.read([(0, 1)])


def test_a_map_outlives_its_source_while_views_do(path, content):
    source = MappedSource(path)
    (view,) = source.read([(3, 9)])
    source.close()
    assert view == content[3:9]


def test_resident(path, content):
    for source in (MappedSource(path), BytesSource(content)):
        assert memoryview(source.resident) == content
        assert memoryview(source.resident).readonly
        source.close()
    with FileSource(path)._file as file:
        assert FileObjectSource(file).resident is None


def test_bytes_are_not_copied_unless_they_must(monkeypatch):
    monkeypatch.setattr(sys, "_is_gil_enabled", lambda: True, raising=False)
    data = bytearray(b"abcd")
    source = BytesSource(data)
    data[0] = ord("z")
    assert source.read([(0, 2)]) == [b"zb"]
    assert BytesSource(memoryview(b"abcdef")[::2]).read([(0, 9)]) == [b"ace"]
    assert BytesSource(memoryview(b"abcdefgh").cast("H")).size == 8


def test_without_a_global_lock_threads_share_no_view(path, content, monkeypatch):
    """CPython miscounts the pieces of one view: they are cut of the buffer itself."""
    monkeypatch.setattr(sys, "_is_gil_enabled", lambda: False, raising=False)
    assert BytesSource(content).resident is content
    assert type(MappedSource(path).resident) is mmap.mmap
    data = bytearray(content)
    for made in (BytesSource(data), BytesSource(memoryview(content + content)[::2]), path):
        source = MappedSource(made) if made is path else made
        first, second = source.read([(0, 9), (3, 20)])
        assert first.obj is second.obj is source.resident
        first.release()
        assert second == source.resident[3:20]
        assert type(source.resident[3:20]) is bytes
    data[0] ^= 1
    assert BytesSource(data).read([(0, 4)]) == [data[:4]]


def test_open_path_prefers_the_map_and_falls_back(path, tmp_path, content, monkeypatch):
    mapped = open_path(str(path))
    assert isinstance(mapped, MappedSource)
    assert mapped.name == str(path)
    mapped.close()
    empty = tmp_path / "empty"
    empty.touch()
    monkeypatch.setattr(sys, "platform", "emscripten")
    for file, data in [(path, content), (empty, b"")]:
        source = open_path(file)
        assert isinstance(source, FileSource)
        assert source.read([(0, 20_000)]) == [data]
        assert asyncio.run(source.read_async([(0, 20_000)])) == [data]
        source.close()
    monkeypatch.undo()
    with_map = open_path(empty)
    assert with_map.size == 0
    with_map.close()


@pytest.mark.skipif(not hasattr(os, "pread"), reason="it is the rule here")
def test_without_pread(path, content, monkeypatch):
    monkeypatch.delattr(os, "pread")
    source = FileSource(path)
    assert source.read(RANGES) == [content[a:b] for a, b in RANGES]
    source.close()


def test_paths_that_are_no_files(tmp_path):
    with pytest.raises(FileNotFoundError):
        open_path(tmp_path / "missing")
    with pytest.raises(IsADirectoryError):
        open_path(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_path_that_cannot_seek(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    kept_open = os.open(tmp_path / "pipe", os.O_RDWR)  # else opening it would wait for a writer
    with pytest.raises(SourceError, match="not seekable"):
        open_path(tmp_path / "pipe")
    os.close(kept_open)


def test_a_file_that_shrinks_ends_early(path, content):
    source = FileSource(path)
    assert source.size == len(content)
    os.truncate(path, 100)
    assert source.read([(90, 200)]) == [content[90:100]]
    source.close()


def test_a_file_object_stays_open_and_its_start_is_zero(content):
    file = io.BytesIO(content)
    file.seek(777)
    source = FileObjectSource(file)
    assert source.name == "<BytesIO>"
    assert source.read([(0, 5)]) == [content[:5]]
    source.close()
    assert not file.closed


def test_a_huge_range_asks_the_file_for_no_more_than_it_holds(content):
    class Watched(io.BytesIO):
        most = 0

        def read(self, count: int | None = -1) -> bytes:
            self.most = max(self.most, count)
            return super().read(count)

    file = Watched(content)
    assert FileObjectSource(file).read([(10, 1 << 60)]) == [content[10:]]
    assert file.most == len(content) - 10


def test_non_blocking(content):
    with pytest.raises(
        SourceError, match="bytes 5 to 9: the file object is non-blocking"
    ) as caught:
        FileObjectSource(NonBlocking(content)).read([(5, 9)])
    assert caught.value.offset == 5


def test_errors_keep_range_and_cause(content):
    class Broken(io.BytesIO):
        def read(self, count: int | None = -1) -> bytes:
            if count:
                raise RuntimeError("boom")
            return b""

    class NoEnd(io.BytesIO):
        def seek(self, offset: int, whence: int = 0) -> int:
            raise OSError("no way")

    with pytest.raises(SourceError, match="bytes 16 to 20: boom") as caught:
        FileObjectSource(Broken(content)).read([(0, 0), (16, 20)])
    assert isinstance(caught.value.__cause__, RuntimeError)
    with pytest.raises(SourceError, match="size: no way") as caught:
        FileObjectSource(NoEnd(content)).read([(0, 4)])
    assert isinstance(caught.value.__cause__, OSError)


def test_objects_that_will_not_do(path):
    for text in (io.StringIO("x"), path.open("r", encoding="latin-1")):
        with text, pytest.raises(TypeError, match='mode "rb"'):
            FileObjectSource(text)
    with pytest.raises(TypeError, match="not a binary file object"):
        FileObjectSource(object())
    with path.open("ab") as file, pytest.raises(SourceError, match="not readable"):
        FileObjectSource(file)
    read, write = os.pipe()
    os.close(write)
    with open(read, "rb") as file, pytest.raises(SourceError, match="not seekable"):
        FileObjectSource(file)
