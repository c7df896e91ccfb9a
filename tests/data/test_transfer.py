"""Chunks on their way into the result: all kinds of pipelines, selections and sizes."""

from __future__ import annotations

import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import purehdf
from purehdf.data import read
from purehdf.data.pool import threads
from purehdf.data.read import read_selection
from purehdf.data.selection import parse_selection
from purehdf.data.transfer import Transfer
from purehdf.source import Task

SHAPE, CHUNKS = (70, 45), (32, 20)  # chunks with room for planes, cut off at both edges
DTYPES = ["u1", "<i2", ">f4", "<c8", "S3", "V11", [("a", "<i4"), ("b", ">f8"), ("c", "S5")]]
SELECTIONS = [
    np.s_[...],
    np.s_[3:60:7, 41],
    np.s_[::9, [2, 19, 20, 44]],
    np.s_[[0, 31, 32, 69], 5:30],
    np.s_[17, 44],
    np.arange(70 * 45).reshape(SHAPE) % 13 == 0,
]


def values(dtype: Any, shape: tuple[int, ...] = SHAPE) -> np.ndarray[Any, Any]:
    raw = np.random.default_rng(1).integers(1, 200, (*shape, np.dtype(dtype).itemsize), np.uint8)
    return raw.view(dtype).reshape(shape)


def same(found: Any, want: Any) -> None:
    assert (found.dtype, found.shape, found.tobytes()) == (want.dtype, want.shape, want.tobytes())


@contextmanager
def streamed(path: Path) -> Iterator[purehdf.File]:
    with path.open("rb") as stream, purehdf.File(stream) as file:
        yield file


@pytest.fixture(params=[purehdf.File, streamed], ids=["map", "stream"])
def opened(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_shuffled_chunks(tmp_path: Path, dtype: Any, opened: Any) -> None:
    path, data = tmp_path / "made.h5", values(dtype)
    options: list[dict[str, Any]] = [
        {"shuffle": True, "compression": "gzip"},
        {"shuffle": True, "fletcher32": True},
        {"compression": "gzip"},
        {"shuffle": True, "chunks": (5, 6)},  # too small for planes
        {},
    ]
    with h5py.File(path, "w") as f:
        for i, each in enumerate(options):
            f.create_dataset(str(i), data=data, **{"chunks": CHUNKS, **each})
    with opened(path) as f:
        for name in f:
            for selection in SELECTIONS:
                same(f[name][selection], data[selection] if selection is not ... else data)


def test_chunks_that_left_the_shuffling_out(tmp_path: Path) -> None:
    path, data = tmp_path / "made.h5", values("<i4")
    with h5py.File(path, "w") as f:
        d = f.create_dataset("d", data=data, chunks=(35, 45), shuffle=True, compression="gzip")
        d.id.write_direct_chunk((35, 0), data[35:].tobytes(), filter_mask=3)
    with purehdf.File(path) as f:
        same(f["d"][...], data)


@pytest.mark.parametrize("batch", [1, 5000, 1 << 30])
def test_groups_of_blocks(
    tmp_path: Path, opened: Any, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many bytes are fetched at a time, and however many blocks are looked up."""
    monkeypatch.setattr(read, "_BATCH_BYTES", batch)
    monkeypatch.setattr(read, "_BATCH_BLOCKS", 7)
    path, data = tmp_path / "made.h5", values("<i4", (300, 300))
    with h5py.File(path, "w") as f:
        d = f.create_dataset("d", SHAPE, "<i4", maxshape=(None, None), chunks=(40, 30), fillvalue=5)
        d.resize((300, 300))
        d[:, 60:] = data[:, 60:]
        f.create_dataset("gz", data=data, chunks=(40, 30), shuffle=True, compression="gzip")
    with opened(path) as f:
        assert (f["d"][:, :60] == 5).all()
        same(f["d"][:, 60:], data[:, 60:])
        same(f["gz"][...], data)


def test_the_next_chunks_are_fetched_while_the_first_are_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, data = tmp_path / "made.h5", values("<i4", (512, 512))
    with h5py.File(path, "w") as f:
        f.create_dataset("d", data=data, chunks=(64, 64), shuffle=True, compression="gzip")
    begun = threading.Event()
    put = Transfer.put
    monkeypatch.setattr(Transfer, "put", lambda *args: (begun.set(), put(*args))[1])
    monkeypatch.setattr(read, "_BATCH_BYTES", 32 << 14)
    purehdf.set_threads(2)
    stored = path.read_bytes()
    try:
        with streamed(path) as f:
            d = f["d"]
            selection = parse_selection((...,), d.shape)
            task = Task(read_selection(d._session.reader, d._record, selection, d._blocks))
            task.feed([stored[a:b] for a, b in task.needs])
            assert not task.done
            assert begun.wait(60)
            while not task.done:
                task.feed([stored[a:b] for a, b in task.needs])
            same(task.result(), data)
    finally:
        purehdf.set_threads(None)


@pytest.mark.parametrize("options", [{}, {"shuffle": True, "compression": 1}], ids=["raw", "gzip"])
@pytest.mark.parametrize("step", [1, 8])
def test_memory(tmp_path: Path, opened: Any, options: dict[str, Any], step: int) -> None:
    """The result, a chunk for each thread, and 64 MiB for all else."""
    path, shape = tmp_path / "made.h5", (96, 1 << 18)
    with h5py.File(path, "w") as f:
        chunk = np.arange(1 << 21, dtype="<u4").reshape(8, 1 << 18) >> 3
        d = f.create_dataset("d", shape, "<u4", chunks=chunk.shape, **options)
        for start in range(0, len(d), 8):
            d[start : start + 8] = chunk
    with opened(path) as f:
        d = f["d"]
        tracemalloc.start()
        try:
            found = d[:, ::step]
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert (found.reshape(12, 8, -1) == chunk[:, ::step]).all()
    assert peak < found.nbytes + threads() * chunk.nbytes + (64 << 20)


def test_four_threads_read_at_once(tmp_path: Path) -> None:
    path, data = tmp_path / "made.h5", values("<i4", (512, 512))
    with h5py.File(path, "w") as f:
        for i in range(4):
            f.create_dataset(
                f"d{i}", data=data + i, chunks=(64, 64), shuffle=True, compression="gzip"
            )
    with purehdf.File(path) as f:
        found: dict[int, Any] = {}
        readers = [
            threading.Thread(target=lambda i=i: found.update({i: f[f"d{i}"][...]}))
            for i in range(4)
        ]
        for each in readers:
            each.start()
        for each in readers:
            each.join()
        for i in range(4):
            same(found[i], data + i)
