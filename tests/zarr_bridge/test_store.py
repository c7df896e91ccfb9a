"""The store as zarr-python's interface wants it: keys, byte ranges, listing, refusals."""

from __future__ import annotations

import asyncio
import io
import json
import pickle
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zarr
from zarr.abc.store import OffsetByteRequest, RangeByteRequest, SuffixByteRequest
from zarr.core.buffer import default_buffer_prototype

from purehdf.source import BytesSource, CountingSource
from purehdf.zarr_bridge import HDF5Store, open_as_zarr

PROTOTYPE = default_buffer_prototype()


async def listed(names: AsyncIterator[str]) -> list[str]:
    return [name async for name in names]


def keys_of(store: HDF5Store) -> list[str]:
    return asyncio.run(listed(store.list()))


def value(store: HDF5Store, key: str, byte_range: Any = None) -> bytes | None:
    found = asyncio.run(store.get(key, PROTOTYPE, byte_range))
    return None if found is None else found.to_bytes()


def test_every_listed_key_has_a_value_of_its_size(climate: HDF5Store) -> None:
    keys = keys_of(climate)
    assert len(keys) == len(set(keys)) > 20
    for key in keys:
        assert asyncio.run(climate.exists(key))
        assert asyncio.run(climate.getsize(key)) == len(value(climate, key) or b"")


@pytest.mark.parametrize(
    ("byte_range", "part"),
    [
        (None, slice(None)),
        (RangeByteRequest(3, 10), slice(3, 10)),
        (RangeByteRequest(3, 1 << 40), slice(3, None)),
        (OffsetByteRequest(5), slice(5, None)),
        (OffsetByteRequest(1 << 40), slice(0, 0)),
        (SuffixByteRequest(4), slice(-4, None)),
        (SuffixByteRequest(1 << 40), slice(None)),
        (SuffixByteRequest(0), slice(0, 0)),
    ],
)
def test_parts_of_values(climate: HDF5Store, byte_range: Any, part: slice) -> None:
    for key in keys_of(climate):
        whole = value(climate, key) or b""
        assert value(climate, key, byte_range) == whole[part], key
        sync = climate.get_sync(key, prototype=PROTOTYPE, byte_range=byte_range)
        assert sync is not None
        assert sync.to_bytes() == whole[part]


def test_many_parts_at_once(climate: HDF5Store) -> None:
    keys = keys_of(climate)[:5]
    wanted = [(keys[0], None), (keys[1], RangeByteRequest(0, 4)), ("missing", None)]
    found = asyncio.run(climate.get_partial_values(PROTOTYPE, wanted))
    assert [each if each is None else each.to_bytes() for each in found] == [
        value(climate, keys[0]),
        (value(climate, keys[1]) or b"")[:4],
        None,
    ]


MISSING = [
    "",
    "nothing",
    "nothing/zarr.json",
    "nothing/.zarray",
    "temperature",
    "temperature/c/9/9/9",
    "temperature/9.9.9",
    "temperature/c/0/0",
    "temperature/0.0",
    "temperature/c/00/0/0",
    "temperature/c/0/0/0/0",
    "temperature/c/-1/0/0",
    "temperature/c",
    "stations/c/0",
    "stations/0",
    "temperature/zarr.json/zarr.json",
    "temperature/units/zarr.json",
]


@pytest.mark.parametrize("key", MISSING)
def test_what_is_not_there(climate: HDF5Store, key: str) -> None:
    assert value(climate, key) is None
    assert not asyncio.run(climate.exists(key))
    with pytest.raises(FileNotFoundError):
        asyncio.run(climate.getsize(key))


def test_keys_of_the_other_format_are_not_there(climate: HDF5Store) -> None:
    other = {3: (".zgroup", "temperature/.zarray", "temperature/0.0.0")}.get(
        climate.zarr_format, ("zarr.json", "temperature/zarr.json", "temperature/c/0/0/0")
    )
    assert [value(climate, key) for key in other] == [None] * 3


def test_listing(climate: HDF5Store) -> None:
    keys = keys_of(climate)
    for prefix in ("", "temperature/", "temp", "stations/name", "nothing/"):
        found = asyncio.run(listed(climate.list_prefix(prefix)))
        assert found == [key for key in keys if key.startswith(prefix)]
    for path in ("", "stations", "temperature", "temperature/c", "temperature/c/0", "nothing"):
        start = f"{path}/" if path else ""
        below = {key.removeprefix(start).partition("/")[0] for key in keys if key.startswith(start)}
        found = asyncio.run(listed(climate.list_dir(path)))
        assert len(found) == len(set(found))
        assert set(found) == below


def test_it_is_read_only(climate: HDF5Store) -> None:
    assert climate.read_only
    assert climate.supports_listing
    assert not climate.supports_writes
    assert not climate.supports_deletes
    assert not climate.supports_partial_writes
    buffer = PROTOTYPE.buffer.from_bytes(b"0")
    for attempt in (climate.set("a", buffer), climate.delete("a"), climate.set_partial_values([])):
        with pytest.raises(ValueError, match="read-only"):
            asyncio.run(attempt)
    with pytest.raises(ValueError, match="read-only"):
        climate.set_sync("a", buffer)
    with pytest.raises(ValueError, match="read-only"):
        climate.delete_sync("a")
    with pytest.raises(ValueError, match="never written"):
        climate.with_read_only(False)
    assert climate.with_read_only(True) == climate


def test_equality_and_pickling(climate: HDF5Store, fixture_file: Callable[[str], Path]) -> None:
    again = pickle.loads(pickle.dumps(climate))
    assert again == climate
    assert value(again, keys_of(climate)[0]) == value(climate, keys_of(climate)[0])
    path = fixture_file("climate.nc")
    assert climate != HDF5Store(path, group="stations", zarr_format=climate.zarr_format)
    assert climate != HDF5Store(path, zarr_format=5 - climate.zarr_format)
    assert climate != "climate.nc"
    with path.open("rb") as file, pytest.raises(TypeError, match="pickle"):
        pickle.dumps(HDF5Store(file))


def test_consolidated_metadata_is_that_of_the_nodes(
    fixture_file: Callable[[str], Path], zarr_format: int
) -> None:
    path = fixture_file("climate.nc")
    store = HDF5Store(path, zarr_format=zarr_format, consolidated=True)
    assert store.supports_consolidated_metadata
    group = zarr.open_group(store, mode="r", zarr_format=zarr_format, use_consolidated=True)
    plain = zarr.open_group(
        HDF5Store(path, zarr_format=zarr_format), mode="r", zarr_format=zarr_format
    )
    found = dict(group.members(max_depth=None))
    assert found.keys() == dict(plain.members(max_depth=None)).keys()
    for name, node in plain.members(max_depth=None):
        assert dict(found[name].attrs) == dict(node.attrs)
        if isinstance(node, zarr.Array):
            assert found[name].metadata.to_dict() == node.metadata.to_dict()


def test_bad_options() -> None:
    with pytest.raises(ValueError, match="2 or 3"):
        HDF5Store(b"", zarr_format=1)
    with pytest.raises(ValueError, match="max_chunksize"):
        HDF5Store(b"", max_chunksize=0)


def test_any_target(fixture_file: Callable[[str], Path]) -> None:
    path = fixture_file("climate.nc")
    data = path.read_bytes()
    with path.open("rb") as file:
        for target in (str(path), path, data, io.BytesIO(data), file):
            array = zarr.open_array(HDF5Store(target), path="temperature", mode="r")
            assert array[0, 0, 0] == pytest.approx(262.6, abs=0.1)


def remote(path: Path) -> tuple[HDF5Store, CountingSource]:
    """A store over bytes that are not in memory: every wave is counted."""
    source = CountingSource(BytesSource(path.read_bytes()))
    return HDF5Store(source), source


def test_making_the_store_reads_nothing(fixture_file: Callable[[str], Path]) -> None:
    _, source = remote(fixture_file("climate.nc"))
    assert source.waves == []


def test_a_slice_reads_its_chunks_and_no_others(make_file: Callable[..., Path]) -> None:
    values = np.arange(1 << 18).reshape(64, -1)  # 32 KiB a row
    path = make_file(lambda f: f.create_dataset("a", data=values, chunks=(1, 1 << 12)))
    store, source = remote(path)
    array = zarr.open_array(store, path="a", mode="r")
    assert array[20, 5] == values[20, 5]
    before = source.bytes
    array[20, 6]  # the same chunk: it is still in the cache of blocks
    assert source.bytes == before
    assert before < source.size / 8


def test_a_chunk_index_is_loaded_once_for_all_chunks(fixture_file: Callable[[str], Path]) -> None:
    path = fixture_file("chunks_3000.h5")
    store, source = remote(path)
    group = zarr.open_group(store, mode="r")
    name = next(name for name, _ in group.arrays())
    array = group[name]
    source.reset()
    found = array[...]
    # Neighbouring chunks share blocks, but each is asked for on its own: what counts is that
    # the index is not among what is read again.
    assert source.bytes < 2 * path.stat().st_size
    assert (open_as_zarr(path)[name][...] == found).all()


def test_documents_are_strict_json_where_values_are_finite(climate: HDF5Store) -> None:
    def refuse(token: str) -> None:
        raise AssertionError(token)

    for key in keys_of(climate):
        if key.rpartition("/")[2] in ("zarr.json", ".zarray", ".zgroup", ".zattrs"):
            json.loads(value(climate, key) or b"", parse_constant=refuse)
