"""References into a file that is spread over several: a family, a split or a multi file.

Offsets count through all of them; what others read is a range of bytes in one of them.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import numpy as np

from ..source import JoinedSource, Source
from .array_references import ArrayReferences, Member, References

__all__ = ["in_one_file", "members_of", "parts_of"]

Column = np.ndarray[Any, Any]


def members_of(source: Source, url: str) -> tuple[Member, ...]:
    """Return the files that a source joins, by their URLs, beside `url`; none if it is one file.

    Raises
    ------
    ValueError
        `url` does not end in the name of the file.
    """
    if not isinstance(source, JoinedSource):
        return ()
    name = os.path.basename(source.name)
    if not url.endswith(name):
        raise ValueError(
            f"{url}: the file is in several parts, which are looked for beside it: url= must "
            f"end in its name, {name}"
        )
    folder = url.removesuffix(name)
    return tuple(
        Member(folder + os.path.basename(each.name), start, each.size)
        for start, each in zip(source._starts, source.members, strict=True)
    )


def in_one_file(members: tuple[Member, ...], offset: Column, size: Column) -> Column:
    """Return for each range of bytes whether it lies in one file, whole."""
    if not members:
        return np.ones(len(offset), bool)
    starts, which = _which(members, offset)
    stops = [*starts[1:].tolist(), 2**64 - 1]
    ends = [min(m.start + m.size, stop) for m, stop in zip(members, stops, strict=True)]
    inside: Column = _unsigned(offset) + _unsigned(size) <= np.array(ends, np.uint64)[which]
    return inside


def parts_of(found: References, array: ArrayReferences) -> list[tuple[str, ArrayReferences]]:
    """Return the chunks of an array by the URL where they lie; inlined ones are in the first."""
    if not found.members:
        return [(found.url, array)]
    starts, which = _which(found.members, array.offset)
    parts = []
    for i in sorted({0, *which.tolist()}):
        here = which == i
        part = replace(
            array,
            coordinates=array.coordinates[here],
            offset=(_unsigned(array.offset[here]) - starts[i]).view(np.int64),
            size=array.size[here],
            inline_coordinates=array.inline_coordinates[: None if i == 0 else 0],
            inlined=array.inlined if i == 0 else [],
        )
        parts.append((found.members[i].url, part))
    return parts


def _which(members: tuple[Member, ...], offset: Column) -> tuple[Column, Column]:
    """Where the files start, and in which of them each offset lies."""
    starts = np.array([member.start for member in members], np.uint64)
    return starts, np.searchsorted(starts, _unsigned(offset), side="right") - 1


def _unsigned(column: Column) -> Column:
    """The raw data of a split file lies behind 2 ** 63, where signed numbers end."""
    return column.view(np.uint64)
