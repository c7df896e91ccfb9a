"""Several files as one: offsets say which file they are in."""

from __future__ import annotations

import asyncio
from typing import Any

from purehdf.source import BytesSource, FileSet


def test_a_wave_over_three_files() -> None:
    files = FileSet(BytesSource(b"first"))
    second, third = (files.add(BytesSource(data)) for data in (b"second", b"third"))
    ranges = [(third, third + 2), (0, 5), (second + 3, second + 9), (third + 1, third + 1)]
    answers = [b"th", b"first", b"ond", b""]
    assert files.read(ranges) == answers
    assert asyncio.run(files.read_async(ranges)) == answers


class Interrupted(list[Any]):
    """A list that another thread appends to, as soon as one thread has."""

    others: tuple[Any, ...] = ()

    def append(self, item: Any) -> None:
        super().append(item)
        self.extend(self.others)


def test_files_that_two_threads_add_at_the_same_time() -> None:
    files = FileSet(BytesSource(b"first"))
    files._sources = Interrupted(files._sources)
    files._sources.others = (BytesSource(b"theirs"),)
    shift = files.add(BytesSource(b"ours"))
    assert files.read([(shift, shift + 6)]) == [b"ours"]
