"""What an operation costs: waves, requests and bytes, as they leave for a remote file.

The counts are those of the source below the cache that ``File`` puts in front of every
source that is not in memory.  They are exact.  How many bytes lie where is libhdf5's
doing, so for files made on the spot they hold for the version that they were measured
with; with another one only the bounds are checked.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import h5py

import purehdf
from purehdf.source import BytesSource, CountingSource

__all__ = ["SAME_LIBRARY", "Cost", "Counted"]

SAME_LIBRARY = h5py.version.hdf5_version == "2.0.0"


class Cost(NamedTuple):
    """Round trips, ranges asked for in them, and bytes that came back."""

    waves: int
    requests: int
    bytes: int


class Counted:
    """A file whose every operation is counted by itself."""

    def __init__(self, path: Path) -> None:
        self.source = CountingSource(BytesSource(path.read_bytes(), str(path)))
        self.file = purehdf.File(self.source)
        self.opening = self._taken()

    def cost(self, operation: Callable[[purehdf.File], Any]) -> Cost:
        """The cost of one operation, after those before it."""
        operation(self.file)
        return self._taken()

    def _taken(self) -> Cost:
        taken = Cost(len(self.source.waves), self.source.requests, self.source.bytes)
        self.source.reset()
        return taken
