"""``gather`` and its kin: many walks, one wave."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import pytest

from purehdf.source import BytesSource, CountingSource, Task, run
from purehdf.walk.need import Need, gather, result_of, together

DATA = bytes(range(100))


async def steps(places: list[int], log: list[str] | None = None) -> list[int]:
    """Read one byte at each place, one after the other."""
    try:
        return [(await Need([(place, place + 1)]))[0][0] for place in places]
    finally:
        if log is not None:
            log.append(f"closed {places}")


async def fail(places: list[int], error: BaseException) -> list[int]:
    await steps(places)
    raise error


def waves(walk: Coroutine[Any, Any, Any]) -> tuple[Any, list[list[tuple[int, int]]]]:
    source = CountingSource(BytesSource(DATA))
    return run(walk, source), source.waves


def test_results_come_in_order() -> None:
    """Whichever walk is done first."""
    result, _ = waves(gather(steps(places) for places in ([1, 2, 3], [], [4], [5, 6])))
    assert result == [[1, 2, 3], [], [4], [5, 6]]


def test_what_many_need_is_one_wave() -> None:
    _, made = waves(gather(steps(places) for places in ([1, 2, 3], [4], [5, 6])))
    assert made == [[(1, 2), (4, 5), (5, 6)], [(2, 3), (6, 7)], [(3, 4)]]


def test_nested_gathers_are_in_step_too() -> None:
    async def pair(first: int) -> list[Any]:
        return await gather([steps([first, first + 1]), steps([first + 2])])

    result, made = waves(gather([pair(10), pair(20), steps([30, 31])]))
    assert result == [[[10, 11], [12]], [[20, 21], [22]], [30, 31]]
    assert [len(wave) for wave in made] == [5, 3]


def test_nothing_to_gather() -> None:
    assert waves(gather([])) == ([], [])


def test_a_walk_that_fails_does_not_disturb_the_others() -> None:
    error = ValueError("mine")
    result, made = waves(gather([steps([1, 2]), fail([3], error), fail([], error), steps([4])]))
    assert result == [[1, 2], error, error, [4]]
    assert len(made) == 2


def test_together_raises_the_first_error_in_order() -> None:
    late, early = ValueError("late"), ValueError("early")
    with pytest.raises(ValueError, match="late"):
        run(together([steps([1]), fail([1, 2, 3], late), fail([1], early)]), BytesSource(DATA))
    assert run(together([steps([1]), steps([2])]), BytesSource(DATA)) == [[1], [2]]


def test_the_result_of_one_of_many() -> None:
    good, bad = run(gather([steps([1]), fail([], ValueError("mine"))]), BytesSource(DATA))
    assert result_of(good) == [1]
    with pytest.raises(ValueError, match="mine"):
        result_of(bad)


def test_a_failing_source_closes_all_walks() -> None:
    log: list[str] = []
    task = Task(gather([steps([1], log), steps([2, 3], log)]))
    with pytest.raises(OSError, match="gone"):
        task.fail(OSError("gone"))
    assert log == ["closed [1]", "closed [2, 3]"]


def test_ending_the_driver_closes_all_walks() -> None:
    log: list[str] = []
    task = Task(gather([steps([1, 2], log), steps([3], log)]))
    task.feed([b"\1", b"\3"])
    assert log == ["closed [3]"]
    task.close()
    assert log == ["closed [3]", "closed [1, 2]"]


def test_an_interrupt_in_one_walk_closes_the_others() -> None:
    log: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        run(gather([steps([1, 2], log), fail([1], KeyboardInterrupt())]), BytesSource(DATA))
    assert log == ["closed [1, 2]"]


def test_needing_nothing_is_answered_at_once() -> None:
    async def empty() -> list[Any]:
        return await Need([])

    assert waves(empty()) == ([], [])
    assert waves(gather([empty(), steps([1])])) == ([[], [1]], [[(1, 2)]])
