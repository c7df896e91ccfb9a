"""The ranges of one wave, and what has come of them: what failed is asked for again, alone."""

from __future__ import annotations

from collections.abc import Sequence

from .protocol import Buffer, Range
from .retries import Refusal, Transient

__all__ = ["Wave"]


class Wave:
    """The ranges of a wave, none past the end; ``missing`` are those that have not come yet."""

    def __init__(self, ranges: Sequence[Range]) -> None:
        self._ranges = ranges
        self._found: dict[Range, Buffer] = {}
        self.missing = list(dict.fromkeys(pair for pair in self._ranges if pair[0] < pair[1]))
        self.asked = bool(self.missing)

    def settle(self, outcomes: Sequence[Buffer | Refusal]) -> None:
        """Keep what came for each of ``missing``; if something did not, raise its Refusal.

        The one that matters most: a failure that stays, or else the longest wait.
        """
        problems: list[Refusal] = []
        for pair, outcome in zip(self.missing, outcomes, strict=True):
            if isinstance(outcome, Refusal):
                outcome.ranges = [pair]
                problems.append(outcome)
            else:
                self._found[pair] = outcome
        self.missing = [pair for pair in self.missing if pair not in self._found]
        if problems:
            raise max(problems, key=_weight)

    def buffers(self) -> list[Buffer]:
        """One buffer for each range of the wave."""
        return [self._found.get(pair, b"") for pair in self._ranges]


def _weight(problem: Refusal) -> tuple[bool, bool, float]:
    if isinstance(problem, Transient):
        return False, problem.busy, problem.after
    return True, False, 0.0
