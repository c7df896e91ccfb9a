"""The bytes of structures that are decoded together, against structures that overlap."""

from __future__ import annotations

from ..errors import LimitError

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

    def spend(self, start: int, stop: int, size: int) -> None:
        """Count `size` bytes of structures between `start` and `stop`.

        Raises LimitError beyond the limit.
        """
        self._spent += size
        self._low = start if self._low is None else min(self._low, start)
        self._high = max(self._high, stop)
        if self._spent > max(self._limit, self._high - self._low):
            raise LimitError(
                "structures share the same bytes too often",
                expected=f"at most {self._limit} bytes",
                found=self._spent,
                offset=start,
            )
