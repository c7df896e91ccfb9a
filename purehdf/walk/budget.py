"""The bytes of structures that are decoded together, against structures that overlap."""

from __future__ import annotations

from ..errors import LimitError

__all__ = ["Budget"]

_NOWHERE = 1 << 64  # behind the end of every file


class Budget:
    """Counts the bytes of structures that are decoded together.

    Those of an honest file do not overlap, so they never have more bytes than the stretch
    of the file that they lie in.  In a hostile one a million may share the same bytes.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._spent = 0
        self._low = _NOWHERE
        self._high = 0

    def spend(self, start: int, stop: int, size: int | None = None) -> None:
        """Count `size` bytes of structures between `start` and `stop`, by default all there.

        Raises LimitError beyond the limit.
        """
        self._spent += stop - start if size is None else size
        if start < self._low:
            self._low = start
        if stop > self._high:
            self._high = stop
        if self._spent > self._limit and self._spent > self._high - self._low:
            raise LimitError(
                "structures share the same bytes too often",
                expected=f"at most {self._limit} bytes",
                found=self._spent,
                offset=start,
            )
