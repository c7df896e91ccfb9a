"""A bounded cache that threads may share without a lock."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

__all__ = ["MISSING", "Cache"]

MISSING: Any = object()
"""What :meth:`Cache.get` returns for a key that it does not know."""


class Cache:
    """Keeps about `most` values; those not asked for longest go first.

    There are two generations.  When the younger one is full, it takes the place of the
    older one, and what is asked for there is young again.  Every step is a single operation
    on a dict, so that a race costs at most a value that has to be found again.
    """

    def __init__(self, most: int) -> None:
        self._most = most // 2
        self._young: dict[Hashable, Any] = {}
        self._old: dict[Hashable, Any] = {}

    def get(self, key: Hashable, default: Any = MISSING) -> Any:
        """Return the value of `key`, or `default`."""
        value = self._young.get(key, MISSING)
        if value is not MISSING:
            return value
        value = self._old.get(key, MISSING)
        if value is MISSING:
            return default
        self.put(key, value)
        return value

    def put(self, key: Hashable, value: Any) -> None:
        """Keep a value."""
        young = self._young
        young[key] = value
        if len(young) > self._most:
            self._old, self._young = young, {}
