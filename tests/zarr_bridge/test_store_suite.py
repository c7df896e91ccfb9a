"""zarr's own tests of stores, for stores that cannot be written.

Where the suite writes by way of the store, or expects one that is empty, or uses keys that
no Zarr array has, its test is written anew here, and says so.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import pickle
from collections.abc import AsyncIterator
from typing import Any

import pytest
from zarr.abc.store import OffsetByteRequest, RangeByteRequest, SuffixByteRequest
from zarr.core.buffer import Buffer, default_buffer_prototype
from zarr.core.buffer.cpu import Buffer as CPUBuffer
from zarr.core.sync import sync
from zarr.storage import MemoryStore
from zarr.testing.store import StoreTests

from purehdf.zarr_bridge import HDF5Store
from purehdf.zarr_bridge.saved import SavedStore
from purehdf.zarr_bridge.saving import save

from .late_file import TOP, LateFile

PROTOTYPE = default_buffer_prototype()
FOUR = b"\x01\x02\x03\x04"
KEYS = pytest.mark.parametrize("key", ["c/0", "foo/c/0/0", "foo/bar/c/2/0/1"])
RANGES = [
    None,
    RangeByteRequest(1, 4),
    RangeByteRequest(1, 9),
    RangeByteRequest(10, 20),
    OffsetByteRequest(1),
    SuffixByteRequest(1),
    SuffixByteRequest(9),
]
REFUSED = pytest.raises(ValueError, match="read-only")


async def listed(names: AsyncIterator[str]) -> list[str]:
    return sorted([name async for name in names])


class ReadOnlyStoreTests(StoreTests[Any, Any]):
    """The suite, over a :class:`LateFile` that gets the values before the store reads it."""

    buffer_cls = CPUBuffer

    def __init_subclass__(cls) -> None:
        """Run coroutines, which pytest alone does not."""
        for name, test in inspect.getmembers(cls, inspect.iscoroutinefunction):
            if name.startswith("test_"):
                setattr(cls, name, _blocking(test))

    @pytest.fixture
    def store(self, store_kwargs: dict[str, Any]) -> Any:
        return sync(self.store_cls.open(**store_kwargs))

    @pytest.fixture
    def store_not_open(self, store_kwargs: dict[str, Any]) -> Any:
        return self.store_cls(**store_kwargs)

    async def put(self, store: Any, *keys: str) -> None:
        for key in keys:
            await self.set(store, key, CPUBuffer.from_bytes(FOUR))

    def test_store_repr(self, store: Any) -> None:
        assert "late.h5" in repr(store)
        assert str(store) == repr(store)

    def test_store_supports_writes(self, store: Any) -> None:
        assert not store.supports_writes

    def test_store_supports_partial_writes(self, store: Any) -> None:
        assert not store.supports_partial_writes

    def test_store_supports_listing(self, store: Any) -> None:
        assert store.supports_listing

    # -- always read-only: there is no argument read_only=, and nothing to be made writable

    def test_store_read_only(self, store: Any) -> None:
        assert store.read_only
        with pytest.raises(AttributeError):
            store.read_only = False

    async def test_store_open_read_only(self, store_kwargs: dict[str, Any]) -> None:
        store = await self.store_cls.open(**store_kwargs)
        assert store._is_open
        assert store.read_only

    async def test_read_only_store_raises(self, store: Any) -> None:
        for attempt in (store.set("foo", CPUBuffer.from_bytes(b"bar")), store.delete("foo")):
            with pytest.raises(ValueError, match="store was opened in read-only mode"):
                await attempt

    async def test_with_read_only_store(self, store: Any) -> None:
        await self.put(store, "c/0")
        with pytest.raises(ValueError, match="never written"):
            store.with_read_only(read_only=False)
        reader = store.with_read_only(read_only=True)
        assert reader.read_only
        assert (await reader.get("c/0", PROTOTYPE)).to_bytes() == FOUR

    # -- writing by way of the store: refused

    async def test_set(self, store: Any) -> None:
        with REFUSED:
            await store.set("c/0", CPUBuffer.from_bytes(FOUR))

    async def test_set_not_open(self, store_not_open: Any) -> None:
        with REFUSED:
            await store_not_open.set("c/0", CPUBuffer.from_bytes(FOUR))

    async def test_set_many(self, store: Any) -> None:
        with REFUSED:
            await store._set_many([("c/0", CPUBuffer.from_bytes(FOUR))])

    async def test_set_if_not_exists(self, store: Any) -> None:
        await self.put(store, "c/0")
        await store.set_if_not_exists("c/0", CPUBuffer.from_bytes(b"1111"))
        assert (await store.get("c/0", PROTOTYPE)).to_bytes() == FOUR
        with REFUSED:
            await store.set_if_not_exists("c/1", CPUBuffer.from_bytes(b"1111"))

    async def test_clear(self, store: Any) -> None:
        with pytest.raises(NotImplementedError):
            await store.clear()

    def test_set_sync(self, store: Any) -> None:
        with REFUSED:
            store.set_sync("c/0", CPUBuffer.from_bytes(FOUR))

    async def test_sync_async_set_get_parity(self, store: Any) -> None:
        with REFUSED:
            store.set_sync("c/0", CPUBuffer.from_bytes(FOUR))

    # -- keys that arrays have; a chunk has at least one byte

    async def test_serializable_store(self, store: Any) -> None:
        await self.put(store, "c/0")
        again = pickle.loads(pickle.dumps(store))
        assert again == store
        assert again.read_only == store.read_only
        assert (await again.get("c/0", PROTOTYPE)).to_bytes() == FOUR

    @KEYS
    @pytest.mark.parametrize("byte_range", RANGES)
    async def test_get(self, store: Any, key: str, byte_range: Any) -> None:
        await super().test_get(store, key, FOUR, byte_range)

    @KEYS
    async def test_getsize(self, store: Any, key: str) -> None:
        await self.put(store, key)
        assert await store.getsize(key) == 4

    async def test_get_many(self, store: Any) -> None:
        keys = [f"a/c/{i}" for i in range(10)]
        for i, key in enumerate(keys):
            await self.set(store, key, CPUBuffer.from_bytes(b"%d" % i))
        requests = [(key, PROTOTYPE, None) for key in keys]
        found = {key: value.to_bytes() async for key, value in store._get_many(requests)}
        assert found == {key: b"%d" % i for i, key in enumerate(keys)}

    # -- documents, whose text is the store's

    async def test_get_bytes(self, store: Any) -> None:
        _require(store, "_get_bytes")
        await self.put(store, "c/0")
        assert await store._get_bytes("c/0", prototype=PROTOTYPE) == FOUR
        with pytest.raises(FileNotFoundError):
            await store._get_bytes("nonexistent_key", prototype=PROTOTYPE)

    def test_get_bytes_sync(self, store: Any) -> None:
        _require(store, "_get_bytes_sync")
        sync(self.put(store, "c/0"))
        assert store._get_bytes_sync("c/0", prototype=PROTOTYPE) == FOUR

    async def test_get_json(self, store: Any) -> None:
        _require(store, "_get_json")
        document = await store._get_json("zarr.json", prototype=PROTOTYPE)
        assert document["node_type"] == "group"

    def test_get_json_sync(self, store: Any) -> None:
        _require(store, "_get_json_sync")
        document = store._get_json_sync("zarr.json", prototype=PROTOTYPE)
        assert document["node_type"] == "group"

    # -- no array is without its document, and no store without its root

    async def test_exists(self, store: Any) -> None:
        await self.put(store, "foo/zarr.json", "bar/c/1")
        for key in ("zarr.json", "foo/zarr.json", "bar/zarr.json", "bar/c/1"):
            assert await store.exists(key)
        for key in ("foo", "bar/c/0", "bar/c", "nothing/zarr.json"):
            assert not await store.exists(key)

    async def test_getsize_prefix(self, store: Any) -> None:
        await self.put(store, "c/0/0", "c/0/1", "c/1/0", "c/1/1")
        assert await store.getsize_prefix("c") == 16

    async def test_is_empty(self, store: Any) -> None:
        await self.put(store, "foo/c/0")
        assert [await store.is_empty(each) for each in ("", "foo", "foo/")] == [False] * 3
        assert await store.is_empty("fo")
        assert await store.is_empty("spam/")

    async def test_list(self, store: Any) -> None:
        chunks = [f"foo/c/{i}" for i in range(10)]
        await self.put(store, *chunks)
        assert await listed(store.list()) == sorted(["zarr.json", "foo/zarr.json", *chunks])

    async def test_list_prefix(self, store: Any) -> None:
        documents = [f"{path}zarr.json" for path in ("", "a/", "a/b/", "a/b/c/")]
        await self.put(store, *documents)
        for prefix in ("", "a", "a/", "a/b/", "a/b/c/", "b/"):
            expected = sorted(key for key in documents if key.startswith(prefix))
            assert await listed(store.list_prefix(prefix)) == expected

    async def test_list_empty_path(self, store: Any) -> None:
        await self.put(store, "foo/bar/c/1", "foo/baz/c/0")
        below = ["foo/bar/c/1", "foo/bar/zarr.json"]
        assert await listed(store.list_prefix("foo/bar/")) == below
        rest = ["foo/baz/c/0", "foo/baz/zarr.json", "foo/zarr.json", "zarr.json"]
        assert await listed(store.list()) == await listed(store.list_prefix("")) == below + rest

    async def test_list_dir(self, store: Any) -> None:
        await self.put(store, "foo/bar/c/1/0", "foo/baz/zarr.json")
        for path, names in {
            "": ["foo", "zarr.json"],
            "foo": ["bar", "baz", "zarr.json"],
            "foo/bar": ["c", "zarr.json"],
            "foo/bar/c": ["1"],
            "foo/bar/c/1": ["0"],
            "foo/bar/c/2": [],
            "nothing": [],
        }.items():
            assert await listed(store.list_dir(path)) == names, path
            assert await listed(store.list_dir(f"{path}/")) == names


def _require(store: Any, method: str) -> None:
    if not hasattr(store, method):
        pytest.skip(f"stores of this zarr-python have no {method}")


def _blocking(test: Any) -> Any:
    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


class TestHDF5Store(ReadOnlyStoreTests):
    store_cls = HDF5Store

    @pytest.fixture
    def store_kwargs(self) -> dict[str, Any]:
        return {"target": LateFile(), "group": TOP}

    async def set(self, store: Any, key: str, value: Buffer) -> None:
        store._target.put(key, value.to_bytes())

    async def get(self, store: Any, key: str) -> Buffer:
        return CPUBuffer.from_bytes(store._target.values[key])

    def test_get_sync(self, store: Any) -> None:
        sync(self.put(store, "c/0"))
        assert store.get_sync("c/0").to_bytes() == FOUR

    @pytest.mark.parametrize("byte_range", RANGES)
    async def test_get_sync_byte_range_parity(self, store: Any, byte_range: Any) -> None:
        await self.put(store, "c/0")
        expected = (await store.get("c/0", PROTOTYPE, byte_range)).to_bytes()
        assert store.get_sync("c/0", byte_range=byte_range).to_bytes() == expected


class TestSavedStore(ReadOnlyStoreTests):
    """Each value that is put is saved at once, with where it lies in the file."""

    store_cls = SavedStore

    @pytest.fixture
    def store_kwargs(self) -> dict[str, Any]:
        file, metadata = LateFile(), MemoryStore()
        _save(file, metadata)
        return {"metadata": metadata, "prefix": "", "zarr_format": 3, "target": file}

    async def set(self, store: Any, key: str, value: Buffer) -> None:
        metadata, _, _, file, _ = store._arguments
        file.put(key, value.to_bytes())
        await asyncio.to_thread(_save, file, metadata)

    async def get(self, store: Any, key: str) -> Buffer:
        return CPUBuffer.from_bytes(store._arguments[3].values[key])


def _save(file: LateFile, metadata: MemoryStore) -> None:
    with HDF5Store(file, group=TOP) as live:
        save(live.metadata(None), metadata, "", "w")
