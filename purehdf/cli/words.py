"""Types, storage and sizes in words."""

from __future__ import annotations

from math import prod
from typing import Any, NamedTuple

import numpy as np

from ..api.dataset import Dataset
from ..datatype.metadata import (
    RegionReference,
    check_enum_dtype,
    check_ref_dtype,
    check_string_dtype,
    check_vlen_dtype,
)
from ..filters import filter_name
from ..format.messages.data_layout import (
    BTreeV1Index,
    BTreeV2Index,
    Chunked,
    Compact,
    Contiguous,
    ExtensibleArrayIndex,
    FixedArrayIndex,
    ImplicitIndex,
    SingleChunkIndex,
)
from ..format.messages.filter_pipeline import Filter
from .output import printable

__all__ = [
    "Storage",
    "dtype_words",
    "filter_words",
    "plural",
    "shape_words",
    "size_words",
    "storage_of",
]

_INDEXES = {
    BTreeV1Index: "version 1 B-tree",
    SingleChunkIndex: "single chunk",
    ImplicitIndex: "implicit index",
    FixedArrayIndex: "fixed array",
    ExtensibleArrayIndex: "extensible array",
    BTreeV2Index: "version 2 B-tree",
}
_DEFLATE = 1
_FEW = 4  # members of a compound or an enumeration that fit into a line


def shape_words(shape: tuple[int | None, ...] | None) -> str:
    """A shape: "scalar", "null", or the numbers in parentheses."""
    if shape is None:
        return "null"
    if not shape:
        return "scalar"
    return f"({', '.join('unlimited' if n is None else str(n) for n in shape)})"


def size_words(size: int) -> str:
    """A number of bytes: 292 B, 46.1 KiB."""
    if size < 1024:
        return f"{size} B"
    units = ("KiB", "MiB", "GiB", "TiB", "PiB")
    power = next((i for i in range(1, len(units)) if size < 1000 * 1024**i), len(units))
    return f"{size / 1024**power:.3g} {units[power - 1]}"


def plural(count: int, word: str) -> str:
    """A number with a noun."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def dtype_words(dtype: np.dtype[Any], *, full: bool = False) -> str:
    """A dtype: float32, string, compound{x: int32, ...}; `full` leaves nothing out."""
    if dtype.subdtype is not None:
        base, shape = dtype.subdtype
        return f"{dtype_words(base, full=full)}[{', '.join(map(str, shape))}]"
    if dtype.names is not None:
        members = [
            f"{printable(name)}: {dtype_words(dtype.fields[name][0], full=full)}"
            for name in dtype.names
            if dtype.fields
        ]
        return f"compound{{{_listed(members, full)}}}"
    special = _special(dtype, full)
    if special:
        return special
    if dtype.kind == "V":
        return f"opaque[{dtype.itemsize}]"
    big = dtype.itemsize > 1 and dtype.newbyteorder(">") == dtype and dtype.kind in "iufc"
    return dtype.name + (" big-endian" if big else "")


def _special(dtype: np.dtype[Any], full: bool) -> str:
    """Types that numpy knows only by their metadata."""
    if (string := check_string_dtype(dtype)) is not None:
        encoding = f", {string.encoding.upper()}" if full else ""
        if string.length is None:
            return f"string{f' (variable length{encoding})' if full else ''}"
        return f"string[{string.length}]{f' ({encoding[2:]})' if full else ''}"
    if (members := check_enum_dtype(dtype)) is not None:
        words = [f"{printable(n)}={v}" if full else printable(n) for n, v in members.items()]
        return f"enum{{{_listed(words, full)}}}" + (f" of {dtype.name}" if full else "")
    if (reference := check_ref_dtype(dtype)) is not None:
        return "region reference" if reference is RegionReference else "reference"
    base = check_vlen_dtype(dtype)
    return f"sequence of {dtype_words(np.dtype(base), full=full)}" if base is not None else ""


def _listed(words: list[str], full: bool) -> str:
    if full or len(words) <= _FEW:
        return ", ".join(words)
    return ", ".join([*words[: _FEW - 1], f"... {len(words) - _FEW + 1} more"])


def filter_words(filter: Filter, *, full: bool = False) -> str:
    """A filter: gzip-4, shuffle; `full` adds number and parameters."""
    name = printable(filter_name(filter))
    if filter.id == _DEFLATE:
        name = "gzip" + "".join(f"-{level}" for level in filter.parameters[:1])
    if not full:
        return name
    parameters = f", parameters {list(filter.parameters)}" if filter.parameters else ""
    return f"{name} (id {filter.id}{parameters}{', optional' if filter.optional else ''})"


class Storage(NamedTuple):
    """How a dataset is stored; sizes in bytes.

    ``stored`` is None where the chunk index cannot be read; ``chunks`` and ``grid`` count
    the chunks that are stored, and those that the shape has.
    """

    layout: str
    chunk_index: str | None
    stored: int | None
    logical: int
    chunks: int | None = None
    grid: int | None = None

    @property
    def ratio(self) -> float | None:
        """Logical size over stored size; None where that says nothing."""
        return self.logical / self.stored if self.stored and self.logical else None


def storage_of(dataset: Dataset) -> Storage:
    """Return how a dataset is stored.  Raises what reading its chunk index raises."""
    record = dataset._record
    layout = record.layout
    logical = record.dataspace.size * record.datatype.size
    if record.external:
        return Storage("external files", None, None, logical)
    if isinstance(layout, Compact):
        return Storage("compact", None, len(layout.data), logical)
    if isinstance(layout, Contiguous):
        return Storage("contiguous", None, logical if layout.address is not None else 0, logical)
    if isinstance(layout, Chunked):
        table = dataset.chunk_table()
        index = _INDEXES[type(layout.index)]
        size = int(table.size.sum())
        return Storage("chunked", index, size, logical, len(table), prod(table.grid))
    return Storage("virtual", None, None, logical)
