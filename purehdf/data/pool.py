"""Threads that decode chunks side by side: zlib and numpy let others run meanwhile."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

__all__ = ["each", "set_threads", "threads"]

T = TypeVar("T")
_MOST = 8  # threads by default: more than that wait for memory
_SHARES = 4  # of the work for each thread, so that none waits long for the last one

_lock = Lock()
_wanted: int | None = None
_pool: ThreadPoolExecutor | None = None


def threads() -> int:
    """The number of threads that decode; 1 where threads cannot start (in a browser)."""
    if sys.platform == "emscripten":
        return 1
    return _wanted or min(os.cpu_count() or 1, _MOST)


def set_threads(number: int | None) -> None:
    """Decode with `number` threads from now on; None: as many as the machine suggests."""
    global _wanted, _pool
    if number is not None and number < 1:
        raise ValueError(f"at least one thread is needed, not {number}")
    with _lock:
        _wanted = number
        _pool = None  # its threads end when they have nothing left to do


def each(work: Callable[[T], None], items: Sequence[T]) -> None:
    """Call ``work(item)`` for all items, on several threads; raise the first error."""
    number = threads()
    if len(items) < 2 or number < 2:
        _run(work, items)
        return
    share = -(-len(items) // (_SHARES * number))
    shares = [items[i : i + share] for i in range(0, len(items), share)]
    for _ in _executor().map(partial(_run, work), shares):
        pass


def _run(work: Callable[[T], None], items: Sequence[T]) -> None:
    for item in items:
        work(item)


def _executor() -> ThreadPoolExecutor:
    global _pool
    from concurrent.futures import ThreadPoolExecutor  # late: brings logging and more

    with _lock:
        if _pool is None:
            _pool = ThreadPoolExecutor(threads(), "purehdf")
        return _pool


def _after_fork() -> None:
    """A child process has the pool's memory, but none of its threads."""
    global _pool, _lock
    _pool, _lock = None, Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
