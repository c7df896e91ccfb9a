"""Blocks at equal distances along one axis: what a regular hyperslab selects there (VIII.A)."""

from __future__ import annotations

from typing import Any

import numpy as np

from .record import Record

__all__ = ["Lattice"]

Indices = np.ndarray[Any, np.dtype[np.int64]]


class Lattice(Record):
    """``length`` indices in blocks of ``block`` that begin every ``stride``, from ``start`` on.

    The last block may be cut short.  A length has no bound, so that the indices are never
    listed unless someone asks for them.
    """

    length: int
    start: int = 0
    stride: int = 1
    block: int = 1

    @property
    def stop(self) -> int:
        """One past the last index."""
        whole, rest = divmod(self.length - 1, self.block)
        return self.start + whole * self.stride + rest + 1 if self.length else self.start

    def at(self, numbers: Indices) -> Indices:
        """Return the indices that stand at these places of the lattice."""
        whole, rest = np.divmod(numbers, self.block)
        found: Indices = self.start + whole * self.stride + rest
        return found

    def find(self, indices: Indices) -> Indices:
        """Return the place of each index in the lattice; -1: it is not there."""
        whole, rest = np.divmod(indices - self.start, self.stride)
        places = whole * self.block + rest
        inside = (whole >= 0) & (rest < self.block) & (places < self.length)
        return np.where(inside, places, -1)

    def head(self, length: int) -> Lattice:
        """Return its first `length` indices, or all if there are not as many."""
        return Lattice(min(length, self.length), self.start, self.stride, self.block)

    @property
    def positions(self) -> range | Indices:
        """The indices: as a range where they are one, else as an array."""
        if self.block == 1:
            return range(self.start, self.start + self.length * self.stride, self.stride)
        if self.block == self.stride or self.length <= self.block:
            return range(self.start, self.start + self.length)
        return self.at(np.arange(self.length, dtype=np.int64))
