"""Reading many structures of one kind at once, as columns.

A level of a B-tree is read like a single node: the decoder takes :class:`Cursors`, and each
of its calls moves them all forward and returns one array.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np

from ..errors import TruncatedError
from ..limits import DEFAULT_LIMITS, Limits
from .block import layout_of
from .buffer import Buffer
from .checksum import CHECKSUM, lookup3_each
from .context import Context
from .cursor import Checksum, Cursor, ShortRead, Table

__all__ = ["Checksums", "Cursors", "Integers", "widened"]

Integers = np.ndarray[Any, np.dtype[np.int64]]
Unsigned = np.ndarray[Any, np.dtype[np.uint64]]
_MOST = 1 << 61  # bytes; more than any file has, and sums of two are still 64-bit integers


class Cursors:
    """A cursor in each of many structures, as columns of their places.

    See :class:`Cursor` for the contract of decoders.  All the bytes that are missing are
    asked for in one ``ShortRead``.

    Parameters
    ----------
    windows : iterable of bytes or memoryview
        The bytes at hand for each structure; the same for all, if it is the whole file.
    context : Context
        Sizes of offsets and lengths.
    origins : numpy.ndarray, shape (n,), uint64
        File offset of the first byte of each window.
    starts, stops : numpy.ndarray, shape (n,), int64
        Where in its window each structure begins, and where each window ends.
    bounded : bool
        Whether the windows are all there is.
    limits : Limits
        Budgets for counts and depths that the bytes state.
    each : sequence of Cursor
        Cursors that move along, where somebody wants to know what is read.

    Attributes
    ----------
    checksums : list of Checksums or None
        Where checksums wait for their comparison; None: there is no waiting.
    """

    def __init__(
        self,
        windows: Iterable[Buffer],
        context: Context,
        origins: Unsigned,
        starts: Integers,
        stops: Integers,
        *,
        bounded: bool = False,
        limits: Limits = DEFAULT_LIMITS,
        each: Sequence[Cursor] = (),
    ) -> None:
        self.context = context
        self.checksums: list[Checksums] | None = None
        self.each = each
        self.positions = starts
        self._windows = windows
        self._origins = origins
        self._starts = starts
        self._stops = stops
        self._bounded = bounded
        self._limits = limits

    @classmethod
    def of(cls, cursors: Sequence[Cursor]) -> Cursors:
        """Move all of `cursors` together."""
        first = cursors[0]
        return cls(
            [cursor.data for cursor in cursors],
            first.context,
            np.array([cursor.origin for cursor in cursors], np.uint64),
            np.array([cursor.position for cursor in cursors], np.int64),
            np.array([cursor.stop for cursor in cursors], np.int64),
            bounded=first.bounded,
            limits=first.limits,
            each=cursors,
        )

    @classmethod
    def inside(
        cls, data: Buffer, context: Context, offsets: Sequence[int], limits: Limits
    ) -> Cursors:
        """Cursors in a whole file that is in memory; no offset lies behind its end."""
        origins, ends = np.zeros(len(offsets), np.uint64), np.full(len(offsets), len(data))
        starts = np.array(offsets, np.int64)
        return cls(repeat(data), context, origins, starts, ends.astype(np.int64), limits=limits)

    @classmethod
    def at(
        cls, offsets: Sequence[int], windows: list[Buffer], context: Context, limits: Limits
    ) -> Cursors:
        """Cursors at the beginnings of windows that lie at file offsets."""
        ends = np.array([len(window) for window in windows], np.int64)
        origins = np.array(offsets, np.uint64)
        return cls(windows, context, origins, np.zeros_like(ends), ends, limits=limits)

    def __len__(self) -> int:
        return len(self._starts)

    @property
    def places(self) -> Unsigned:
        """File offset of the beginning of each structure."""
        return self._origins + self._starts.astype(np.uint64)

    @property
    def offsets(self) -> Unsigned:
        """File offset of the next byte of each structure."""
        return self._origins + self.positions.astype(np.uint64)

    @property
    def extent(self) -> tuple[int, int, int]:
        """File offsets of the first byte and behind the last, and bytes in all of them."""
        size = int((self.positions - self._starts).sum())
        return int(self.places.min()), int(self.offsets.max()), size

    def require(self, sizes: Integers) -> Integers:
        """Make sure that ``sizes[i]`` bytes are at each cursor; return where they end."""
        ends: Integers = self.positions + sizes
        short = np.flatnonzero(ends > self._stops)
        if len(short) and self._bounded:
            row = short[0]
            raise TruncatedError(
                "not enough bytes",
                expected=int(sizes[row]),
                found=int(self._stops[row] - self.positions[row]),
                offset=int(self.offsets[row]),
            )
        if len(short):
            sizes = (ends - self._starts)[short].tolist()
            places = self.places[short].tolist()
            raise ShortRead([(a, a + size) for a, size in zip(places, sizes, strict=True)])
        return ends

    def table(self, block: type[Any], counts: Integers | None = None) -> Table:
        """Read ``counts[i]`` blocks at each cursor, one by default.

        Returns a structured array (sum of counts,), cursor by cursor.
        """
        layout = layout_of(block, self.context)
        each: Integers = np.ones(len(self), np.int64) if counts is None else counts
        offsets = self.offsets
        parts = self._take(each * layout.size)
        for cursor, count in zip(self.each, each.tolist(), strict=False):
            cursor.rows(layout, count)
        table: Table = np.frombuffer(b"".join(parts), layout.dtype)
        if layout.checked:
            times = each.astype(np.intp)  # in a browser numpy counts in 32 bits
            within = np.arange(len(table)) - np.repeat(np.cumsum(each) - each, times)
            within *= layout.size
            layout.check_table(table, np.repeat(offsets, times) + within.astype(np.uint64))
        return table

    def uints(self, width: int, name: str) -> Unsigned:
        """Read an unsigned little-endian integer of `width` bytes at each cursor."""
        parts = self._take(np.full(len(self), width, np.int64))
        for cursor in self.each:
            cursor.uint(width, name)
        return widened(np.frombuffer(b"".join(parts), f"V{width}"), width)

    def bodies(self, sizes: Unsigned | Integers) -> list[Buffer]:
        """Move over ``sizes[i]`` bytes at each cursor and return them."""
        parts = self._take(np.minimum(sizes, _MOST).astype(np.int64))
        for cursor, part in zip(self.each, parts, strict=False):
            cursor.sub(len(part))
        return parts

    def verify_checksums(self) -> None:
        """Read a checksum at each cursor and compare it; see `Cursor.verify_checksum`."""
        covered = self._between(self._starts, self.positions)
        offsets, stored = self.offsets, self.uints(CHECKSUM, "checksum")
        found = Checksums(self.cursor, covered, stored, offsets)
        if self.checksums is None:
            found.compare(lookup3_each(covered))
        else:
            self.checksums.append(found)

    def cursor(self, row: int) -> Cursor:
        """The cursor that moves along, or one that can only refuse."""
        return self.each[row] if self.each else Cursor(b"", self.context, limits=self._limits)

    def _take(self, sizes: Integers) -> list[Buffer]:
        begin, self.positions = self.positions, self.require(sizes)
        return self._between(begin, self.positions)

    def _between(self, begin: Integers, end: Integers) -> list[Buffer]:
        places = zip(self._windows, begin.tolist(), end.tolist(), strict=False)
        return [window[start:stop] for window, start, stop in places]


class Checksums(NamedTuple):
    """Checksums that were read, with the bytes that each covers; `cursor` gives one by its row."""

    cursor: Callable[[int], Cursor]
    covered: list[Buffer]
    stored: Unsigned
    offsets: Unsigned

    def compare(self, computed: Sequence[int]) -> None:
        """Raise ChecksumError for the first that is not the `computed` one."""
        for row in np.flatnonzero(self.stored != np.array(computed, np.uint64)).tolist():
            stored, offset = int(self.stored[row]), int(self.offsets[row])
            found = Checksum(self.cursor(row), self.covered[row], stored, offset)
            found.compare(computed[row])


def widened(column: np.ndarray[Any, Any], width: int) -> Unsigned:
    """Turn a column of `width` bytes each, 8 at most, into unsigned integers."""
    out = np.zeros((len(column), 8), np.uint8)
    out[:, :width] = np.ascontiguousarray(column).view(np.uint8).reshape(len(column), width)
    return out.reshape(-1).view("<u8")
