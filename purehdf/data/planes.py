"""Shuffled chunks arrive as planes: all first bytes of their elements, then all second bytes.

They go straight into their places in the result, so nothing is put together elsewhere first.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from ..filters.shuffle import SHUFFLE
from .storage import Blocks

__all__ = ["Planes"]

AnyArray = np.ndarray[Any, Any]

_FEW = 256  # elements of a chunk for which a step for each plane takes longer
_MANY = 1 << 17  # elements for which it is faster to put ever wider integers together
_WIDEST = 4  # bytes of an element for which that is so


class Planes:
    """Views of the result `out`: of all first bytes, of all second bytes, and so on.

    False where chunks do not come as planes, or are so small that it would not help.
    """

    def __init__(self, blocks: Blocks, out: AnyArray) -> None:
        self._out = out
        self._views: list[AnyArray] = []
        width = out.dtype.itemsize
        shuffled = blocks.filters and blocks.filters[0].id == SHUFFLE
        if not shuffled or width < 2 or blocks.filters[0].parameters[:1] != (width,):
            return
        if out.size and prod(blocks.block_shape) >= _FEW:
            table = out.reshape(-1).view(np.uint8).reshape(*out.shape, width)
            self._views = [table[..., i] for i in range(width)]

    def __bool__(self) -> bool:
        return bool(self._views)

    def fill(self, into: tuple[Any, ...], planes: Sequence[AnyArray]) -> None:
        """Put elements into places of the result: `planes` are arrays of their bytes."""
        if planes[0].size >= _MANY and len(planes) in (2, _WIDEST):
            self._out[into] = _joined(planes)
            return
        for view, plane in zip(self._views, planes, strict=True):
            view[into] = plane


def _joined(planes: Sequence[AnyArray]) -> AnyArray:
    """Little-endian integers of planes of their bytes, the lowest first."""
    if len(planes) == 1:
        return planes[0]
    half = len(planes) // 2
    wide = _joined(planes[half:]).astype(f"u{len(planes)}")
    wide <<= 8 * half
    wide |= _joined(planes[:half])
    return wide
