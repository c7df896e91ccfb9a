"""Files on S3, by way of s3fs: every door, and what is asked of the server."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
import h5py
import numpy as np
import pytest
import zarr
from zarr.storage import FsspecStore

import purehdf
from purehdf.cli.main import main
from purehdf.zarr_bridge import (
    HDF5Store,
    HDF5Zarr,
    index_many,
    open_index,
    save_index,
    to_kerchunk,
)
from tests.s3_server import S3Server, s3

from .reference_store import ZARR_WARNS

__all__ = ["s3"]  # a fixture

pytestmark = ZARR_WARNS


@pytest.fixture
def path(fixture_file: Callable[[str], Path]) -> Path:
    return fixture_file("climate.nc")


@pytest.fixture
def expected(path: Path) -> Any:
    with h5py.File(path) as f:
        return f["temperature"][...]


@pytest.fixture
def url(s3: S3Server, path: Path) -> str:
    return s3.put("climate.nc", path.read_bytes())


def chunk_ranges(path: Path) -> list[tuple[int, int]]:
    """Where the chunks of the temperature lie."""
    with h5py.File(path) as f:
        dataset = f["temperature"].id
        found = [dataset.get_chunk_info(i) for i in range(dataset.get_num_chunks())]
    return sorted((each.byte_offset, each.byte_offset + each.size) for each in found)


def test_file(url: str, s3: S3Server, expected: Any) -> None:
    with purehdf.File(url, storage_options=s3.options) as f:
        assert np.array_equal(f["temperature"][...], expected)
        assert f.filename == url


def test_live_store(url: str, s3: S3Server, expected: Any, zarr_format: int) -> None:
    store = HDF5Store(url, storage_options=s3.options, zarr_format=zarr_format)
    assert s3.requests == []
    for each in (store, pickle.loads(pickle.dumps(store))):
        group = zarr.open_group(each, mode="r", zarr_format=zarr_format)
        assert np.array_equal(group["temperature"][...], expected)


def test_saved_metadata_leaves_that_of_hdf5_alone(
    url: str, s3: S3Server, path: Path, expected: Any
) -> None:
    kept: dict[str, Any] = {}
    HDF5Zarr(path, store=kept, uri=url)
    s3.requests.clear()
    bridge = HDF5Zarr(None, store=kept, store_mode="r", storage_options=s3.options)
    assert s3.requests == []
    assert np.array_equal(bridge.zgroup["temperature"][...], expected)
    assert sorted(s3.ranges()) == chunk_ranges(path)


def test_metadata_may_lie_on_s3_too(url: str, s3: S3Server, expected: Any) -> None:
    kept = fsspec.filesystem("s3", **s3.options).get_mapper("bucket/kept.zarr")
    HDF5Zarr(url, store=kept, storage_options=s3.options)
    assert "temperature/.zchunkstore" in kept
    bridge = HDF5Zarr(None, store=kept, store_mode="r", storage_options=s3.options)
    assert np.array_equal(bridge.zgroup["temperature"][...], expected)


def test_an_index_reads_chunks_only(
    url: str, s3: S3Server, path: Path, expected: Any, tmp_path: Path
) -> None:
    save_index(url, tmp_path / "a.idx", storage_options=s3.options, inline_threshold=0)
    s3.requests.clear()
    store = open_index(tmp_path / "a.idx").store(storage_options=s3.options)
    array = zarr.open_array(store, path="temperature", mode="r", zarr_format=2)
    assert s3.requests == []
    assert np.array_equal(array[...], expected)
    assert sorted(s3.ranges()) == chunk_ranges(path)


def test_kerchunk(url: str, s3: S3Server, path: Path, expected: Any) -> None:
    refs = to_kerchunk(url, storage_options=s3.options, inline_threshold=0)
    s3.requests.clear()
    fs = fsspec.filesystem(
        "reference",
        fo=refs,
        asynchronous=True,
        skip_instance_cache=True,
        remote_protocol="s3",
        remote_options={**s3.options, "asynchronous": True},
    )
    store = FsspecStore(fs, read_only=True, path="")
    array = zarr.open_array(store, path="temperature", mode="r", zarr_format=2)
    assert np.array_equal(array[...], expected)
    assert sorted(s3.ranges()) == chunk_ranges(path)


def test_many(s3: S3Server, tmp_path: Path) -> None:
    urls = []
    for i in range(3):
        with h5py.File(tmp_path / f"{i}.h5", "w") as f:
            f.create_dataset("t", data=np.arange(4) + 4 * i, chunks=(2,)).make_scale("t")
        urls.append(s3.put(f"{i}.h5", (tmp_path / f"{i}.h5").read_bytes()))
    result = index_many([*urls, "s3://bucket/no.h5"], storage_options=s3.options, concat_dim="t")
    assert list(result.found) == urls
    assert [each.url for each in result.failures] == ["s3://bucket/no.h5"]
    refs = index_many(urls, storage_options=s3.options, concat_dim="t").to_kerchunk()["refs"]
    assert '"shape": [12]' in refs["t/.zarray"]


def test_command_line(
    url: str,
    s3: S3Server,
    path: Path,
    expected: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The place and the keys come from the environment, as boto has them."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    assert main(["index", url, "-o", str(tmp_path / "out.zarr")]) == 0
    assert main(["copy", str(path), "s3://bucket/copy.zarr", "--group", "stations"]) == 0
    assert capsys.readouterr().err == ""
    saved = HDF5Zarr(None, store=tmp_path / "out.zarr", store_mode="r").zgroup
    assert np.array_equal(saved["temperature"][...], expected)
    copied = zarr.open_group("s3://bucket/copy.zarr", mode="r", storage_options=s3.options)
    assert np.array_equal(copied["height"][...], saved["stations/height"][...])
