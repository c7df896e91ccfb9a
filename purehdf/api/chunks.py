"""``dataset.iter_chunks()``: a selection cut along the borders of chunks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from operator import index
from typing import Any

__all__ = ["chunk_slices"]


def chunk_slices(
    shape: tuple[int, ...], chunks: tuple[int, ...], sel: Any
) -> Iterator[tuple[slice, ...]]:
    """Return an iterator over tuples of slices, one for each chunk that `sel` touches.

    Steps are ignored, as in h5py.  Raises ValueError if `sel` is not wholly inside the shape.
    """
    given = tuple(slice(0, n) for n in shape) if sel is None else sel
    if isinstance(given, slice) or not isinstance(given, tuple | list):
        given = (given,)
    if len(given) != len(shape):
        raise ValueError(f"a selection of {len(given)} axes for {len(shape)} dimensions")
    axes = [_axis(*each) for each in zip(given, shape, chunks, strict=True)]
    return product(*axes)


def _axis(given: Any, size: int, chunk: int) -> list[slice]:
    start, stop = _bounds(given, size)
    if start < 0 or stop > size or stop <= start:
        raise ValueError(f"the selection {given} is not inside an axis of length {size}")
    first = start // chunk * chunk
    return [slice(max(at, start), min(at + chunk, stop), 1) for at in range(first, stop, chunk)]


def _bounds(given: Any, size: int) -> tuple[int, int]:
    if isinstance(given, slice):
        return given.start or 0, given.stop or size
    return index(given), index(given) + 1
