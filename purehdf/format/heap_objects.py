"""The objects of many global heap collections (III.E) as columns.

An object's header says where the next one starts.  So the collections are walked side by
side: a step finds the next object of each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from struct import Struct
from typing import Any

import numpy as np

from ..errors import FormatError, TruncatedError
from .buffer import Buffer
from .record import Record

__all__ = ["HeapObjects", "find_objects", "no_object"]

Column = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
_Found = tuple[Column, ...]  # number of the collection, of the object in it, index, start, size

_INDEX = np.uint64(0xFFFF)  # the part of an object's first word
_HEADER = 16  # bytes of an object's header, padded; the size is its second half
_SIZES = {2: "H", 4: "I", 8: "Q"}
_FEW = 16  # collections for which a step takes longer than one object at a time


class HeapObjects(Record, eq=False):
    """Objects of collections that are numbered.

    ``data`` are the bytes of all collections behind their headers, ``offsets`` their file
    offsets.  The columns have an entry for each object, in the order of ``key``, which is
    the collection's number shifted by 32 bits, and the object's index: ``start`` in
    ``data``, and ``size``.
    """

    data: bytes
    offsets: Sequence[int]
    key: Column
    start: Column
    size: Column

    def rows(self, collections: Column, indices: Column, sizes: Column) -> Column:
        """Return the places in the columns of objects, which must have `sizes` bytes or more."""
        wanted = collections.astype(np.int64) << 32 | indices
        # Of two with one index the last one counts.
        rows = np.searchsorted(self.key, wanted, side="right") - 1
        known = (rows >= 0) & (self.key[rows] == wanted) if len(self.key) else rows >= 0
        bad = ~known
        bad[known] = self.size[rows[known]] < sizes[known]
        if bad.any():
            i = int(bad.argmax())
            found = int(self.size[rows[i]]) if known[i] else None
            raise no_object(
                int(indices[i]), int(sizes[i]), found, self.offsets[int(collections[i])]
            )
        return rows


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


def find_objects(bodies: Sequence[Buffer], offsets: Sequence[int], length_size: int) -> HeapObjects:
    """Find the objects of collections, of which `bodies` are the bytes behind the headers."""
    data = b"".join(bodies)
    stops = np.fromiter(accumulate(map(len, bodies)), np.int64, len(bodies))
    # The header, of 8 bytes and a length, is filled up to a multiple of 8 bytes.
    starts = np.concatenate(([0], stops[:-1])) + -length_size % 8
    steps = _side_by_side(data, starts, stops, length_size)
    number, step, index, start, size = (np.concatenate(parts) for parts in zip(*steps, strict=True))
    counts = np.bincount(number, minlength=len(bodies))
    order = np.empty(len(number), np.int64)  # collection by collection
    order[(np.cumsum(counts) - counts)[number] + step] = np.arange(len(number))
    key = (number << 32 | index)[order]
    if (np.diff(key) <= 0).any():
        again = np.argsort(key, kind="stable")
        key, order = key[again], order[again]
    return HeapObjects(data, offsets, key, start[order], size[order])


def _side_by_side(data: bytes, at: Column, stops: Column, length_size: int) -> list[_Found]:
    """Find the first object of each collection, then the second of each, and so on."""
    found: list[_Found] = []
    number, mask = np.arange(len(at), dtype=np.int64), np.uint64((1 << 8 * length_size) - 1)
    while True:
        # Less than one object header may be left over: it belongs to nobody.
        number, at, stops = _only(stops - at >= _HEADER, number, at, stops)
        if len(at) < _FEW:
            return [*found, _one_by_one(data, number, len(found), at, stops, length_size)]
        words = np.ndarray((len(data) - 7,), "<u8", data, strides=(1,))  # one at every byte
        index = (words[at] & _INDEX).view(np.int64)
        # Index 0 stands for what is left of the collection.
        index, number, at, stops = _only(index != 0, index, number, at, stops)
        start, stated = at + _HEADER, words[at + 8] & mask
        if (stated > (stops - start).view(np.uint64)).any():
            raise _cut_off()
        size = stated.view(np.int64)
        found.append((number, np.full(len(number), len(found)), index, start, size))
        at = start + (size + 7 & -8)


def _only(which: Flags, *columns: Column) -> tuple[Column, ...]:
    """Those entries of columns."""
    return columns if which.all() else tuple(column[which] for column in columns)


def _one_by_one(
    data: bytes, number: Column, step: int, at: Column, stops: Column, length_size: int
) -> _Found:
    """The same from `step` on, for each collection on its own."""
    header = Struct(f"<H6x{_SIZES[length_size]}")
    found: list[tuple[int, ...]] = []
    for n, position, stop in zip(number.tolist(), at.tolist(), stops.tolist(), strict=True):
        k = step
        while stop - position >= _HEADER:
            index, size = header.unpack_from(data, position)
            if index == 0:
                break
            position += _HEADER
            if size > stop - position:
                raise _cut_off()
            found.append((n, k, index, position, size))
            position += size + 7 & -8
            k += 1
    return tuple(np.array(found, np.int64).reshape(-1, 5).T)


def _cut_off() -> TruncatedError:
    return TruncatedError("an object goes on behind the end of its collection", field="object size")
