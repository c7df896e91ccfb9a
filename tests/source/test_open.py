from __future__ import annotations

import gzip
import io
import subprocess
import sys

import pytest

import purehdf.source
from purehdf.errors import SourceError
from purehdf.source import (
    BytesSource,
    CountingSource,
    FileObjectSource,
    FsspecSource,
    HTTPSource,
    MappedSource,
    open_source,
)

fsspec = pytest.importorskip("fsspec")


class Decompressing(io.BytesIO):
    """An open file that knows its file system, which holds the compressed bytes."""

    fs = fsspec.filesystem("memory")
    path = "/file.h5.gz"
    compression = "gzip"


@pytest.fixture
def path(tmp_path, content):
    path = tmp_path / "a file.h5"
    path.write_bytes(content)
    return path


@pytest.fixture
def memory(content):
    fs = fsspec.filesystem("memory")
    fs.pipe_file("/file.h5", content)
    yield fs
    fs.rm("/file.h5")


def check(target, kind, content, **options) -> None:
    source = open_source(target, **options)
    try:
        assert type(source) is kind
        assert source.read([(7, 12), (9_990, 20_000)]) == [content[7:12], content[9_990:]]
    finally:
        source.close()


def test_paths(path, content):
    check(path, MappedSource, content)
    check(str(path), MappedSource, content)
    check(path.as_uri(), MappedSource, content)
    check(f"local://{path}", MappedSource, content)


def test_bytes(content):
    for data in (content, bytearray(content), memoryview(content), io.BytesIO(content)):
        check(data, BytesSource, content)


def test_file_objects(path, content):
    with path.open("rb") as file:
        check(file, FileObjectSource, content)
        assert not file.closed


def test_urls(server, content):
    check(server.url, HTTPSource, content)
    source = open_source(server.url.replace("http:", "HTTP:"))
    assert type(source) is HTTPSource


def test_urls_with_options_go_to_fsspec(server):
    source = open_source(server.url, storage_options={"block_size": 0})
    assert type(source) is FsspecSource


def test_fsspec(memory, path, content):
    check("memory://file.h5", FsspecSource, content)
    check("memory://file.h5", FsspecSource, content, storage_options={"skip_instance_cache": True})
    check(fsspec.open("memory://file.h5"), FsspecSource, content)
    with memory.open("/file.h5") as file:
        check(file, FsspecSource, content)
    check(fsspec.open(str(path)), MappedSource, content)
    with fsspec.open(str(path)) as file:
        check(file, MappedSource, content)


def test_compressed_files_are_read_decompressed(tmp_path, content):
    path = tmp_path / "file.h5.gz"
    path.write_bytes(gzip.compress(content))
    check(fsspec.open(str(path), compression="gzip"), FileObjectSource, content)
    with fsspec.open(str(path), compression="gzip") as file:
        check(file, FileObjectSource, content)
    opened = Decompressing(content)
    check(opened, FileObjectSource, content)
    assert not opened.closed


def test_a_source_is_itself(content):
    source = CountingSource(BytesSource(content))
    assert open_source(source) is source


def test_missing_and_unreadable(tmp_path):
    with pytest.raises(FileNotFoundError):
        open_source(tmp_path / "missing.h5")
    with pytest.raises(FileNotFoundError):
        open_source((tmp_path / "missing.h5").as_uri())
    with pytest.raises(IsADirectoryError):
        open_source(tmp_path)


@pytest.mark.parametrize("nonsense", [None, 17, object(), ["a"], {"a": 1}])
def test_nonsense(nonsense):
    with pytest.raises(TypeError, match="not a path, URL, bytes or binary file object"):
        open_source(nonsense)


def test_text_files(path):
    with path.open(encoding="latin-1") as file, pytest.raises(TypeError, match='mode "rb"'):
        open_source(file)
    opened = fsspec.open(str(path), "r", encoding="latin-1")
    with opened as file, pytest.raises(TypeError, match='mode "rb"'):
        open_source(file)


def test_options_need_a_url(path):
    with pytest.raises(ValueError, match="storage_options are for URLs"):
        open_source(path, storage_options={"anon": True})
    open_source(path, storage_options={}).close()


def test_windows_drives_are_paths():
    with pytest.raises(FileNotFoundError):
        open_source("C:\\missing.h5")


def test_unknown_schemes():
    with pytest.raises(SourceError, match="nosuchthing://"):
        open_source("nosuchthing://bucket/x")


def test_missing_fsspec_names_the_extra(monkeypatch):
    for module in [name for name in sys.modules if name.partition(".")[0] == "fsspec"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(SourceError, match=r"s3:// .* pip install purehdf\[remote\]") as caught:
        open_source("s3://bucket/x")
    assert isinstance(caught.value.__cause__, ImportError)


def test_the_public_names_are_there():
    assert all(hasattr(purehdf.source, name) for name in purehdf.source.__all__)
    assert not hasattr(purehdf.source, "NoSuchSource")


def test_the_ring_imports_nothing_it_does_not_use():
    code = (
        "import sys; before = set(sys.modules); import purehdf.source; "
        "print(*sorted(set(sys.modules) - before))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "purehdf.source.drive" in loaded
    assert not {"fsspec", "asyncio", "ssl", "http.client", "urllib.request"} & set(loaded)


def test_an_object_of_s3(server, fixture_file):
    pytest.importorskip("s3fs")
    server.content = fixture_file("climate.nc").read_bytes()
    options = {"anon": True, "endpoint_url": server.url.partition("/data")[0]}
    with purehdf.File("s3://data/file.h5", storage_options=options) as file:
        assert list(file) == list(purehdf.File(server.content))
        assert file.filename == "s3://data/file.h5"
        assert file.io_stats().waves == 1
    assert {path for path, _, _ in server.requests} == {"/data/file.h5"}


def test_s3_may_use_as_many_connections_as_others():
    pytest.importorskip("s3fs")
    more = open_source("s3://bucket/x", storage_options={"anon": True})
    assert more._fs.config_kwargs["max_pool_connections"] == 100
    config = {"max_pool_connections": 5}
    fewer = open_source("s3://bucket/x", storage_options={"anon": True, "config_kwargs": config})
    assert fewer._fs.config_kwargs == config
