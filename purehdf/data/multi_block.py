"""Blocks of positions along an axis, which HDF5 calls a hyperslab."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["MultiBlockSlice"]


class MultiBlockSlice:
    """`count` runs of `block` positions, one every `stride` from `start` on.

    It stands in the place of a slice: ``dataset[MultiBlockSlice(stride=10, block=3)]``.
    Without a `count` there are as many whole blocks as the axis has room for.

    Raises
    ------
    ValueError
        A number is too small, or blocks overlap.
    """

    def __init__(
        self, start: int = 0, stride: int = 1, count: int | None = None, block: int = 1
    ) -> None:
        if start < 0 or stride < 1 or block < 1 or (count is not None and count < 1):
            raise ValueError("start is not negative, and stride, count and block are positive")
        if block > stride:
            raise ValueError(f"blocks of {block} overlap where one begins every {stride}")
        self.start = start
        self.stride = stride
        self.count = count
        self.block = block

    def indices(self, length: int) -> tuple[int, int, int, int]:
        """Return start, stride, count and block on an axis of `length`.

        Raises ValueError where the blocks do not fit, or none does.
        """
        room = (length - self.start - self.block) // self.stride + 1
        count = room if self.count is None else self.count
        if not 0 < count <= room:
            raise ValueError(f"{self!r} does not fit an axis of length {length}")
        return self.start, self.stride, count, self.block

    def positions(self, length: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Return all positions on an axis of `length`; it raises as :meth:`indices` does."""
        start, stride, count, block = self.indices(length)
        first = np.arange(start, start + count * stride, stride, dtype=np.int64)
        return (first[:, None] + np.arange(block)).reshape(-1)

    def __repr__(self) -> str:
        return (
            f"MultiBlockSlice(start={self.start}, stride={self.stride}, "
            f"count={self.count}, block={self.block})"
        )
