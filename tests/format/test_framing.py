"""Runs that are framed like another one are taken apart by its Struct, and by nothing else."""

from __future__ import annotations

from typing import Annotated, Any

import pytest

from purehdf.errors import LimitError, TruncatedError
from purehdf.format.block import U8, U16, Bytes, block
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor
from purehdf.format.recording import RecordingCursor
from purehdf.walk.cache import Cache


@block("sample", "0")
class Sample:
    number: U8
    size: U16
    reserved: Annotated[bytes, Bytes(1)]


def run(*contents: bytes, rest: bytes = b"") -> bytes:
    blocks = (bytes([i, len(c), 0, 9]) + c for i, c in enumerate(contents))
    return b"".join(blocks) + rest


def framed(data: bytes, memory: Cache | None = None, kind: type[Cursor] = Cursor) -> Any:
    cursor = kind(b"......" + data, Context(), 100, 6, bounded=True)
    cursor.memory = memory
    frames = cursor.framed(Sample, "size", "sample", 10)
    return frames.column("number"), frames.offsets, frames.contents, cursor.remaining


@pytest.mark.parametrize("kind", [Cursor, RecordingCursor])
def test_a_run(kind: type[Cursor]) -> None:
    found = framed(run(b"ab", b"", b"cde", rest=b"..."), None, kind)
    assert found == ((0, 1, 2), (110, 116, 120), (b"ab", b"", b"cde"), 3)
    assert framed(b"", None, kind) == ((), (), (), 0)


def test_of_the_same_length_but_framed_otherwise() -> None:
    memory = Cache(16)
    runs = [
        run(b"ab", b"cdefgh"),
        run(b"abcd", b"efgh"),
        run(b"12", b"345678"),
        run(b"123456789abc"),
    ]
    assert len({len(each) for each in runs}) == 1
    for each in [*runs, *reversed(runs)]:
        assert framed(each, memory) == framed(each)


@pytest.mark.parametrize("kind", [Cursor, RecordingCursor])
def test_damage_behind_a_run_that_is_remembered(kind: type[Cursor]) -> None:
    memory, good = Cache(16), run(b"ab", b"cd")
    framed(good, memory)
    with pytest.raises(TruncatedError) as error:
        framed(good[:7] + b"\xff" + good[8:], memory, kind)
    assert error.value.offset == 116


@pytest.mark.parametrize("kind", [Cursor, RecordingCursor])
def test_too_many(kind: type[Cursor]) -> None:
    assert len(framed(run(*[b""] * 10), None, kind)[0]) == 10
    with pytest.raises(LimitError, match="too many samples"):
        framed(run(*[b""] * 11), None, kind)


def test_what_is_recorded() -> None:
    cursor = RecordingCursor(run(b"ab", b"c"), Context(), 100, bounded=True)
    cursor.framed(Sample, "size", "content", 10)
    assert [(f.name, f.offset, f.length, f.value) for f in cursor.fields] == [
        ("number", 100, 1, 0),
        ("size", 101, 2, 2),
        ("reserved", 103, 1, b"\x09"),
        ("content", 104, 2, b"ab"),
        ("number", 106, 1, 1),
        ("size", 107, 2, 1),
        ("reserved", 109, 1, b"\x09"),
        ("content", 110, 1, b"c"),
    ]
