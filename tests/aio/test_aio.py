"""Reading with await is reading: the same values, waves that overlap, a loop that goes on."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import purehdf
from purehdf.aio import open_async

DELAY = 0.05  # seconds that the server takes to answer


class _Slow(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    content: bytes
    counts: dict[str, int]
    lock: threading.Lock

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        with self.lock:
            self.counts["now"] += 1
            self.counts["most"] = max(self.counts["most"], self.counts["now"])
        time.sleep(DELAY)
        first, last = map(int, self.headers["Range"].removeprefix("bytes=").split("-"))
        body = self.content[first : last + 1]
        with self.lock:
            self.counts["now"] -= 1
        self.send_response(206)
        end = first + len(body) - 1
        self.send_header("Content-Range", f"bytes {first}-{end}/{len(self.content)}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def slow_server(content: bytes) -> Iterator[tuple[str, dict[str, int]]]:
    counts = {"now": 0, "most": 0}
    made = {"content": content, "counts": counts, "lock": threading.Lock()}
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Slow", (_Slow,), made)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/file.h5", counts
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def far_apart(tmp_path: Path) -> Path:
    """Four datasets, each too large for a block that another one is in."""
    path = tmp_path / "far.h5"
    with h5py.File(path, "w") as file:
        for i in range(4):
            file[f"d{i}"] = np.full(500_000, i, "i2")
    return path


def test_everything_is_what_file_reads(fixture_file: Callable[[str], Path]) -> None:
    path = fixture_file("climate.nc")

    async def read() -> None:
        async with await open_async(path) as ours:
            await _same_group(ours, wanted)

    with purehdf.File(path) as wanted:
        asyncio.run(read())


async def _same_group(ours: Any, wanted: purehdf.Group) -> None:
    assert await ours.keys() == list(wanted)
    _same_attrs(await ours.attrs(), wanted.attrs)
    for name, entry in (await ours.index_async()).items():
        found, other = await ours.get(name), wanted[name]
        assert found.name == other.name
        if entry.kind == "group":
            await _same_group(found, other)
            continue
        assert (found.shape, found.dtype, found.chunks) == (other.shape, other.dtype, other.chunks)
        assert (entry.shape, entry.dtype, entry.chunks) == (other.shape, other.dtype, other.chunks)
        np.testing.assert_array_equal(await found.read(), other[...])
        _same_attrs(await found.attrs(), other.attrs)


def _same_attrs(found: dict[str, Any], wanted: Any) -> None:
    assert list(found) == list(wanted)
    for name, value in found.items():
        assert repr(value) == repr(wanted[name])


@pytest.mark.parametrize("selection", [np.s_[0], np.s_[1, 2, 3], np.s_[::5, [1, 4]], (), ...])
def test_selections(selection: Any, fixture_file: Callable[[str], Path]) -> None:
    path = fixture_file("climate.nc")

    async def read() -> Any:
        async with await open_async(path) as file:
            return await (await file.get("temperature")).read_async(selection)

    found = asyncio.run(read())
    with purehdf.File(path) as file:
        wanted = file["temperature"][selection]
    assert type(found) is type(wanted)
    np.testing.assert_array_equal(found, wanted)


def test_reads_overlap_and_the_loop_goes_on(far_apart: Path) -> None:
    gaps: list[float] = []

    async def heart() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.005)
            gaps.append(time.perf_counter() - before)

    async def read(url: str, counts: dict[str, int]) -> list[Any]:
        beating = asyncio.create_task(heart())
        async with await open_async(url) as file:
            names = await file.keys()
            datasets = await asyncio.gather(*(file.get(name) for name in names))
            counts["most"] = 0
            arrays = await asyncio.gather(*(dataset.read() for dataset in datasets))
        beating.cancel()
        return arrays

    with slow_server(far_apart.read_bytes()) as (url, counts):
        arrays = asyncio.run(read(url, counts))
    assert [(a.shape, a.min(), a.max()) for a in arrays] == [((500_000,), i, i) for i in range(4)]
    assert counts["most"] >= 4  # requests of all four were at the server at the same time
    # A loop that waited for a request would beat once in DELAY.
    assert len(gaps) > 10
    assert sorted(gaps)[len(gaps) // 2] < DELAY / 2


def test_errors(fixture_file: Callable[[str], Path], tmp_path: Path) -> None:
    async def run() -> None:
        with pytest.raises(purehdf.SignatureError):
            await open_async(b"no HDF5 at all" * 100)
        with pytest.raises(FileNotFoundError):
            await open_async(tmp_path / "none.h5")
        file = await open_async(fixture_file("climate.nc"))
        with pytest.raises(purehdf.LinkNotFoundError, match="nothing"):
            await file.get("stations/nothing")
        dataset = await file.get("/temperature")
        with pytest.raises(IndexError):
            await dataset.read(1000)
        await file.close()
        with pytest.raises(ValueError, match="closed"):
            await dataset.read()
        with pytest.raises(ValueError, match="closed"):
            await file.keys()

    asyncio.run(run())


def test_damaged_chunk_says_where(tmp_path: Path) -> None:
    path = tmp_path / "damaged.h5"
    with h5py.File(path, "w") as file:
        data = file.create_dataset("d", data=np.arange(1000), chunks=(500,), fletcher32=True)
        file["empty"] = h5py.Empty("f4")
        start = data.id.get_chunk_info(0).byte_offset
    content = bytearray(path.read_bytes())
    content[start] ^= 1

    async def run() -> None:
        async with await open_async(bytes(content)) as file:
            with pytest.raises(purehdf.ChecksumError, match="/d"):
                await (await file.get("d")).read()
            assert await (await file.get("empty")).read() == purehdf.Empty(np.dtype("f4"))

    asyncio.run(run())


def test_a_member_that_cannot_be_opened_is_an_entry_with_its_error(tmp_path: Path) -> None:
    path = tmp_path / "links.h5"
    with h5py.File(path, "w") as file:
        file["dangling"] = h5py.SoftLink("/nowhere")
        file["type"] = np.dtype("f4")
        file["good"] = 1

    async def run() -> None:
        async with await open_async(path) as file:
            index = await file.index_async()
            assert isinstance(index["dangling"].error, purehdf.LinkNotFoundError)
            assert [index[name].kind for name in ("type", "good")] == ["datatype", "dataset"]
            with pytest.raises(purehdf.UnsupportedError):
                await file.get("type")

    asyncio.run(run())
