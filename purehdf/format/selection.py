"""Serialised dataspace selections (VIII.A): which elements a reference or a mapping means.

All coordinates are ``int64``.  Regular hyperslabs stay as they are described, since their
number of elements has no bound; points and irregular blocks are arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from ..errors import FormatError, LimitError, VersionError
from .cursor import Cursor
from .lattice import Lattice
from .record import Record
from .structure import structure

__all__ = [
    "AllSelection",
    "BlockSelection",
    "HyperslabSelection",
    "NoneSelection",
    "PointSelection",
    "Selection",
    "decode_selection",
]

Coordinates = np.ndarray[Any, np.dtype[np.int64]]
_FARTHEST = (1 << 63) - 1  # index that an int64 holds
_MOST_BOXES = 1 << 22  # of a regular hyperslab that are listed one by one
_UNLIMITED = {2: 0xFFFF, 4: 0xFFFF_FFFF, 8: 0xFFFF_FFFF_FFFF_FFFF}
_SECTION = "VIII.A"


class AllSelection(Record):
    """Every element, whatever the extent."""


class NoneSelection(Record):
    """No element."""


class PointSelection(Record, eq=False):
    """Single elements, in an order that matters: ``coordinates`` (n, rank)."""

    coordinates: Coordinates

    @property
    def rank(self) -> int:
        """Number of dimensions."""
        return int(self.coordinates.shape[1])


class HyperslabSelection(Record):
    """A regular hyperslab: along each axis ``count`` blocks of ``block`` elements.

    The first begins at ``start``, each other one ``stride`` later.  None is unlimited.
    """

    start: tuple[int, ...]
    stride: tuple[int, ...]
    count: tuple[int | None, ...]
    block: tuple[int | None, ...]

    @property
    def rank(self) -> int:
        """Number of dimensions."""
        return len(self.start)

    def along(self, axis: int, extent: int) -> Lattice:
        """Return the indices selected along one axis of length `extent`.

        Raises FormatError if blocks overlap, which the library does not allow.
        """
        start, stride = self.start[axis], self.stride[axis]
        count, block = self.count[axis], self.block[axis]
        room = max(min(extent, _FARTHEST) - start, 0)
        inside = -(-room // stride)  # blocks that begin inside
        count = inside if count is None else min(count, inside)
        block = room if block is None else min(block, room)
        if count > 1 and stride < block:
            raise FormatError(
                "blocks overlap", field="stride", expected=f"at least {block}", found=stride
            )
        if not count or not block:
            return Lattice(0)
        last = min(block, room - (count - 1) * stride)
        return Lattice((count - 1) * block + last, start, max(stride, block), block)

    def boxes(self) -> tuple[Coordinates, Coordinates]:
        """Return the first and the one-past-last corners of all blocks, each (m, rank), C order.

        Raises ValueError if it is unlimited, LimitError for more than four million blocks.
        """
        if None in self.count + self.block:
            raise ValueError("an unlimited selection has no last block")
        number = prod(n or 0 for n in self.count)
        if number > _MOST_BOXES:
            raise LimitError("too many blocks", expected=f"at most {_MOST_BOXES}", found=number)
        grid = np.indices([n or 0 for n in self.count], np.int64).reshape(self.rank, -1).T
        starts = np.array(self.start, np.int64) + grid * np.array(self.stride, np.int64)
        return starts, starts + np.array(self.block, np.int64)


class BlockSelection(Record, eq=False):
    """Irregular blocks: first and one-past-last corners ``starts`` and ``stops`` (m, rank)."""

    starts: Coordinates
    stops: Coordinates

    @property
    def rank(self) -> int:
        """Number of dimensions."""
        return int(self.starts.shape[1])

    def boxes(self) -> tuple[Coordinates, Coordinates]:
        """Return ``starts`` and ``stops``."""
        return self.starts, self.stops


Selection = AllSelection | NoneSelection | PointSelection | HyperslabSelection | BlockSelection


@structure("dataspace selection", _SECTION)
def decode_selection(cursor: Cursor) -> Selection:
    """Decode a selection of any type and version."""
    number = cursor.uint(4, "selection type")
    decode = _TYPES.get(number)
    if decode is None:
        raise FormatError(
            "unknown selection type", field="selection type", expected="0 to 3", found=number
        )
    return decode(cursor, cursor.uint(4, "version"))


def _check_version(version: int, most: int) -> None:
    if not 1 <= version <= most:
        raise VersionError(
            "unknown version", field="version", expected=f"1 to {most}", found=version
        )


def _rank(cursor: Cursor) -> int:
    rank = cursor.uint(4, "rank")
    if not 1 <= rank <= 32:
        raise FormatError("impossible rank", field="rank", expected="1 to 32", found=rank)
    return rank


def _encode_size(cursor: Cursor) -> int:
    width = cursor.uint(1, "encode size")
    if width not in _UNLIMITED:
        raise FormatError(
            "impossible width", field="encode size", expected="2, 4 or 8", found=width
        )
    return width


def _numbers(cursor: Cursor, count: int, rank: int, width: int, name: str) -> Coordinates:
    """Read coordinates (count, rank); one beyond ``int64`` is refused."""
    data = cursor.raw(count * rank * width, name)
    table = np.frombuffer(data, f"<u{width}").reshape(count, rank)
    if width == 8 and table.size and int(table.max()) >> 63:
        raise FormatError("coordinate beyond any dataspace", field=name)
    return table.astype(np.int64)


def _none(cursor: Cursor, version: int) -> NoneSelection:
    _check_version(version, 1)
    cursor.skip(8, "reserved")
    return NoneSelection()


def _all(cursor: Cursor, version: int) -> AllSelection:
    _check_version(version, 1)
    cursor.skip(8, "reserved")
    return AllSelection()


def _points(cursor: Cursor, version: int) -> PointSelection:
    _check_version(version, 2)
    if version == 1:
        width = 4
        cursor.skip(4, "reserved")
        cursor.uint(4, "length")
    else:
        width = _encode_size(cursor)
    rank = _rank(cursor)
    count = cursor.uint(width, "num points")
    return PointSelection(_numbers(cursor, count, rank, width, "coordinates"))


def _hyperslab(cursor: Cursor, version: int) -> HyperslabSelection | BlockSelection:
    _check_version(version, 3)
    flags, width = 0, 4
    if version == 1:
        cursor.skip(4, "reserved")
    else:
        flags = cursor.uint(1, "flags")
    if version == 3:
        width = _encode_size(cursor)
    else:
        cursor.uint(4, "length")
    rank = _rank(cursor)
    if version == 2 and not flags & 1:
        raise FormatError("irregular", field="flags", expected="bit 0 set", found=flags)
    if flags & 1:
        return _regular(cursor, rank, 8 if version == 2 else width)
    return _blocks(cursor, rank, width)


def _regular(cursor: Cursor, rank: int, width: int) -> HyperslabSelection:
    rows = [[cursor.uint(width, name) for name in _REGULAR] for _ in range(rank)]
    start, stride, count, block = zip(*rows, strict=True)
    for field, values in (("start", start), ("stride", stride)):
        if max(values) >> 63 or (field == "stride" and min(values) == 0):
            raise FormatError("impossible number", field=field, found=values, expected="1 to 2^63")
    return HyperslabSelection(start, stride, _limited(count, width), _limited(block, width))


def _limited(values: tuple[int, ...], width: int) -> tuple[int | None, ...]:
    """All ones, in the width of the field, is unlimited."""
    return tuple(None if value == _UNLIMITED[width] else value for value in values)


def _blocks(cursor: Cursor, rank: int, width: int) -> BlockSelection:
    count = cursor.uint(width, "num blocks")
    corners = _numbers(cursor, 2 * count, rank, width, "corners").reshape(count, 2, rank)
    starts, last = corners[:, 0], corners[:, 1]
    if (last < starts).any():
        raise FormatError("a block ends before it starts", field="ending offset")
    return BlockSelection(starts, last + 1)


_REGULAR = ("start", "stride", "count", "block")
_TYPES: dict[int, Callable[[Cursor, int], Selection]] = {
    0: _none,
    1: _points,
    2: _hyperslab,
    3: _all,
}
