"""Threads that decode chunks side by side: zlib and numpy let others run meanwhile.

Who asks for work to be done does a part of it.  So work may be asked for inside of other
work, and from many threads at a time: nobody only waits.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

__all__ = ["Work", "each", "set_threads", "threads"]

T = TypeVar("T")
_MOST = 8  # threads by default: more than that wait for memory
_SHARES = 8  # of the work for each thread, so that none waits long for the last one

_lock = Lock()
_wanted: int | None = None
_pool: ThreadPoolExecutor | None = None


def threads() -> int:
    """The number of threads that decode; 1 where threads cannot start (in a browser)."""
    if sys.platform == "emscripten":
        return 1
    return _wanted or _by_default()


@cache  # asking takes longer than to decode a small chunk
def _by_default() -> int:
    return min(os.cpu_count() or 1, _MOST)


def set_threads(number: int | None) -> None:
    """Decode chunks with `number` threads from now on, in all files of this process.

    1 decodes in the thread that reads; None, the default, uses as many as the machine has
    cores, up to eight.  Raises ValueError for less than one.
    """
    global _wanted, _pool
    if number is not None and number < 1:
        raise ValueError(f"at least one thread is needed, not {number}")
    with _lock:
        _wanted = number
        _pool = None  # its threads end when they have nothing left to do


class Work(Generic[T]):
    """``do(item)`` for all of `items`: helpers begin at once, and :meth:`finish` joins them.

    There are no helpers if it is done `alone`.
    """

    def __init__(self, do: Callable[[T], None], items: Sequence[T], *, alone: bool = False) -> None:
        number = 1 if alone or len(items) < 2 else min(threads(), len(items))
        share = max(-(-len(items) // (_SHARES * number)), 1)
        self._do = do
        self._errors: list[tuple[int, BaseException]] = []
        # Taking from a deque is a single step, so threads need no lock for it.
        self._shares = deque([(i, items[i : i + share]) for i in range(0, len(items), share)])
        self._helpers: list[Future[None]] = []
        if number > 1:
            with suppress(RuntimeError):  # no thread starts (any more): then this one does it all
                for _ in range(number - 1):
                    self._helpers.append(_executor().submit(self._run))

    def finish(self) -> None:
        """Do what is left and wait for the helpers; raise the error of the first bad item."""
        self._run()
        self._wait()
        if self._errors:
            raise min(self._errors, key=lambda pair: pair[0])[1]

    def abandon(self) -> None:
        """Begin nothing more, and wait for what has begun."""
        self._shares.clear()
        self._wait()

    def _wait(self) -> None:
        for helper in self._helpers:
            if not helper.cancel():
                helper.result()

    def _run(self) -> None:
        while self._shares:
            try:
                start, items = self._shares.popleft()
            except IndexError:  # another thread was quicker
                return
            try:
                for item in items:
                    self._do(item)
            except BaseException as error:
                # Shares before this one have been begun, so the first bad item will be found.
                self._shares.clear()
                self._errors.append((start, error))


def each(do: Callable[[T], None], items: Sequence[T]) -> None:
    """Call ``do(item)`` for all items, on several threads; raise the first item's error."""
    Work(do, items).finish()


def _executor() -> ThreadPoolExecutor:
    global _pool
    pool = _pool
    if pool is None:
        from concurrent.futures import ThreadPoolExecutor  # late: brings logging and more

        with _lock:
            pool = _pool = _pool or ThreadPoolExecutor(threads(), "purehdf")
    return pool


def _after_fork() -> None:
    """A child process has the pool's memory, but none of its threads."""
    global _pool, _lock
    _pool, _lock = None, Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
