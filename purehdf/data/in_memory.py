"""Elements that lie in memory in one piece, as numpy would lay them: a file's map, compact data."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from ..datatype.elements import read_elements
from ..datatype.numpy_types import is_plain
from ..errors import PureHDFError
from ..format.buffer import Buffer
from ..format.messages.data_layout import Chunked, Virtual
from ..walk.datasets import DatasetRecord
from ..walk.reader import Reader
from .plan import outer_index
from .pool import each
from .selection import Points, Selection
from .storage import Blocks, blocks_of

__all__ = ["array_at_hand", "copy_selected", "memory_view", "selected", "stored_array", "taken"]

AnyArray = np.ndarray[Any, Any]

_SHARE = 1 << 20  # bytes that a thread copies at a time


def stored_array(reader: Reader, blocks: Blocks, unit: np.dtype[Any]) -> AnyArray | None:
    """Return all elements as a view of the bytes; None if they do not lie like that."""
    found = _stored_bytes(reader, blocks)
    if found is None:
        return None
    return np.frombuffer(found, unit, prod(blocks.shape)).reshape(blocks.shape)


def _stored_bytes(reader: Reader, blocks: Blocks) -> Buffer | None:
    """The bytes of all elements; None too if some are cut off."""
    size = prod(blocks.shape) * blocks.element_size
    found = blocks.data
    if found is None and blocks.start is not None and blocks.external is None:
        whole = reader.resident
        found = None if whole is None else memoryview(whole)[blocks.start : blocks.start + size]
    return None if found is None or len(found) < size else found


async def memory_view(reader: Reader, record: DatasetRecord) -> AnyArray:
    """Return all elements of a dataset as a read-only view of the file's bytes.

    Raises ValueError, which says why, where that is not possible.
    """
    if not is_plain(record.datatype):
        raise _no_view("NumPy has no type for its elements as they lie in the file")
    if isinstance(record.layout, Chunked | Virtual) or record.external is not None:
        raise _no_view("its elements do not lie in one piece in this file")
    found = _stored_bytes(reader, await blocks_of(reader, record))
    if found is None:
        raise _no_view("its elements are not in memory, nor in a local file that is whole")
    return await read_elements(reader, record.datatype, found, record.dataspace.shape or ())


async def array_at_hand(reader: Reader, record: DatasetRecord) -> AnyArray | None:
    """Return what :func:`memory_view` does; None where that is not possible."""
    try:
        found = await memory_view(reader, record)
    except (ValueError, PureHDFError):  # who reads the elements learns why
        return None
    return found if found.ndim and found.shape == record.dataspace.shape else None


def taken(array: AnyArray, args: Any) -> Any:
    """Return ``array[args]``, a copy, for integers and slices; else None.

    None too for what is so large that threads had better copy it.
    """
    for arg in args if type(args) is tuple else (args,):
        if type(arg) is not int and type(arg) is not slice:
            return None
    if type(args) is tuple and len(args) > array.ndim:
        return None
    found = array[args]
    return found.copy() if found.nbytes <= _SHARE else None


def _no_view(why: str) -> ValueError:
    return ValueError(f"reading this dataset makes a copy: {why}")


def selected(array: AnyArray, selection: Selection | Points) -> AnyArray:
    """Return what is selected of `array`, as a view where that is possible."""
    if isinstance(selection, Points):
        index = tuple(selection.coordinates.T)
    else:
        index = outer_index([axis.index for axis in selection.axes])
    found: AnyArray = array[(*index, ...)]  # an array even if it has no dimensions
    return found


def copy_selected(array: AnyArray, selection: Selection | Points, out: AnyArray) -> None:
    """Copy what is selected of `array` to `out`."""
    found = selected(array, selection)
    if out.nbytes <= _SHARE or found.base is None:
        out[...] = found
        return
    rows = max(_SHARE * len(out) // out.nbytes, 1)

    def copy(start: int) -> None:
        out[start : start + rows] = found[start : start + rows]

    each(copy, range(0, len(out), rows))
