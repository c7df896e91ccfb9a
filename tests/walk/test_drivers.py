"""One walk of a whole file, under every driver: the same result, and the same waves."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from purehdf.format.context import Context
from purehdf.source import BytesSource, CountingSource, FileObjectSource, Task, run, run_async
from purehdf.walk.groups import group_links
from purehdf.walk.headers import object_header
from purehdf.walk.need import together
from purehdf.walk.paths import all_paths
from purehdf.walk.reader import Reader
from purehdf.walk.superblock import find_superblock
from tests.format.encode import superblock_v0, symbol_table_entry

from .image import Image


def sample() -> bytes:
    """A file behind a user block: five groups of thirty links, three of them soft."""
    context = Context(4, 8)
    image = Image(context, base=1024)
    place = image.add(bytes(96))  # the superblock, once the root is known
    leaf = image.header([])
    links: dict[str, int | str] = {f"leaf {i}": leaf for i in range(27)}
    links |= {f"soft {i}": f"/group {i}" for i in range(3)}
    groups: dict[str, int | str] = {
        f"group {i}": image.group(links, leaf=4, fan=2) for i in range(5)
    }
    root = symbol_table_entry(context, 0, image.group(groups))
    superblock = superblock_v0(context, root, len(image.data), base=1024)
    del image.data[1024 : 1024 + len(superblock)]
    image.data[1024:1024] = superblock
    assert place + 96 >= len(superblock)
    return bytes(image.data)


FILE = sample()


async def everything(resident: memoryview | None = None) -> dict[str, Any]:
    """The links of every group, by path."""
    base, superblock = await find_superblock(Reader(Context(), resident=resident))
    reader = Reader(superblock.context, base, resident=resident)
    paths = await all_paths(reader, superblock.root_address or 0)
    headers = await together(object_header(reader, address) for address in paths)
    groups = [header for header in headers if header.messages]
    links = await together(group_links(reader, header) for header in groups)
    return {paths[h.address]: found for h, found in zip(groups, links, strict=True)}


class OneByteAtATime(io.RawIOBase):
    """A file that never gives more than one byte for a read."""

    def __init__(self, data: bytes) -> None:
        self.data, self.position = data, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self.position, io.SEEK_END: len(self.data)}[whence]
        self.position = start + offset
        return self.position

    def readinto(self, buffer: Any) -> int:
        one = self.data[self.position : self.position + 1]
        buffer[: len(one)] = one
        self.position += len(one)
        return len(one)


def by_hand(walker: Coroutine[Any, Any, Any]) -> Any:
    task = Task(walker)
    while not task.done:
        task.feed(
            [
                b"".join(FILE[i : i + 1] for i in range(start, min(stop, len(FILE))))
                for start, stop in task.needs
            ]
        )
    return task.result()


DRIVERS: dict[str, Callable[[], Any]] = {
    "run": lambda: run(everything(), BytesSource(FILE)),
    "run, resident": lambda: run(everything(memoryview(FILE)), BytesSource(b"")),
    "run, one byte at a time": lambda: run(everything(), FileObjectSource(OneByteAtATime(FILE))),
    "run_async": lambda: asyncio.run(run_async(everything(), BytesSource(FILE))),
    "Task, byte by byte": lambda: by_hand(everything()),
}


@pytest.mark.parametrize("driver", DRIVERS)
def test_every_driver_finds_the_same(driver: str) -> None:
    found = DRIVERS[driver]()
    assert list(found) == ["/", *(f"/group {i}" for i in range(5))]
    assert list(found["/"]) == [f"group {i}" for i in range(5)]
    assert all(len(found[f"/group {i}"]) == 30 for i in range(5))
    assert found == DRIVERS["run"]()


def test_every_driver_asks_for_the_same() -> None:
    sync, later = (CountingSource(BytesSource(FILE)) for _ in range(2))
    run(everything(), sync)
    asyncio.run(run_async(everything(), later))
    assert sync.waves == later.waves
    assert all(start < stop for wave in sync.waves for start, stop in wave)
