"""What reading costs: counts of round trips, requests and bytes."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["IOStats"]


@dataclass(slots=True)
class IOStats:
    """What was asked of a source, and what the cache in front of it spared it.

    Over a network the time that reading takes is about ``waves`` times the delay of one
    round trip, and what ``bytes`` take besides.  A file in memory, or mapped into it, costs
    nothing of this.
    """

    waves: int = 0
    """Round trips: calls of the source, with all of their ranges under way together."""
    requests: int = 0
    """Ranges that these calls asked for."""
    bytes: int = 0
    """Bytes that came back."""
    hits: int = 0
    """Ranges that were answered from the cache alone."""

    def __str__(self) -> str:
        return (
            f"{self.waves} waves, {self.requests} requests, {self.bytes} bytes, "
            f"{self.hits} answers from the cache"
        )
