"""``for row in dataset``: many rows are read at a time, but each is an array of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import Any

import numpy as np

__all__ = ["iterate_rows"]

_UNCHUNKED = 1 << 20  # bytes that are read at a time where there are no chunks
_MOST = 8 << 20  # and where chunks are large, but one row in any case


def iterate_rows(
    read: Callable[[slice], Any], shape: tuple[int, ...], itemsize: int, chunk_rows: int | None
) -> Iterator[Any]:
    """Yield what ``dataset[i]`` is for each i, reading one row of chunks at a time.

    ``read(slice)`` reads a part of the first axis of a dataset of `shape`.
    """
    row = max(prod(shape[1:]) * itemsize, 1)
    rows = max(min(chunk_rows or _UNCHUNKED // row, _MOST // row), 1)
    for start in range(0, shape[0], rows):
        for each in read(slice(start, start + rows)):
            # Else whoever keeps one row would keep all that were read with it.
            yield each.copy() if isinstance(each, np.ndarray | np.void) else each
