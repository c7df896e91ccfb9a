"""Decoded chunks are kept where a read used a part of them: how many are decoded, and kept."""

from __future__ import annotations

import asyncio
import pickle
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import purehdf
from purehdf.data import read, transfer
from purehdf.filters import decode_chunk
from purehdf.walk.chunk_cache import ChunkCache

VALUES = np.arange(70 * 45, dtype="<i4").reshape(70, 45)
CHUNKS, NUMBER, CHUNK_BYTES = (32, 20), 9, 32 * 20 * 4
KINDS: dict[str, dict[str, Any]] = {
    "planes": {"shuffle": True, "compression": "gzip"},
    "gzip": {"compression": "gzip"},
    "small": {"shuffle": True, "compression": "gzip", "chunks": (8, 9)},
}
UNMADE: dict[str, dict[str, Any]] = {"raw": {}, "shuffled": {"shuffle": True}}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "made.h5"
    with h5py.File(made, "w") as f:
        for name, options in (KINDS | UNMADE).items():
            f.create_dataset(name, data=VALUES, **{"chunks": CHUNKS, **options})
    return made


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Grows by one with each chunk that is decoded."""
    seen: list[Any] = []

    def counting(*args: Any, **options: Any) -> Any:
        seen.append(args)
        return decode_chunk(*args, **options)

    monkeypatch.setattr(transfer, "decode_chunk", counting)
    return seen


def rows_of(dataset: Any) -> np.ndarray[Any, Any]:
    return np.array([dataset[i] for i in range(len(dataset))])


@pytest.mark.parametrize("name", KINDS)
def test_row_by_row_each_chunk_is_decoded_once(path: Path, name: str, decoded: list[Any]) -> None:
    with purehdf.File(path) as f:
        d = f[name]
        assert (rows_of(d) == VALUES).all()
        number = len(d.chunk_table())
        assert len(decoded) == number
        assert [f[name][i, j] for i, j in ((0, 0), (33, 44), (69, 7))] == [0, 33 * 45 + 44, 3112]
        assert (d[3:60:7, [1, 20, 44]] == VALUES[3:60:7][:, [1, 20, 44]]).all()
        assert (d[VALUES % 13 == 0] == VALUES[VALUES % 13 == 0]).all()
        assert (d[...] == VALUES).all()
        assert len(decoded) == number


@pytest.mark.parametrize("name", KINDS)
def test_what_is_read_whole_is_not_kept(path: Path, name: str, decoded: list[Any]) -> None:
    with purehdf.File(path) as f:
        for _ in range(2):
            assert (f[name][...] == VALUES).all()
        for piece in f[name].iter_chunks():
            assert (f[name][piece] == VALUES[piece]).all()
        assert len(decoded) == 3 * len(f[name].chunk_table())
        assert len(f._session.reader.chunks) == 0


@pytest.mark.parametrize("name", UNMADE)
def test_what_lies_in_the_file_as_it_is_is_not_kept(path: Path, name: str) -> None:
    with purehdf.File(path) as f:
        assert (rows_of(f[name]) == VALUES).all()
        assert len(f._session.reader.chunks) == 0


@pytest.mark.parametrize(
    ("capacity", "kept", "times"), [(0, 0, 32), (CHUNK_BYTES - 1, 0, 32), (3 * CHUNK_BYTES, 3, 1)]
)
def test_the_capacity(path: Path, capacity: int, kept: int, times: int, decoded: list[Any]) -> None:
    with purehdf.File(path, rdcc_nbytes=capacity) as f:
        chunks, d = f._session.reader.chunks, f["planes"]
        for i in range(32):
            assert (d[i] == VALUES[i]).all()
            assert len(chunks) == kept
            assert chunks.weight == kept * CHUNK_BYTES
        assert len(decoded) == 3 * times


def test_by_default_8_mib() -> None:
    assert purehdf.Limits().chunk_cache_bytes == 8 << 20


def test_what_is_kept_is_not_fetched_again(path: Path, decoded: list[Any]) -> None:
    with path.open("rb") as stream, purehdf.File(stream) as f:
        d = f["planes"]
        d[0]
        before = f.io_stats()
        assert (d[1] == VALUES[1]).all()
        assert f.io_stats() == before
        assert len(decoded) == 3


def test_a_damaged_chunk_stays_an_error(tmp_path: Path) -> None:
    path = tmp_path / "damaged.h5"
    with h5py.File(path, "w") as f:
        d = f.create_dataset("d", (64, 64), "<i4", chunks=(32, 64), compression=1)
        d[...] = 1
        d.id.write_direct_chunk((0, 0), b"no zlib stream")
    with purehdf.File(path) as f:
        for _ in range(2):
            with pytest.raises(purehdf.FormatError):
                f["d"][0]
            assert (f["d"][40] == 1).all()


def test_await(path: Path, decoded: list[Any]) -> None:
    async def rows() -> list[Any]:
        async with await purehdf.open_async(path) as f:
            d = await f.get("planes")
            return await asyncio.gather(*[d.read(i) for i in range(4)], d.read((..., 3)))

    *found, column = asyncio.run(rows())
    assert (np.array(found) == VALUES[:4]).all()
    assert (column == VALUES[:, 3]).all()
    assert NUMBER - 4 <= len(decoded) <= 4 * 3 + 3  # they run side by side


def test_sources_of_a_virtual_dataset_share_one_budget(tmp_path: Path, decoded: list[Any]) -> None:
    """Chunks of two files lie at the same places."""
    layout = h5py.VirtualLayout((140, 45), "<i4")
    for i in range(2):
        with h5py.File(tmp_path / f"{i}.h5", "w") as f:
            f.create_dataset("d", data=VALUES + i, chunks=CHUNKS, **KINDS["planes"])
        layout[70 * i : 70 * i + 70] = h5py.VirtualSource(f"{i}.h5", "d", VALUES.shape)
    with h5py.File(tmp_path / "virtual.h5", "w") as f:
        f.create_virtual_dataset("v", layout)
    with purehdf.File(tmp_path / "virtual.h5") as f:
        for i in range(70):
            assert (f["v"][i::70] == np.stack([VALUES[i], VALUES[i] + 1])).all()
        assert len(decoded) == 2 * NUMBER
        chunks = f._session.reader.chunks
        assert chunks.weight == 2 * NUMBER * CHUNK_BYTES
    assert (len(chunks), chunks.weight) == (0, 0)  # the file is closed


def test_pickled_the_capacity_goes_along_and_the_chunks_stay(path: Path) -> None:
    with purehdf.File(path, rdcc_nbytes=12_345) as f:
        before = pickle.dumps(f["planes"])
        f["planes"][0]
        assert pickle.dumps(f["planes"]) == before
        again = pickle.loads(before)
        assert again._session.limits.chunk_cache_bytes == 12_345
        assert len(again._session.reader.chunks) == 0


@pytest.mark.parametrize("capacity", [4 * CHUNK_BYTES, 1 << 20])
def test_sixteen_threads(path: Path, capacity: int) -> None:
    with purehdf.File(path, rdcc_nbytes=capacity) as f:
        chunks = f._session.reader.chunks

        def look(seed: int) -> None:
            rng = random.Random(seed)
            for _ in range(60):
                d, i, j = f[rng.choice(list(KINDS))], rng.randrange(70), rng.randrange(45)
                index = rng.choice([i, np.s_[i, j], np.s_[:, j], np.s_[i:, ::3]])
                assert (d[index] == VALUES[index]).all()
                assert chunks.weight <= capacity + CHUNK_BYTES  # before the oldest has gone

        with ThreadPoolExecutor(16) as pool:
            list(pool.map(look, range(16)))
        assert chunks.weight == sum(c.nbytes for c in chunks._chunks.values()) <= capacity


def test_the_oldest_goes_first() -> None:
    cache, chunk = ChunkCache(30), np.zeros(10, np.uint8)
    for key in "abc":
        cache.put(key, chunk)
    assert cache.get("a") is chunk
    cache.put("d", chunk)
    cache.put("d", chunk)  # as a second thread would
    assert [key for key in "abcd" if cache.get(key) is not None] == ["a", "c", "d"]
    cache.put("e", np.zeros(25, np.uint8))
    assert [key for key in "abcde" if cache.get(key) is not None] == ["e"]
    cache.put("f", np.zeros(31, np.uint8))
    assert (len(cache), cache.weight) == (1, 25)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bool]]:
    """Whether the work of each read is done in one thread."""
    seen: list[bool] = []

    class Noted(read.Work[Any]):
        def __init__(self, do: Any, items: Any, *, alone: bool = False) -> None:
            if items:
                seen.append(alone)
            super().__init__(do, items, alone=alone)

    monkeypatch.setattr(read, "Work", Noted)
    return seen


def test_threads_help_where_much_is_decoded_for_a_small_result(
    tmp_path: Path, alone: list[bool]
) -> None:
    path, data = tmp_path / "made.h5", np.arange(1 << 18, dtype="<i4").reshape(512, 512)
    with h5py.File(path, "w") as f:
        f.create_dataset("d", data=data, chunks=(64, 512), compression=1)
    with purehdf.File(path) as f:
        assert (f["d"][::64, 5] == data[::64, 5]).all()
        assert (f["d"][1] == data[1]).all()  # it is kept
        assert alone == [False]
    with purehdf.File(path) as f:
        assert (f["d"][1] == data[1]).all()
        assert alone == [False, True]
