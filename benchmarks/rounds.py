"""Run the libraries of a case in turns, and compare their answers."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .case import Case
from .worker import Failure, Run, Worker

__all__ = ["Outcome", "compare", "run_case"]


@dataclass
class Outcome:
    """What one library did: its runs, or the problem because of which they do not count."""

    library: str
    first: Run | None = None
    runs: list[Run] = field(default_factory=list)
    problem: str = ""

    @property
    def wall(self) -> float:
        """Median of seconds by the clock."""
        return statistics.median(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        """Median of seconds of CPU, of all threads."""
        return statistics.median(run.cpu for run in self.runs)

    @property
    def memory(self) -> int | None:
        """Bytes at the peak of the first run, without the arrays that it returned."""
        return self.first.memory if self.first else None


def run_case(
    case: Case,
    libraries: Sequence[str],
    path: Path,
    rounds: int,
    patience: float,
    tell: Callable[[str], None],
) -> list[Outcome]:
    """Run `case` with each of `libraries`, one after another in every round.

    The first round warms up and watches memory; its times do not count, except for a library
    that takes more than `patience` seconds: that has no other round.  Answers are compared in
    the first and in the last.  Raises `Failure` if the baseline has none.
    """
    outcomes = [Outcome(library) for library in libraries]
    workers = {
        library: Worker(case.name, library, path, timeout=20 * patience) for library in libraries
    }
    try:
        for outcome in outcomes:
            _turn(outcome, workers[outcome.library], first=True)
            tell(f"{case.name}: {outcome.library}")
        compare(case, outcomes)
        for number in range(rounds):
            tell(f"{case.name}: round {number + 1}")
            for outcome in outcomes:
                if not outcome.problem and outcome.first and outcome.first.wall < patience:
                    _turn(outcome, workers[outcome.library], check=number == rounds - 1)
        compare(case, outcomes)
    finally:
        for worker in workers.values():
            worker.close()
    for outcome in outcomes:
        if not outcome.runs and outcome.first:
            outcome.runs = [outcome.first]
    return outcomes


def _turn(outcome: Outcome, worker: Worker, first: bool = False, check: bool = True) -> None:
    try:
        if first:
            outcome.first = worker.prepared().run(check, watch=True)
        else:
            outcome.runs.append(worker.run(check))
    except Failure as failure:
        outcome.problem = str(failure)


def compare(case: Case, outcomes: list[Outcome]) -> None:
    """Note whose answers are not the baseline's; raise `Failure` if that has none."""
    baseline = next(each for each in outcomes if each.library == case.baseline)
    if baseline.problem or baseline.first is None:
        raise Failure(f"nothing to compare with: {case.baseline}: {baseline.problem}")
    for outcome in outcomes:
        answers = {run.answer for run in (outcome.first, *outcome.runs) if run and run.answer}
        checked = case.ways[outcome.library].checked
        if checked and not outcome.problem and answers != {baseline.first.answer}:
            outcome.problem = "wrong"
