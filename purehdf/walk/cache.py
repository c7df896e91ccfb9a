"""A bounded cache that threads may share without a lock."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

__all__ = ["MISSING", "Cache"]

MISSING: Any = object()
"""What :meth:`Cache.get` returns for a key that it does not know."""


class Cache:
    """Keeps about `most` values; those not asked for longest go first.

    Every step is a single operation on a dict, so that a race costs at most a value
    that has to be found again.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[Hashable, Any] = {}

    def get(self, key: Hashable, default: Any = MISSING) -> Any:
        """Return the value of `key`, or `default`."""
        value = self._values.pop(key, MISSING)
        if value is MISSING:
            return default
        self._values[key] = value  # now it is the youngest
        return value

    def put(self, key: Hashable, value: Any) -> None:
        """Keep a value; when there are too many, the older half is dropped."""
        if len(self._values) >= self._most:
            for old in list(self._values)[: self._most // 2]:
                self._values.pop(old, None)
        self._values[key] = value
