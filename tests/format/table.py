"""Tables of structures, and what must hold for every row of every table.

A table is a class: a decoder, and rows of (name, literal, record).  The literal is in the
notation of ``literal.py``; it gives the bytes *and* the fields that a tracer sees.  A row
whose literal has offsets or lengths stands for the nine combinations of their sizes.

The checks are the test methods here.  A table inherits them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from random import Random
from typing import Any, ClassVar

import numpy as np
import pytest

from purehdf.errors import (
    ChecksumError,
    FormatError,
    PureHDFError,
    SignatureError,
    VersionError,
)
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor, ShortRead
from purehdf.format.recording import RecordingCursor

from .literal import Literal, parse

__all__ = ["AT", "Case", "Row", "Table", "plain"]

AT = 0x400  # file offset at which every structure lies
_WIDTHS = (2, 4, 8)
_MUTANTS = 100
_JUNK = bytes(64)  # what lies beyond the end of a cursor is none of the decoder's business


@dataclass(frozen=True)
class Row:
    """One line of a table.

    ``record`` is what decodes, or a function that makes it for a Context; ``args`` is what
    the decoder is told besides; ``rounds`` is how often it must ask when it starts from
    nothing, for structures that are read where they lie.
    """

    name: str
    literal: str
    record: Any
    args: tuple[Any, ...] = ()
    rounds: int | None = None

    def cases(self) -> Iterator[Case]:
        """The row for all sizes of offsets and lengths that make a difference."""
        offsets = _WIDTHS if "<O" in self.literal else (8,)
        lengths = _WIDTHS if "<L" in self.literal or "<align>" in self.literal else (8,)
        for sizes in product(offsets, lengths):
            yield Case(self, Context(*sizes))


@dataclass(frozen=True)
class Case:
    """A row in a file with given sizes."""

    row: Row
    context: Context

    @cached_property
    def literal(self) -> Literal:
        return parse(self.row.literal, self.context)

    @property
    def data(self) -> bytes:
        return self.literal.data

    @property
    def record(self) -> Any:
        record = self.row.record
        return record(self.context) if callable(record) else record

    @property
    def read(self) -> int:
        """Where the last field ends: a decoder may leave what follows alone."""
        return max(field.offset + field.length for field in self.literal.fields)


class Table:
    """A decoder and its rows; a subclass named ``Test...`` is a table that pytest runs."""

    decode: ClassVar[Callable[..., Any]]
    rows: ClassVar[tuple[Row, ...]]
    open_ended: ClassVar[bool] = False  # the last field is whatever is left of the bytes
    first_byte_decides: ClassVar[bool] = False  # which version it is: no bit of it is flipped

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "row" in metafunc.fixturenames:
            metafunc.parametrize("row", self.rows, ids=lambda row: row.name)

    # -- ways to decode

    def window(self, case: Case, data: bytes, kind: type[Cursor] = Cursor) -> Any:
        """Decode from a window that may grow."""
        cursor = kind(data + _JUNK, case.context, AT, 0, len(data))
        return type(self).decode(cursor, *case.row.args)

    def bounded(self, case: Case, data: bytes, kind: type[Cursor] = Cursor) -> Any:
        """Decode bytes that are all there is."""
        cursor = kind(data + _JUNK, case.context, AT, 0, len(data), bounded=True)
        return type(self).decode(cursor, *case.row.args)

    def outcome(self, decode: Callable[..., Any], *args: Any) -> Any:
        """What decoding gives, be it a record or an error of ours."""
        try:
            return plain(decode(*args))
        except (PureHDFError, ShortRead) as error:
            return error

    # -- what must hold

    def test_record(self, row: Row) -> None:
        for case in row.cases():
            assert plain(self.bounded(case, case.data)) == plain(case.record), case.context
            if not self.open_ended:
                assert plain(self.window(case, case.data)) == plain(case.record), case.context

    def test_in_the_middle_of_a_resident_file(self, row: Row) -> None:
        for case in row.cases():
            if not self.open_ended:
                memory = memoryview(b"\xa5" * AT + case.data + b"\xa5" * 64)
                cursor = Cursor(memory, case.context, 0, AT)
                assert plain(type(self).decode(cursor, *row.args)) == plain(case.record)

    def test_trace(self, row: Row) -> None:
        for case in row.cases():
            cursor = RecordingCursor(case.data, case.context, AT, bounded=True)
            assert plain(type(self).decode(cursor, *row.args)) == plain(case.record)
            seen = [(f.name, f.offset - AT, f.length) for f in cursor.fields]
            assert seen == [tuple(field) for field in case.literal.fields], case.context

    def test_traced_values_are_what_the_bytes_say(self, row: Row) -> None:
        for case in row.cases():
            cursor = RecordingCursor(case.data, case.context, AT, bounded=True)
            type(self).decode(cursor, *row.args)
            for field in cursor.fields:
                begin = field.offset - AT
                stored = case.data[begin : begin + field.length]
                number = int.from_bytes(stored, "little")
                undefined = {None} if set(stored) <= {0xFF} or field.name == "reserved" else set()
                padding = {None} if field.name in ("padding", "reserved", "gap") else set()
                assert field.value in {stored, number} | undefined | padding, field

    def test_traced_fields_do_not_overlap(self, row: Row) -> None:
        for case in row.cases():
            ends = 0
            for name, offset, length in case.literal.fields:
                assert offset >= ends, name
                ends = offset + length
            if "| (" not in row.literal:
                assert sum(f.length for f in case.literal.fields) == len(case.data)

    def test_every_prefix_asks_for_more_and_never_for_too_much(self, row: Row) -> None:
        """So that the answers, one after the other, lead to the record."""
        if self.open_ended:
            return  # it reads as much as there is
        for case in row.cases():
            shortest = None
            for n in range(len(case.data) + 1):
                try:
                    record = self.window(case, case.data[:n])
                except ShortRead as short:
                    assert shortest is None, "a longer window is not enough"
                    ((start, stop),) = short.ranges
                    assert start == AT
                    assert n < stop - AT <= len(case.data)
                else:
                    shortest = n if shortest is None else shortest
                    assert plain(record) == plain(case.record)
            assert shortest in (case.read, len(case.data))

    def test_rounds(self, row: Row) -> None:
        """How often a decoder asks when each time it gets exactly what it asks for."""
        if row.rounds is None:
            return  # it lies in bytes that were read before
        for case in row.cases():
            window, rounds = b"", 0
            while True:
                try:
                    record = self.window(case, window)
                except ShortRead as short:
                    ((_, stop),) = short.ranges
                    window, rounds = case.data[: stop - AT], rounds + 1
                else:
                    break
            assert plain(record) == plain(case.record)
            assert rounds == row.rounds, case.context

    def test_every_bounded_prefix_is_an_error(self, row: Row) -> None:
        for case in row.cases():
            end = case.literal.fields[-1].offset if self.open_ended else case.read
            for n in range(end):
                with pytest.raises(FormatError) as caught:
                    self.bounded(case, case.data[:n])
                assert caught.value.offset is None or AT <= caught.value.offset <= AT + n

    def test_flipped_bits_of_signature_and_version(self, row: Row) -> None:
        for case in row.cases():
            for name, offset, length in case.literal.fields:
                wanted = _guard(name)
                known = self.known(name) if wanted else set()
                begin = 8 if self.first_byte_decides and offset == 0 else 0
                for bit in range(begin, 8 * length if wanted else 0):
                    data = flip(case.data, 8 * offset + bit)
                    if data[offset : offset + length] not in known:
                        with pytest.raises(wanted) as caught:
                            self.window(case, data)
                        assert caught.value.offset in (None, AT + offset)

    def test_flipped_bits_under_a_checksum(self, row: Row) -> None:
        if "<lookup3>" not in row.literal:
            return
        *_, case = row.cases()
        for bit in range(8 * len(case.data)):
            assert isinstance(self.outcome(self.bounded, case, flip(case.data, bit)), PureHDFError)
        for bit in range(8 * len(case.data) - 32, 8 * len(case.data)):
            with pytest.raises(ChecksumError):
                self.window(case, flip(case.data, bit))

    def test_mutants_give_a_record_or_an_error_of_ours(self, row: Row) -> None:
        random = Random(row.name)
        for case in row.cases():
            for _ in range(_MUTANTS):
                data = bytearray(case.data)
                for _ in range(random.randint(1, 4)):
                    data[random.randrange(len(data))] = random.choice(
                        (0, 1, 0x7F, 0xFF, random.randrange(256))
                    )
                kind = random.choice((Cursor, RecordingCursor))
                self.outcome(self.window, case, bytes(data), kind)
                self.outcome(self.bounded, case, bytes(data), kind)

    def known(self, name: str) -> set[bytes]:
        """The values of a field in all the rows of the table."""
        return {
            case.data[field.offset : field.offset + field.length]
            for row in self.rows
            for case in row.cases()
            for field in case.literal.fields
            if field.name == name
        }


def _guard(name: str) -> type[FormatError] | None:
    if name.endswith("signature"):
        return SignatureError
    # "class and version", of datatypes, is two numbers in a byte: their tests know.
    return VersionError if name.endswith("version") and " and " not in name else None


def flip(data: bytes, bit: int) -> bytes:
    """`data` with one bit turned over."""
    return (int.from_bytes(data, "little") ^ 1 << bit).to_bytes(len(data), "little")


def plain(record: Any) -> Any:
    """A record that ``==`` can compare: tables become lists of tuples."""
    if isinstance(record, np.ndarray):
        return plain(record.tolist())
    if type(record) in (tuple, list):
        return [plain(part) for part in record]
    return record
