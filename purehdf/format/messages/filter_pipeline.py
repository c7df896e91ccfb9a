"""Filter pipeline message (IV.A.2.l): what was done to each chunk before it was stored."""

from __future__ import annotations

from ...errors import LimitError, VersionError
from ..cursor import Cursor
from ..record import Record
from ..structure import structure

__all__ = ["Filter", "decode_filter_pipeline"]

_OPTIONAL = 0x01
_NAMED_FROM = 256  # version 2 leaves out the names of the library's own filters


class Filter(Record):
    """One step of the pipeline; ``parameters`` is the client data, unsigned 32-bit each."""

    id: int
    name: bytes
    optional: bool
    parameters: tuple[int, ...]


@structure("filter pipeline message", "IV.A.2.l")
def decode_filter_pipeline(cursor: Cursor) -> tuple[Filter, ...]:
    """Decode a pipeline of version 1 or 2, in the order in which a writer applies it."""
    version = cursor.uint(1, "version")
    if version not in (1, 2):
        raise VersionError("unknown version", field="version", expected="1 or 2", found=version)
    count = cursor.uint(1, "number of filters")
    limit = cursor.limits.filters
    if count > limit:
        raise LimitError(
            "too many filters", field="number of filters", expected=f"at most {limit}", found=count
        )
    if version == 1:
        cursor.skip(6, "reserved")
    return tuple(_filter(cursor, version) for _ in range(count))


def _filter(cursor: Cursor, version: int) -> Filter:
    number = cursor.uint(2, "filter identification value")
    named = version == 1 or number >= _NAMED_FROM
    name_length = cursor.uint(2, "name length") if named else 0
    flags = cursor.uint(2, "flags")
    count = cursor.uint(2, "number of client data values")
    if version == 1:
        name_length = -(-name_length // 8) * 8
    name = cursor.raw(name_length, "name") if name_length else b""
    parameters = tuple(cursor.uint(4, f"client data {i}") for i in range(count))
    if version == 1 and count % 2:
        cursor.skip(4)
    return Filter(number, name.split(b"\0")[0], bool(flags & _OPTIONAL), parameters)
