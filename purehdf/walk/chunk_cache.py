"""Decoded chunks of a file that were used only in part: who reads row by row wants them again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any

import numpy as np

__all__ = ["ChunkCache"]

Decoded = np.ndarray[Any, Any]


class ChunkCache:
    """Keeps at most `capacity` bytes; chunks not asked for longest go first.

    Threads share it: its lock is held for a few steps of a dict, never while one decodes.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._lock = Lock()
        self._chunks: OrderedDict[Hashable, Decoded] = OrderedDict()
        self._weight = 0

    def __len__(self) -> int:
        """The number of chunks."""
        return len(self._chunks)

    @property
    def weight(self) -> int:
        """The bytes of all chunks."""
        return self._weight

    def get(self, key: Hashable) -> Decoded | None:
        """Return the chunk of `key`, or None."""
        with self._lock:
            found = self._chunks.get(key)
            if found is not None:
                self._chunks.move_to_end(key)
            return found

    def put(self, key: Hashable, chunk: Decoded) -> None:
        """Keep a chunk, unless it is larger than all that may be kept."""
        if chunk.nbytes > self._capacity:
            return
        with self._lock:
            if key in self._chunks:  # another thread was quicker
                return
            self._chunks[key] = chunk
            self._weight += chunk.nbytes
            while self._weight > self._capacity:
                self._weight -= self._chunks.popitem(last=False)[1].nbytes

    def clear(self) -> None:
        """Keep nothing any more."""
        with self._lock:
            self._chunks.clear()
            self._weight = 0
