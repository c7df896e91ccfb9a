"""What a case is: a file, the ways in which libraries do one piece of work with it, and a goal."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["Case", "Goal", "Way", "fingerprint"]


def _as_found(path: Path, found: Any) -> Any:
    return found


@dataclass(frozen=True)
class Way:
    """How one library does the work.

    ``run(path)`` is measured.  ``answer(path, found)``, which is not, brings what it returned
    into the form in which the answers of all libraries are compared.  ``checked`` is False for
    what is no reader, such as NumPy alone: it shows where the floor lies.
    """

    run: Callable[[Path], Any]
    answer: Callable[[Path, Any], Any] = _as_found
    checked: bool = True


@dataclass(frozen=True)
class Goal:
    """The most that the work may take: times the baseline's wall (``x``), or seconds (``s``)."""

    most: float
    unit: str = "x"

    def __str__(self) -> str:
        return f"x{self.most:g}" if self.unit == "x" else f"{self.most:g} s"


@dataclass(frozen=True)
class Case:
    """One row of the table.

    ``make(path, scale)`` writes its file, which cases share that have the same ``file``.
    Times are compared with those of ``baseline``; so are answers.
    """

    name: str
    work: str
    file: str
    make: Callable[[Path, float], None]
    ways: Mapping[str, Way]
    goals: Mapping[str, Goal] = field(default_factory=dict)
    baseline: str = "h5py"


def fingerprint(answer: Any) -> str:
    """A hash that is the same for the same answers: text and bytes count as the same."""
    if isinstance(answer, np.ndarray) and not answer.dtype.hasobject:
        hashed = hashlib.sha256(f"{answer.dtype} {answer.shape}".encode())
        hashed.update(np.ascontiguousarray(answer).view("u1"))
        return hashed.hexdigest()
    if isinstance(answer, list) and answer and isinstance(answer[0], np.ndarray):
        answer = [fingerprint(each) for each in answer]
    return hashlib.sha256(repr(_plain(answer)).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """`value` of Python's own types, without the differences that libraries may have."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, Mapping):
        return sorted((str(key), _plain(each)) for key, each in value.items())
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.decode() if isinstance(value, bytes) else value
