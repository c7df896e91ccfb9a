"""Dataspace message (IV.A.2.b): the shape of a dataset or an attribute."""

from __future__ import annotations

from math import prod

from ...errors import FormatError, VersionError
from ..cursor import Cursor
from ..record import Record
from ..structure import structure

__all__ = ["Dataspace", "decode_dataspace"]

_MAXIMUM_STORED, _PERMUTATION_STORED = 0x01, 0x02
_MAX_RANK = 32
_TYPES = {0: "scalar", 1: "simple", 2: "null"}


class Dataspace(Record):
    """The extent of an array.

    ``shape`` is () for a scalar and None for a null dataspace, which has no elements at
    all.  ``maxshape`` has None where a dimension is unlimited.
    """

    shape: tuple[int, ...] | None
    maxshape: tuple[int | None, ...] | None

    @property
    def size(self) -> int:
        """Number of elements."""
        return 0 if self.shape is None else prod(self.shape)


@structure("dataspace message", "IV.A.2.b")
def decode_dataspace(cursor: Cursor) -> Dataspace:
    """Decode a dataspace of version 1 or 2."""
    version = cursor.uint(1, "version")
    if version not in (1, 2):
        raise VersionError("unknown version", field="version", expected="1 or 2", found=version)
    rank = cursor.uint(1, "dimensionality")
    flags = cursor.uint(1, "flags")
    if version == 1:
        kind = "simple" if rank else "scalar"
        cursor.skip(5, "reserved")
    else:
        kind = _TYPES.get(number := cursor.uint(1, "type"), "")
        if not kind:
            raise FormatError("unknown type", field="type", expected="0, 1 or 2", found=number)
    if rank > _MAX_RANK:
        raise FormatError(
            "too many dimensions", field="dimensionality", expected="at most 32", found=rank
        )
    shape = tuple(cursor.length(f"dimension {i} size") for i in range(rank))
    maxshape = _maximum(cursor, rank) if flags & _MAXIMUM_STORED else shape
    if version == 1 and flags & _PERMUTATION_STORED:
        for i in range(rank):
            cursor.length(f"permutation index {i}")
    return Dataspace(None, None) if kind == "null" else Dataspace(shape, maxshape)


def _maximum(cursor: Cursor, rank: int) -> tuple[int | None, ...]:
    unlimited = (1 << (8 * cursor.context.length_size)) - 1
    sizes = [cursor.length(f"dimension {i} maximum size") for i in range(rank)]
    return tuple(None if size == unlimited else size for size in sizes)
