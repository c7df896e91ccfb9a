"""Attributes that are found once, whatever the number of threads that ask."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from purehdf.lazy import lazy_property


class Slow:
    """Each of two instances waits, while its attribute is found, until the other one does too."""

    together = threading.Barrier(2, timeout=60)

    @lazy_property
    def found(self) -> object:
        """It is documented."""
        self.together.wait()
        return object()


def test_it_is_found_once() -> None:
    Slow.together = threading.Barrier(1)
    slow = Slow()
    assert slow.found is slow.found
    assert Slow.found.__doc__ == "It is documented."


def test_threads_do_not_wait_for_each_other_and_get_the_same() -> None:
    Slow.together = threading.Barrier(2, timeout=60)
    slow = Slow()
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda each: each.found, [slow, slow])
        third, fourth = pool.map(lambda each: each.found, [Slow(), Slow()])
    assert first is second
    assert third is not fourth
