"""The bytes of structures that are decoded together, against structures that overlap."""

from __future__ import annotations

from ..errors import LimitError
from ..format.cursor import Cursor

__all__ = ["Budget"]


class Budget:
    """Counts the bytes of structures that are decoded together.

    Those of an honest file do not overlap, so they never have more bytes than the stretch
    of the file that they lie in.  In a hostile one a million may share the same bytes.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._spent = 0
        self._low: int | None = None
        self._high = 0

    def spend(self, *cursors: Cursor) -> None:
        """Count what `cursors` have read.  Raises LimitError beyond the limit."""
        starts = [cursor.origin + cursor.start for cursor in cursors]
        stops = [cursor.origin + cursor.position for cursor in cursors]
        start = min(starts)
        self._spent += sum(stops) - sum(starts)
        self._low = start if self._low is None else min(self._low, start)
        self._high = max(self._high, *stops)
        if self._spent > max(self._limit, self._high - self._low):
            raise LimitError(
                "structures share the same bytes too often",
                expected=f"at most {self._limit} bytes",
                found=self._spent,
                offset=start,
            )
