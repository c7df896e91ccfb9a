"""Raw data: which element a byte belongs to, and its value."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..data.storage import Blocks
from ..datatype.elements import read_elements
from ..datatype.numpy_types import text
from ..errors import PureHDFError
from ..filters.registry import filter_name
from ..format.datatypes import Compound, Datatype
from ..source import Source, run
from ..walk.reader import Reader
from .regions import RawData

__all__ = ["Element", "element_at", "element_value"]

_FLETCHER32 = 3


class Element(NamedTuple):
    """The innermost part of raw data that holds a byte: its name, range, value, and remarks."""

    name: str
    start: int
    stop: int
    value: str
    notes: tuple[str, ...] = ()


def element_at(raw: RawData, row: int, offset: int, reader: Reader, source: Source) -> Element:
    """Return what the byte at `offset`, in run `row` of `raw`, is part of."""
    start, stop = int(raw.start[row]), int(raw.stop[row])
    block = tuple(raw.coordinates[row].tolist())
    mask = int(raw.filter_mask[row])
    filters = [f for i, f in enumerate(raw.blocks.filters_of(block)) if not mask >> i & 1]
    skipped = len(raw.blocks.filters_of(block)) - len(filters)
    notes = [f"filter mask {mask:#x}: {skipped} of the filters left out"] if skipped else []
    if [f.id for f in filters] == [_FLETCHER32]:
        stop -= 4
        if offset >= stop:
            return Element("checksum of the chunk", stop, stop + 4, "Fletcher-32", tuple(notes))
    elif filters:
        names = ", ".join(map(filter_name, filters))
        notes = [f"holds elements {_extent(raw.blocks, block)}", *notes]
        what = f"byte {offset - start} of {stop - start} of filtered data ({names})"
        return Element("filtered chunk", start, stop, what, tuple(notes))
    return _element(raw, block, start, stop, offset, reader, source, notes)


def _extent(blocks: Blocks, block: tuple[int, ...]) -> str:
    """The part of the dataset that a chunk covers, as slices."""
    cuts = [
        f"{i * n}:{max(min((i + 1) * n, size), i * n)}"
        for i, n, size in zip(block, blocks.block_shape, blocks.shape, strict=True)
    ]
    return f"[{', '.join(cuts)}]"


def _element(
    raw: RawData,
    block: tuple[int, ...],
    start: int,
    stop: int,
    offset: int,
    reader: Reader,
    source: Source,
    notes: list[str],
) -> Element:
    blocks, size = raw.blocks, raw.datatype.size
    stored = blocks.stored_shape(block)
    number = (offset - start) // size
    if number >= int(np.prod(stored, dtype=object)):
        rest = start + int(np.prod(stored, dtype=object)) * size
        return Element("unused bytes after the last element", rest, stop, "", tuple(notes))
    within = np.unravel_index(number, stored) if stored else ()
    index = [int(i * n + w) for i, n, w in zip(block, blocks.block_shape, within, strict=True)]
    start += number * size
    name = f"element [{', '.join(map(str, index))}]" if index else "the element"
    if any(i >= n for i, n in zip(index, blocks.shape, strict=True)):
        name, notes = "padding of a chunk at the edge", [*notes, f"{name} is outside the dataset"]
    member = _member(raw.datatype, offset - start)
    if member:
        notes = [*notes, f"member {member}"]
    data = bytes(source.read([(start, start + size)])[0])
    value = element_value(raw.datatype, data, reader, source)
    return Element(name, start, start + size, value, tuple(notes))


def _member(datatype: Datatype, position: int) -> str:
    """The member of a compound, and of one inside it, that holds byte `position`."""
    if isinstance(datatype, Compound):
        for member in datatype.members:
            if member.offset <= position < member.offset + member.datatype.size:
                inner = _member(member.datatype, position - member.offset)
                return text(member.name) + (f".{inner}" if inner else "")
        return "(padding between members)"
    return ""


def element_value(datatype: Datatype, data: bytes, reader: Reader, source: Source) -> str:
    """Return the value of one element in words."""
    try:
        value: Any = run(read_elements(reader, datatype, data, ()), source)[()]
    except (PureHDFError, ValueError) as error:
        return f"unreadable: {getattr(error, 'reason', error)}"
    if isinstance(value, bytes):
        return repr(text(value))
    return " ".join(str(value).split())
