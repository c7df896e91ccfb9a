"""What the work of the benchmarks over a network costs, in files as h5py writes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import purehdf
from purehdf.source import BytesSource, CountingSource

from .conftest import NETWORK_DATASETS
from .counting import SAME_LIBRARY, Cost, Counted

Made = Callable[[str], Path]


def total(path: Path, operation: Callable[[purehdf.File], Any]) -> Cost:
    """The cost of opening a file and doing something with it."""
    counted = Counted(path)
    done = counted.cost(operation)
    return Cost(*(a + b for a, b in zip(counted.opening, done, strict=True)))


def listed(file: purehdf.File) -> Any:
    found = [(name, item.shape, item.dtype) for name, item in file.items()]
    assert len(found) == NETWORK_DATASETS
    return found


def indexed(file: purehdf.File) -> Any:
    tables = file.chunk_tables()
    assert {len(table) for table in tables.values()} == {1000}
    return tables


def read(file: purehdf.File) -> Any:
    assert file["d"].shape == file["d"][...].shape
    return file


@pytest.mark.parametrize(
    ("name", "operation", "most", "exact"),
    [
        # 1. opening; 2. the heap's names, and the B-tree; 3. the symbol table nodes, near which
        # headers lie; 4. the other headers.
        ("list_old", listed, 6, (4, 55, 528384)),
        # 1. opening; 2. the roots of B-tree and heap; 3. and 4. the tree's nodes, and the heap's
        # direct blocks; 5. all headers.
        ("list_new", listed, 6, (5, 47, 445952)),
        # 1. opening; 2. the page that holds all metadata.
        ("list_paged", listed, 2, (2, 3, 4194304)),
        # 1. opening; 2. the symbol table nodes; 3. the headers; 4. the nodes of all trees.
        ("index_old", indexed, 7, (4, 110, 3092480)),
        # 1. opening; 2. and 3. the group; 4. the headers; 5. to 7. headers, index blocks and data
        # blocks of the arrays.
        ("index_extensible", indexed, 7, (7, 58, 548864)),
        # 1. opening, and all metadata of a small file with it; 2. the elements, in parts.
        ("read_gzip", read, 4, (2, 5, 5823699)),
        ("read_raw", read, 4, (2, 6, 10069632)),
    ],
)
def test_work_over_a_network(
    made: Made, name: str, operation: Any, most: int, exact: tuple[int, int, int]
) -> None:
    found = total(made(name), operation)
    assert found.waves <= most
    if SAME_LIBRARY:
        assert found == exact


def test_an_async_file_tells_it_too(made: Made) -> None:
    async def main() -> None:
        path = made("list_paged")
        async with await purehdf.open_async(CountingSource(BytesSource(path.read_bytes()))) as file:
            assert len(await file.index_async()) == NETWORK_DATASETS
            assert file.io_stats().waves == 2

    asyncio.run(main())


def test_progress_is_told_wave_after_wave(made: Made) -> None:
    path = made("list_new")
    told: list[tuple[int, int, int]] = []

    def progress(stats: purehdf.source.IOStats) -> None:
        told.append((stats.waves, stats.requests, stats.bytes))

    def remote() -> CountingSource:
        return CountingSource(BytesSource(path.read_bytes()))

    with purehdf.File(remote(), progress=progress) as file:
        listed(file)
        assert [waves for waves, _, _ in told] == [1, 2, 3, 4, 5]
        assert told[-1] == (5, file.io_stats().requests, file.io_stats().bytes)

    async def main() -> None:
        async with await purehdf.open_async(remote(), progress=progress) as file:
            await file.index_async()

    before = list(told)
    asyncio.run(main())
    assert told == before * 2
    with purehdf.File(path, progress=progress) as mapped:
        listed(mapped)
    assert told == before * 2


def test_a_file_tells_what_it_cost(made: Made) -> None:
    counted = Counted(made("list_paged"))
    first = counted.file.io_stats()
    assert (first.waves, first.requests, first.bytes) == counted.opening
    listed(counted.file)
    second = counted.file.io_stats()
    assert first.waves == 1 < second.waves
    assert second.hits > 0
    with purehdf.File(made("list_paged")) as mapped:
        listed(mapped)
        assert mapped.io_stats() == purehdf.source.IOStats()
