from __future__ import annotations

import asyncio
import time

import pytest

from purehdf.source import Retries
from purehdf.source.retries import Transient


@pytest.fixture
def slept(monkeypatch) -> list[float]:
    """Seconds that were waited, without waiting."""
    found: list[float] = []
    monkeypatch.setattr(time, "sleep", found.append)
    return found


class Failing:
    """Fails so many times, and then returns how often it was called."""

    def __init__(self, failures: int, problem: Transient) -> None:
        self.failures, self.problem, self.calls = failures, problem, 0

    def __call__(self) -> int:
        self.calls += 1
        if self.calls <= self.failures:
            raise self.problem
        return self.calls

    async def again(self) -> int:
        return self()


def test_pauses_double_and_vary(slept):
    assert Retries(5, pause=1.0).run(Failing(4, Transient("x"))) == 5
    assert len(slept) == 4
    assert all(0.5 * 2**i <= seconds <= 1.5 * 2**i for i, seconds in enumerate(slept))


def test_the_server_may_ask_for_more_but_not_for_ever(slept):
    Retries(3, pause=0.1, longest=7.0).run(Failing(1, Transient("x", after=5.0)))
    Retries(3, pause=0.1, longest=7.0).run(Failing(1, Transient("x", after=500.0)))
    assert slept == [5.0, 7.0]


def test_no_pause_where_nobody_is_busy(slept):
    Retries(2).run(Failing(1, Transient("x", busy=False)))
    assert slept == [0.0]


def test_the_last_attempt_raises(slept):
    with pytest.raises(Transient, match="gone"):
        Retries(3).run(Failing(3, Transient("gone")))
    with pytest.raises(Transient, match="gone"):
        Retries(1).run(Failing(1, Transient("gone")))
    assert len(slept) == 2


def test_awaited():
    failing = Failing(2, Transient("x"))
    assert asyncio.run(Retries(3, pause=0).run_async(failing.again)) == 3
    with pytest.raises(Transient):
        asyncio.run(Retries(2, pause=0).run_async(Failing(2, Transient("x")).again))


@pytest.mark.parametrize("bad", [{"attempts": 0}, {"pause": -1}, {"longest": -1}])
def test_sizes_are_checked(bad):
    with pytest.raises(ValueError, match="at least one attempt"):
        Retries(**bad)
