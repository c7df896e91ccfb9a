"""Sequences and strings of any length (class 9), through global heaps (III.E).

In the file they are global heap IDs.  Those of one array are followed together, and each
heap object is fetched once.
"""

from __future__ import annotations

import numpy as np

from ..errors import FormatError, LimitError
from ..format.datatypes import VariableLength
from ..walk.heaps import global_heap_collections, global_heap_objects
from ..walk.reader import Reader
from .bits import AnyArray

__all__ = ["heap_rows", "sequences"]

_FEW = 64  # elements for which columns take longer; the collections of these are kept
_RUN = 4096  # elements at a time
_MOST = 1 << 62


def heap_rows(raw: AnyArray, fields: list[tuple[str, str]]) -> AnyArray:
    """The elements of `raw` as a structured array (n,)."""
    dtype = np.dtype(fields)
    if raw.dtype.itemsize != dtype.itemsize:
        raise FormatError(
            "elements of the wrong size",
            structure="datatype message",
            section="IV.A.2.d",
            field="size",
            expected=dtype.itemsize,
            found=raw.dtype.itemsize,
        )
    return np.ascontiguousarray(raw).reshape(-1).view(dtype)


async def sequences(
    reader: Reader, datatype: VariableLength, raw: AnyArray
) -> tuple[AnyArray, list[bytes]]:
    """Return the length of each element of `raw`, in units of the base, and its bytes.

    A string ends at its first zero.  An element that was never written is empty.
    """
    address = f"<u{reader.context.offset_size}"
    ids = heap_rows(raw, [("length", "<u4"), ("address", address), ("index", "<u4")])
    lengths = np.where(ids["address"] != 0, ids["length"], 0).astype(np.int64)
    written = np.flatnonzero(lengths)
    unit = 1 if datatype.is_string else datatype.base.size
    sizes = np.minimum(lengths, _MOST // unit)[written] * unit
    # A tracer wants to see each object.
    few = len(written) < _FEW or reader.tracer is not None
    parts, held = await (_one_by_one if few else _as_columns)(reader, ids[written], sizes)
    if not datatype.is_string:
        _check_shared(reader, int(sizes.sum(dtype=object)), held)
    elif any(b"\0" in b"".join(parts[i : i + _RUN]) for i in range(0, len(parts), _RUN)):
        parts = [part.split(b"\0", 1)[0] for part in parts]
    if len(written) < len(ids):
        found, parts = parts, [b""] * len(ids)
        for i, part in zip(written.tolist(), found, strict=True):
            parts[i] = part
    return lengths, parts


def _check_shared(reader: Reader, total: int, held: int) -> None:
    """Elements may share an object of the heap, so that a small file holds enormous arrays."""
    if total > max(2 * held, reader.limits.metadata_bytes):
        raise LimitError(
            "sequences share the same bytes too often", expected=f"at most {held}", found=total
        )


async def _one_by_one(reader: Reader, ids: AnyArray, sizes: AnyArray) -> tuple[list[bytes], int]:
    """The bytes of each element, and how many they are if each object counts once."""
    heaps = await global_heap_collections(reader, ids["address"].tolist())
    keys = list(zip(ids["address"].tolist(), ids["index"].tolist(), sizes.tolist(), strict=True))
    parts = {key: heaps[key[0]].get(*key[1:]) for key in dict.fromkeys(keys)}
    return [parts[key] for key in keys], sum(map(len, parts.values()))


async def _as_columns(reader: Reader, ids: AnyArray, sizes: AnyArray) -> tuple[list[bytes], int]:
    """The same for many elements at once."""
    addresses, collections = _distinct(ids["address"])
    objects = await global_heap_objects(reader, addresses.tolist())
    rows = objects.rows(collections, ids["index"].astype(np.int64), sizes)
    places, inverse = np.stack((objects.start[rows], sizes)), None
    if np.bincount(rows).max() > 1:  # elements share an object, and so its bytes
        places, inverse = np.unique(places, axis=1, return_inverse=True)
    starts, stops = places[0], places.sum(axis=0)
    held, data = int((stops - starts).sum()), objects.data
    _check_shared(reader, held, len(data))
    parts: list[bytes] = []
    for i in range(0, len(starts), _RUN):  # so that the memory of the numbers is used again
        run = slice(i, i + _RUN)
        parts += [data[a:b] for a, b in zip(starts[run].tolist(), stops[run].tolist(), strict=True)]
    return parts if inverse is None else [parts[i] for i in inverse.tolist()], held


def _distinct(values: AnyArray) -> tuple[AnyArray, AnyArray]:
    """What ``np.unique`` returns with the inverse, sooner where neighbours are mostly equal."""
    first = np.flatnonzero(np.diff(values, prepend=~values[:1]))
    found, inverse = np.unique(values[first], return_inverse=True)
    return found, np.repeat(inverse, np.diff(first, append=len(values)))
