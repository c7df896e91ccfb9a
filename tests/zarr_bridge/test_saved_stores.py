"""Stores that know where chunks lie: over saved metadata, and over an index."""

from __future__ import annotations

import asyncio
import pickle
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import zarr
from zarr.abc.store import OffsetByteRequest, RangeByteRequest, SuffixByteRequest
from zarr.core.buffer import default_buffer_prototype
from zarr.storage import LocalStore, MemoryStore

from purehdf import SourceError
from purehdf.source import BytesSource, CountingSource
from purehdf.zarr_bridge import HDF5Store, HDF5Zarr, SavedIndex, open_index, save_index

NAMES = [
    "climate.nc",
    "filter_mask.h5",
    "chunks_sparse.h5",
    "layout_compact.h5",
    "dataspace_v1.h5",
    "group_empty.h5",
]
PARTS = [
    None,
    RangeByteRequest(3, 10),
    RangeByteRequest(3, 1 << 40),
    OffsetByteRequest(5),
    SuffixByteRequest(4),
]


@pytest.fixture
def path(fixture_file: Callable[[str], Path]) -> Path:
    return fixture_file("climate.nc")


@pytest.fixture(params=["saved", "index"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Any]:
    """Make a store over what is known of a file."""

    def make(path: Path, zarr_format: int = 3, target: Any = None) -> Any:
        if request.param == "saved":
            kept = LocalStore(tmp_path / "kept.zarr")
            HDF5Zarr(path, store=kept, zarr_format=zarr_format)
            return HDF5Zarr(target or path, store=kept, store_mode="r").store
        options = {"inline_threshold": 0, "embed_threshold": 1 << 30}
        save_index(path, tmp_path / "kept.idx", zarr_format=zarr_format, **options)
        return open_index(tmp_path / "kept.idx").store(target)

    return make


async def listed(names: AsyncIterator[str]) -> list[str]:
    return sorted([name async for name in names])


def value(store: Any, key: str, part: Any = None) -> bytes | None:
    found = asyncio.run(store.get(key, default_buffer_prototype(), part))
    return None if found is None else found.to_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_it_is_what_the_live_store_is(
    name: str,
    make_store: Callable[..., Any],
    zarr_format: int,
    fixture_file: Callable[[str], Path],
) -> None:
    store = make_store(fixture_file(name), zarr_format)
    live = HDF5Store(fixture_file(name), zarr_format=zarr_format)
    expected = zarr.open_group(live, mode="r", zarr_format=zarr_format)
    group = zarr.open_group(store, mode="r", zarr_format=zarr_format)
    assert set(group) == set(expected)
    for path, node in expected.members(max_depth=None):
        assert dict(group[path].attrs) == dict(node.attrs)
        if isinstance(node, zarr.Array):
            assert np.array_equal(group[path][...], node[...])


def test_keys_and_values(make_store: Callable[..., Any], zarr_format: int, path: Path) -> None:
    store = make_store(path, zarr_format)
    keys = asyncio.run(listed(store.list()))
    assert len(keys) == len(set(keys)) > 20
    for key in keys:
        whole = value(store, key) or b""
        assert asyncio.run(store.exists(key))
        assert asyncio.run(store.getsize(key)) == len(whole)
        for part in PARTS:
            expected = MemoryStore({"k": default_buffer_prototype().buffer.from_bytes(whole)})
            assert value(store, key, part) == value(expected, "k", part)
    for prefix in ("", "temperature/", "temp", "stations/name", "nothing/"):
        found = asyncio.run(listed(store.list_prefix(prefix)))
        assert found == [key for key in keys if key.startswith(prefix)]
    for place in ("", "stations", "temperature", "temperature/c", "temperature/c/0", "nothing"):
        start = f"{place}/" if place else ""
        below = {key.removeprefix(start).partition("/")[0] for key in keys if key.startswith(start)}
        assert asyncio.run(listed(store.list_dir(place))) == sorted(below), place


MISSING = ["", "temperature", "temperature/c/9/9/9", "temperature/9.9.9", "temperature/c/0", "a/b"]


@pytest.mark.parametrize("key", MISSING)
def test_what_is_not_there(key: str, make_store: Callable[..., Any], path: Path) -> None:
    store = make_store(path)
    assert value(store, key) is None
    assert not asyncio.run(store.exists(key))
    with pytest.raises(FileNotFoundError):
        asyncio.run(store.getsize(key))


def test_pickled_and_read_only(make_store: Callable[..., Any], path: Path) -> None:
    store = make_store(path)
    again = pickle.loads(pickle.dumps(store))
    assert again == store == store.with_read_only(True)
    assert store != make_store(path, 2)
    assert value(again, "temperature/c/0/0/0") == value(store, "temperature/c/0/0/0")
    assert again.read_only
    with pytest.raises(ValueError, match="read-only"):
        asyncio.run(again.delete("zarr.json"))
    store.close()


def test_a_file_of_another_length_is_refused(make_store: Callable[..., Any], path: Path) -> None:
    for data in (path.read_bytes() + b"x", path.read_bytes()[:5000]):
        for target in (data, CountingSource(BytesSource(data))):
            store = make_store(path, target=target)
            with pytest.raises(SourceError, match="not the file"):
                value(store, "temperature/c/1/1/1")


def test_chunks_and_nothing_else_are_read(make_store: Callable[..., Any], path: Path) -> None:
    source = CountingSource(BytesSource(path.read_bytes()))
    store = make_store(path, target=source)
    array = zarr.open_array(store, path="temperature", mode="r")
    asyncio.run(listed(store.list()))
    assert source.waves == []
    assert np.array_equal(array[...], zarr.open_array(HDF5Store(path), path="temperature")[...])
    with h5py.File(path) as f:
        stored = f["temperature"].id
        chunks = [stored.get_chunk_info(i) for i in range(stored.get_num_chunks())]
    expected = sorted((each.byte_offset, each.byte_offset + each.size) for each in chunks)
    assert sorted(each for wave in source.waves for each in wave) == expected


def test_many_threads(make_store: Callable[..., Any], path: Path) -> None:
    array = zarr.open_array(make_store(path), path="temperature", mode="r")
    expected = array[...]
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: array[...], range(16)):
            assert np.array_equal(found, expected)


class Counted(MemoryStore):
    """Counts how often each key is asked for; answers late, as a remote store."""

    async def get(self, key: str, *args: Any, **kwargs: Any) -> Any:
        self.__dict__.setdefault("asked", Counter())[key] += 1
        await asyncio.sleep(0.01)
        return await super().get(key, *args, **kwargs)


def test_where_chunks_lie_is_asked_for_once(path: Path) -> None:
    kept = Counted()
    HDF5Zarr(path, store=kept)
    store = HDF5Zarr(None, store=kept, store_mode="r").store
    kept.asked.clear()
    keys = [f"temperature/c/{i}/0/0" for i in range(3)]

    async def both() -> None:
        await asyncio.gather(*(store.get(key) for key in keys * 4))

    asyncio.run(both())
    asyncio.run(listed(store.list_dir("")))
    asked = {key: n for key, n in kept.asked.items() if key.endswith(".zchunkstore")}
    assert asked == {"temperature/.zchunkstore": 1, ".zchunkstore": 1}


def test_saved_metadata_that_lacks_its_chunks(path: Path, zarr_format: int) -> None:
    """They would all read as the fill value."""
    kept: dict[str, Any] = {}
    HDF5Zarr(path, store=kept, zarr_format=zarr_format)
    del kept["temperature/.zchunkstore"]
    group = HDF5Zarr(path, store=kept, store_mode="r").zgroup
    with pytest.raises(SourceError, match="zchunkstore is missing"):
        group["temperature"][...]


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_an_index_consolidated(zarr_format: int, path: Path, tmp_path: Path) -> None:
    index: SavedIndex = save_index(path, tmp_path / "a.idx", zarr_format=zarr_format)
    store = index.store(consolidated=True)
    assert store.supports_consolidated_metadata
    group = zarr.open_group(store, mode="r", zarr_format=zarr_format, use_consolidated=True)
    assert "stations/name" in dict(group.members(max_depth=None))
    assert {entry.path for entry in store.report()} >= {"/temperature", "/stations/name"}


def test_an_array_whose_chunks_cannot_be_found_is_left_out(
    fixture_file: Callable[[str], Path],
) -> None:
    kept: dict[str, Any] = {}
    bridge = HDF5Zarr(fixture_file("damaged_cycle_chunk_btree.h5"), store=kept, consolidated=True)
    (entry,) = bridge.report()
    assert entry.how == "refused"
    assert "more than once" in entry.reason
    assert list(HDF5Zarr(None, store=kept, store_mode="r").zgroup) == []


class Broken(MemoryStore):
    """Fails where it should take one of the keys."""

    async def set(self, key: str, *args: Any, **kwargs: Any) -> None:
        if key == "stations/zarr.json":
            raise OSError("no room")
        await super().set(key, *args, **kwargs)


def test_what_was_saved_in_part_does_not_open(path: Path) -> None:
    kept = Broken()
    with pytest.raises(OSError, match="no room"):
        HDF5Zarr(path, store=kept)
    assert "stations/name/zarr.json" in kept._store_dict
    with pytest.raises(FileNotFoundError, match="nothing was saved"):
        HDF5Zarr(path, store=kept, store_mode="r")
