"""The results as text and as Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version

from .case import Case, Goal
from .rounds import Outcome

__all__ = ["as_markdown", "as_text", "conditions"]

COLUMNS = (
    "h5py",
    "purehdf",
    "purehdf[fast]",
    "pyfive",
    "hidefix",
    "async-hdf5",
    "kerchunk",
    "VirtualiZarr",
    "h5netcdf",
    "numpy alone",
)
TIMES = (
    "Seconds by the clock of h5py, or of h5netcdf; for the others, times that: by the clock, and "
    "in brackets of CPU, of all threads."
)
MEMORY = (
    "Peak of memory while reading, in MiB, without the arrays that are returned and the pages of "
    "files that are mapped."
)
Results = Mapping[str, list[Outcome]]


def conditions(rounds: int, scale: float) -> str:
    """Where and with what the numbers were measured."""
    packages = ("numpy", "h5py", "pyfive", "hidefix", "async-hdf5", "kerchunk", "virtualizarr")
    versions = [f"{name} {found}" for name in packages if (found := _version(name))]
    size = "" if scale == 1 else f" Files at {scale:g} of their size."
    return (
        f"Medians of {rounds} rounds, {os.cpu_count()} cores, files in the disk cache, "
        f"Python {platform.python_version()}, {', '.join(versions)}.{size}"
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def as_text(case: Case, outcomes: Iterable[Outcome]) -> str:
    """One case: a line for each library."""
    outcomes = list(outcomes)
    base = next(each for each in outcomes if each.library == case.baseline)
    lines = [f"{case.name}: {case.work}"]
    for each in outcomes:
        goal = case.goals.get(each.library)
        lines.append(f"  {each.library:14}{_line(each, base)}{_verdict(goal, each, base)}")
    return "\n".join(lines)


def _line(outcome: Outcome, base: Outcome) -> str:
    if outcome.problem:
        return outcome.problem
    memory = "" if outcome.memory is None else f"{outcome.memory / 2**20:7.0f} MiB"
    wall, cpu = _ratio(outcome.wall, base.wall), _ratio(outcome.cpu, base.cpu)
    return f"{outcome.wall:8.3f} s{outcome.cpu:8.3f} cpu s   x{wall:6} cpu x{cpu:6}{memory}"


def _ratio(taken: float, base: float) -> str:
    """Two decimals, or the first digit that is not zero."""
    ratio = taken / base
    return f"{ratio:.2f}" if ratio >= 0.095 else f"{ratio:.1g}"


def _verdict(goal: Goal | None, outcome: Outcome, base: Outcome) -> str:
    if goal is None or outcome.problem:
        return ""
    taken = outcome.wall / base.wall if goal.unit == "x" else outcome.wall
    return f"  goal {goal}: {'met' if taken <= goal.most else 'missed'}"


def as_markdown(cases: Mapping[str, Case], results: Results, head: str) -> str:
    """The table of times, and that of memory where arrays were read, for the documentation."""
    goals = {
        name: ", ".join(f"{k} {goal}" for k, goal in cases[name].goals.items()) for name in cases
    }
    reading = {name: found for name, found in results.items() if any(map(_returned, found))}
    times = _table(cases, results, _time, goals)
    memory = _table(cases, reading, _memory) if reading else ""
    return "\n\n".join(filter(None, (head, TIMES, times, memory and MEMORY, memory)))


def _returned(outcome: Outcome) -> int:
    return outcome.first.returned if outcome.first else 0


def _time(outcome: Outcome, base: Outcome) -> str:
    if outcome.problem:
        return outcome.problem.partition(":")[0]
    if outcome is base:
        return f"{outcome.wall:.3g} s"
    return f"{_ratio(outcome.wall, base.wall)} ({_ratio(outcome.cpu, base.cpu)})"


def _memory(outcome: Outcome, base: Outcome) -> str:
    if outcome.problem or outcome.memory is None:
        return "-"
    return f"{outcome.memory / 2**20:.0f}"


def _table(
    cases: Mapping[str, Case],
    results: Results,
    cell: Callable[[Outcome, Outcome], str],
    goals: Mapping[str, str] | None = None,
) -> str:
    used = {outcome.library for outcomes in results.values() for outcome in outcomes}
    columns = [library for library in COLUMNS if library in used]
    lines = [["work", *columns]]
    for name, outcomes in results.items():
        found = {outcome.library: outcome for outcome in outcomes}
        base = found[cases[name].baseline]
        cells = [cell(found[each], base) if each in found else "" for each in columns]
        lines.append([cases[name].work, *cells])
    if goals is not None:
        last = ("goal", *(goals[name] for name in results))
        lines = [[*line, each] for line, each in zip(lines, last, strict=True)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
