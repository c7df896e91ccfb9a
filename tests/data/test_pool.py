"""Work that threads share: all of it is done, whoever does it, and the first error counts."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

import purehdf
from purehdf.data import pool
from purehdf.data.pool import Work, each, threads


@pytest.fixture(autouse=True)
def three_threads() -> Iterator[None]:
    purehdf.set_threads(3)
    yield
    purehdf.set_threads(None)


@pytest.mark.parametrize("number", [0, 1, 2, 7, 100])
def test_each_item_is_done_once(number: int) -> None:
    done: list[int] = []
    each(done.append, range(number))
    assert sorted(done) == list(range(number))


def test_threads_work_side_by_side() -> None:
    """Each of three items waits for the two others."""
    together = threading.Barrier(3, timeout=60)
    each(lambda _: together.wait() and None, range(3))


def test_the_error_of_the_first_bad_item_is_raised() -> None:
    def work(item: int) -> None:
        if item in (31, 47, 90):
            raise ValueError(item)

    for _ in range(20):
        with pytest.raises(ValueError, match="31"):
            each(work, range(100))


def test_work_inside_of_work() -> None:
    """Whoever waits works too: even with all threads taken nothing gets stuck."""
    done: list[tuple[int, int]] = []
    each(lambda i: each(lambda j: done.append((i, j)), range(8)), range(8))
    assert sorted(done) == [(i, j) for i in range(8) for j in range(8)]


def test_helpers_begin_before_they_are_waited_for() -> None:
    begun = threading.Event()
    work = Work(lambda _: begun.set(), range(2))
    assert begun.wait(60)
    work.finish()


def test_alone_all_is_done_in_this_thread() -> None:
    names = set[str]()
    work = Work(lambda _: names.add(threading.current_thread().name), range(9), alone=True)
    assert not names
    work.finish()
    assert names == {threading.current_thread().name}


def test_where_no_thread_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(pool, "_executor", full)
    done: list[int] = []
    each(done.append, range(9))
    assert done == list(range(9))


def test_what_is_abandoned_does_not_begin() -> None:
    done: list[int] = []
    work = Work(done.append, range(9), alone=True)
    work.abandon()
    work.finish()
    assert done == []


def test_the_number_of_threads_is_public() -> None:
    assert threads() == 3
    with pytest.raises(ValueError, match="at least one"):
        purehdf.set_threads(0)
    purehdf.set_threads(None)
    assert 1 <= threads() <= 8


def test_a_browser_has_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool.sys, "platform", "emscripten")
    assert threads() == 1
    names = list[str]()
    each(lambda _: names.append(threading.current_thread().name), range(3))
    assert names == [threading.current_thread().name] * 3
