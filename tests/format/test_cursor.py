"""The cursor: bounds, text, tables, checksums; and the one that records."""

from __future__ import annotations

from typing import Annotated

import pytest

from purehdf.errors import (
    ChecksumError,
    SignatureError,
    TruncatedError,
    UnsupportedError,
    VersionError,
)
from purehdf.format.block import U16, Bytes, Length, Offset, Signature, Version, block
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor, ShortRead
from purehdf.format.recording import RecordingCursor

from .encode import sealed

KINDS = pytest.mark.parametrize("kind", [Cursor, RecordingCursor])
CONTEXT = Context(4, 2)


@block("sample", "0")
class Sample:
    signature: Annotated[bytes, Signature(b"ABCD")]
    version: Annotated[int, Version(1, 2)]
    reserved: Annotated[bytes, Bytes(1)]
    count: U16
    place: Offset
    size: Length


GOOD = bytes.fromhex("41424344 02 00 0300 00010000 1000")


@KINDS
def test_reading_moves_on(kind: type[Cursor]) -> None:
    cursor = kind(bytes(range(40)), CONTEXT, 0x100, 4)
    assert (cursor.offset, cursor.remaining) == (0x104, 36)
    assert cursor.peek() == 4
    assert cursor.uint(3, "number") == 0x060504
    assert cursor.address("address") == 0x0A090807
    assert cursor.length("length") == 0x0C0B
    assert cursor.raw(2, "raw") == b"\x0d\x0e"
    cursor.skip(3)
    assert (cursor.offset, cursor.remaining) == (0x112, 22)


@KINDS
def test_beyond_the_window(kind: type[Cursor]) -> None:
    """What is asked for begins where the window began, not where the cursor is."""
    cursor = kind(bytes(40), CONTEXT, 0x100, 10, 20)
    cursor.skip(6)
    with pytest.raises(ShortRead) as short:
        cursor.uint(5, "number")
    assert list(short.value.ranges) == [(0x10A, 0x115)]
    assert cursor.offset == 0x110


@KINDS
def test_beyond_what_was_stated(kind: type[Cursor]) -> None:
    outer = kind(bytes(40), CONTEXT, 0x100, 10)
    inner = outer.sub(8)
    assert (outer.offset, inner.offset, inner.remaining) == (0x112, 0x10A, 8)
    inner.skip(6)
    with pytest.raises(TruncatedError) as caught:
        inner.uint(3, "number")
    error = caught.value
    assert (error.expected, error.found, error.offset) == (3, 2, 0x110)
    with pytest.raises(ShortRead):
        outer.sub(100)


@KINDS
def test_text(kind: type[Cursor]) -> None:
    cursor = kind(b"ab\0cd\0\0\0\0e\0", CONTEXT, bounded=True)
    assert cursor.text("one") == b"ab"
    assert cursor.text("two", padded_to=4) == b"cd"
    assert cursor.text("none", padded_to=2) == b""
    assert cursor.text("three") == b"e"
    assert cursor.remaining == 0


@KINDS
@pytest.mark.parametrize("padded_to", [1, 8])
def test_text_that_does_not_end(kind: type[Cursor], padded_to: int) -> None:
    with pytest.raises(TruncatedError):
        kind(b"ab\0"[: 1 + padded_to], CONTEXT, 0, 0, 2, bounded=True).text("name", padded_to)
    with pytest.raises(ShortRead):
        kind(b"ab", CONTEXT).text("name", padded_to)


def test_a_block() -> None:
    record = Cursor(GOOD, CONTEXT).read(Sample)
    assert record == Sample(b"ABCD", 2, b"\0", 3, 0x100, 16)
    undefined = GOOD[:8] + b"\xff" * 4 + GOOD[12:]
    assert Cursor(undefined, CONTEXT).read(Sample).place is None


@pytest.mark.parametrize(("at", "byte", "error"), [(1, 0x62, SignatureError), (4, 3, VersionError)])
def test_a_bad_block(at: int, byte: int, error: type[Exception]) -> None:
    data = bytearray(GOOD * 3)
    data[14 + at] = byte
    first = at if error is VersionError else 0
    with pytest.raises(error) as alone:
        Cursor(bytes(data), CONTEXT, 0x100, 14).read(Sample)
    with pytest.raises(error) as among:
        Cursor(bytes(data), CONTEXT, 0x100).table(Sample, 3)
    for caught in (alone, among):
        assert caught.value.offset == 0x100 + 14 + first  # type: ignore[attr-defined]


@pytest.mark.parametrize("context", [Context(o, n) for o in (2, 4, 8) for n in (2, 4, 8)])
def test_a_table_is_the_same_as_its_blocks(context: Context) -> None:
    size = 8 + context.offset_size + context.length_size
    data = b"".join((GOOD + bytes(10))[:size] for _ in range(5))
    table = Cursor(data, context).table(Sample, 5)
    cursor = Cursor(data, context)
    for row in table:
        record = cursor.read(Sample)
        assert [row[name] for name in ("count", "place", "size")] == [
            record.count,
            record.place,
            record.size,
        ]
    assert (table.dtype.itemsize, cursor.remaining) == (size, 0)
    assert len(Cursor(b"", context).table(Sample, 0)) == 0


@KINDS
def test_a_checksum(kind: type[Cursor]) -> None:
    data = bytes(5) + sealed(b"some metadata")
    cursor = kind(data, CONTEXT, 0x100, 5)
    cursor.skip(13)
    cursor.verify_checksum()
    bad = kind(data[:-1] + b"?", CONTEXT, 0x100, 5)
    bad.skip(13)
    with pytest.raises(ChecksumError) as caught:
        bad.verify_checksum()
    assert caught.value.offset == 0x100 + 18


def test_what_is_recorded() -> None:
    cursor = RecordingCursor(GOOD * 3 + bytes(20), CONTEXT, 0x100)
    cursor.read(Sample)
    inner = cursor.sub(14, "inner", "9.9")
    inner.uint(4, "number")
    inner.skip(0, "nothing")
    inner.skip(10, "rest")
    cursor.table(Sample, 1)
    cursor.raw(1, "last")
    seen = [(f.name, f.offset - 0x100, f.length, f.structure, f.section) for f in cursor.fields]
    sample = [
        ("signature", 0, 4),
        ("version", 4, 1),
        ("reserved", 5, 1),
        ("count", 6, 2),
        ("place", 8, 4),
        ("size", 12, 2),
    ]
    assert seen == [
        *((name, at, width, "sample", "0") for name, at, width in sample),
        ("number", 14, 4, "inner", "9.9"),
        ("rest", 18, 10, "inner", "9.9"),
        *((name, 28 + at, width, "sample", "0") for name, at, width in sample),
        ("last", 42, 1, "", ""),
    ]


@pytest.mark.parametrize("widths", [(3, 8), (8, 0), (16, 8), (8, 1)])
def test_sizes_that_no_file_has(widths: tuple[int, int]) -> None:
    with pytest.raises(UnsupportedError, match="expected 2, 4 or 8"):
        Context.checked(*widths)


@pytest.mark.parametrize("width", [2, 4, 8])
def test_the_undefined_address(width: int) -> None:
    context = Context(width, 8)
    assert context.undefined_address == 256**width - 1
    assert Cursor(b"\xff" * 8, context).address("address") is None
    assert Cursor(b"\xfe" + b"\xff" * 7, context).address("address") == 256**width - 2
