"""Trying again: how often, and how long to wait before.

A remote store is allowed to fail now and then.  What may pass (a dropped connection, an
answer cut short, "slow down") is tried again, after pauses that double and vary, so that
many clients that failed together do not come back together.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from .protocol import Range
from .ranges import failure

__all__ = ["DEFAULT_RETRIES", "Refusal", "Retries", "Transient", "naming"]

T = TypeVar("T")


class Refusal(Exception):
    """A failure that stays, and `why`; `ranges` are those that failed, where that is known."""

    def __init__(self, why: object, ranges: Sequence[Range] | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.ranges = ranges


class Transient(Refusal):
    """A failure that may pass; the server wants to be left alone for `after` seconds.

    One that is not `busy` is tried again without a pause.
    """

    def __init__(
        self,
        why: object,
        ranges: Sequence[Range] | None = None,
        *,
        after: float = 0.0,
        busy: bool = True,
    ) -> None:
        super().__init__(why, ranges)
        self.after = after
        self.busy = busy


@contextmanager
def naming(name: str, wanted: Sequence[Range]) -> Iterator[None]:
    """Raise a Refusal as the SourceError that says which bytes of which file it is about."""
    try:
        yield
    except Refusal as refusal:
        why = refusal.why
        cause = why if isinstance(why, BaseException) else None
        raise failure(name, wanted if refusal.ranges is None else refusal.ranges, why) from cause


@dataclass(frozen=True, slots=True)
class Retries:
    """How often and how patiently a request is tried.

    Parameters
    ----------
    attempts
        Requests in all, the first one included; 1 tries nothing again.
    pause
        Seconds before the second attempt, on the average; they double with each.
    longest
        Seconds that a pause has at most, whatever the server asks for.
    """

    attempts: int = 5
    pause: float = 0.25
    longest: float = 30.0

    def __post_init__(self) -> None:
        if self.attempts < 1 or min(self.pause, self.longest) < 0:
            raise ValueError("there is at least one attempt, and no pause is negative")

    def run(self, attempt: Callable[[], T]) -> T:
        """Return ``attempt()``, the first that does not raise Transient; or raise the last."""
        for failed in range(1, self.attempts):
            try:
                return attempt()
            except Transient as problem:
                time.sleep(self.wait(failed, problem))
        return attempt()

    async def run_async(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Await ``attempt()`` as :meth:`run` calls it."""
        import asyncio  # late: only who reads this way pays for it

        for failed in range(1, self.attempts):
            try:
                return await attempt()
            except Transient as problem:
                await asyncio.sleep(self.wait(failed, problem))
        return await attempt()

    def wait(self, failed: int, problem: Transient) -> float:
        """Seconds to wait after so many failed attempts, of which `problem` was the last."""
        from random import uniform  # late: importing it takes milliseconds

        pause = self.pause * 2 ** (failed - 1) * uniform(0.5, 1.5) if problem.busy else 0.0
        return min(max(pause, problem.after), self.longest)


DEFAULT_RETRIES = Retries()
