"""Where the objects of many global heap collections (III.E) lie, as columns.

An object's header says how far it is to the next one.  Mostly the objects of a collection are
asked for as they lie there, from the first to the last: then the sizes that they must have
say where each header is, and the headers say whether that is so.  Other collections are walked
side by side: a step finds the next object of each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct
from typing import Any

import numpy as np

from ..errors import FormatError, TruncatedError
from .buffer import Buffer
from .record import Record

__all__ = ["HeapCollections", "no_object", "stretches"]

Column = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
_Found = tuple[Column, ...]  # number of the collection, index, start, size

_INDEX = np.uint64(0xFFFF)  # the part of an object's first word
_HEADER = 16  # bytes of an object's header, padded; the size is its second half
_SIZES = {2: "H", 4: "I", 8: "Q"}
_MOST = np.uint64(1 << 62)  # bytes, more than any collection has
_FEW = 16  # collections for which a step takes longer than one object at a time


class HeapCollections(Record, eq=False):
    """Collections that are numbered: ``data`` are the bytes of all, behind their headers.

    Attributes
    ----------
    offsets : sequence of int
        File offset of each.
    starts, stops : numpy.ndarray, shape (n,), int64
        Where in ``data`` the first object of each begins, and where it ends.
    length_size : int
        The file's size of lengths.
    """

    data: bytes
    offsets: Sequence[int]
    starts: Column
    stops: Column
    length_size: int

    @classmethod
    def of(
        cls, bodies: Sequence[Buffer], offsets: Sequence[int], length_size: int
    ) -> HeapCollections:
        """Put collections together, of which `bodies` are the bytes behind the headers."""
        sizes = np.array([len(body) for body in bodies], np.int64)
        stops = np.cumsum(sizes)
        # The header, of 8 bytes and a length, is filled up to a multiple of 8 bytes.
        starts = stops - sizes + -length_size % 8
        return cls(b"".join(bodies), offsets, starts, stops, length_size)

    def places(self, collections: Column, indices: Column, sizes: Column) -> Column:
        """Where in ``data`` objects begin, which must have `sizes` bytes or more.

        All objects of one collection stand together in the columns.
        """
        collections = collections.astype(np.int64)  # in a browser numpy counts in 32 bits
        found, known = self._in_order(collections, indices, sizes)
        if not known.all():
            rest = np.flatnonzero(~known)
            found[rest] = self._walked(collections[rest], indices[rest], sizes[rest])
        return found

    def _in_order(
        self, collections: Column, indices: Column, sizes: Column
    ) -> tuple[Column, Flags]:
        """Where objects begin if they are all of their collections, in order; and which are."""
        first = stretches(collections)
        counts = np.diff(first, append=len(collections)).astype(np.intp)
        room = sizes + (_HEADER + 7) & -8
        before = np.cumsum(room) - room
        at = before + np.repeat(self.starts[collections[first]] - before[first], counts)
        last = first + counts - 1
        stops = self.stops[collections[first]]
        right = (at >= 0) & (at + _HEADER + sizes <= np.repeat(stops, counts))
        right &= indices == np.arange(1, len(at) + 1) - np.repeat(first, counts)
        right[right] = self._agree(at[right], indices[right], sizes[right])
        whole = np.logical_and.reduceat(right, first)
        whole[whole] = self._ends((at + room)[last[whole]], stops[whole])
        return at + _HEADER, np.repeat(whole, counts)

    def _agree(self, at: Column, indices: Column, sizes: Column) -> Flags:
        """Whether headers have these indices and sizes."""
        index, size = self._headers(at)
        agree: Flags = (index == indices) & (size == sizes.view(np.uint64))
        return agree

    def _ends(self, at: Column, stops: Column) -> Flags:
        """Whether collections have no object at `at` or behind."""
        ends: Flags = stops - at < _HEADER
        # Index 0 stands for what is left of the collection.
        ends[~ends] = self._headers(at[~ends])[0] == 0
        return ends

    def _headers(self, at: Column) -> tuple[Column, np.ndarray[Any, np.dtype[np.uint64]]]:
        """Index and size in the object headers at `at`."""
        words = np.ndarray((max(len(self.data) - 7, 0),), "<u8", self.data, strides=(1,))
        mask = np.uint64((1 << 8 * self.length_size) - 1)
        return (words[at] & _INDEX).view(np.int64), words[at + 8] & mask

    def _walked(self, collections: Column, indices: Column, sizes: Column) -> Column:
        """Where objects begin, found from the first object of each collection on."""
        steps = self._side_by_side(np.unique(collections))
        number, index, start, size = (np.concatenate(s) for s in zip(*steps, strict=True))
        order = np.argsort(number, kind="stable")  # each collection in the order of its steps
        key = (number << 32 | index)[order]
        if (key[1:] <= key[:-1]).any():
            again = np.argsort(key, kind="stable")
            key, order = key[again], order[again]
        start, size = start[order], size[order]
        # Of two with one index the last one counts.
        wanted = collections << 32 | indices
        rows = np.searchsorted(key, wanted, side="right") - 1
        known = (rows >= 0) & (key[rows] == wanted) if len(key) else rows >= 0
        bad = ~known
        bad[known] = size[rows[known]] < sizes[known]
        for i in np.flatnonzero(bad)[:1].tolist():
            found = int(size[rows[i]]) if known[i] else None
            raise no_object(
                int(indices[i]), int(sizes[i]), found, self.offsets[int(collections[i])]
            )
        return start[rows]

    def _side_by_side(self, number: Column) -> list[_Found]:
        """Find the first object of each collection, then the second of each, and so on."""
        found: list[_Found] = []
        at, stops = self.starts[number], self.stops[number]
        while True:
            # Less than one object header may be left over: it belongs to nobody.
            number, at, stops = _only(stops - at >= _HEADER, number, at, stops)
            if len(at) < _FEW:
                return [*found, self._one_by_one(number, at, stops)]
            index, stated = self._headers(at)
            size = np.minimum(stated, _MOST).astype(np.int64)
            index, size, number, at, stops = _only(index != 0, index, size, number, at, stops)
            start = at + _HEADER
            if (size > stops - start).any():
                raise _cut_off()
            found.append((number, index, start, size))
            at = start + (size + 7 & -8)

    def _one_by_one(self, number: Column, at: Column, stops: Column) -> _Found:
        """The same for each collection on its own."""
        header = Struct(f"<H6x{_SIZES[self.length_size]}")
        found: list[tuple[int, ...]] = []
        for n, position, stop in zip(number.tolist(), at.tolist(), stops.tolist(), strict=True):
            while stop - position >= _HEADER:
                index, size = header.unpack_from(self.data, position)
                if index == 0:
                    break
                position += _HEADER
                if size > stop - position:
                    raise _cut_off()
                found.append((n, index, position, size))
                position += size + 7 & -8
        return tuple(np.array(found, np.int64).reshape(-1, 4).T)


def stretches(values: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.intp]]:
    """Where stretches of equal values begin."""
    return np.append(0, np.flatnonzero(values[1:] != values[:-1]) + 1)


def _only(which: Flags, *columns: Column) -> tuple[Column, ...]:
    """Those entries of columns."""
    return columns if which.all() else tuple(column[which] for column in columns)


def no_object(index: int, size: int, found: int | None, offset: int) -> FormatError:
    """The error of a heap ID that leads to no object, or to one of `found` bytes."""
    return FormatError(
        "no such object" if found is None else "object is too short",
        structure="global heap collection",
        section="III.E",
        field=f"object {index}",
        expected=f"{size} bytes",
        found=None if found is None else f"{found} bytes",
        offset=offset,
    )


def _cut_off() -> TruncatedError:
    return TruncatedError("an object goes on behind the end of its collection", field="object size")
