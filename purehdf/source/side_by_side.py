"""Many exchanges over sockets side by side, in the thread that waits for them.

An *exchange* is a generator: it yields a socket and what it waits for there
(``selectors.EVENT_READ`` or ``EVENT_WRITE``), goes on when that can be had, and returns its
result.  A thread for each exchange would take several times the processor time.
"""

from __future__ import annotations

import selectors
import socket
import threading
import time
from collections.abc import Generator, Sequence
from typing import Any, Generic, TypeAlias, TypeVar

__all__ = ["Exchange", "side_by_side"]

T = TypeVar("T")
Exchange: TypeAlias = Generator[tuple[socket.socket, int], None, T]


def side_by_side(
    exchanges: Sequence[Exchange[T]],
    slots: threading.Semaphore,
    timeout: float,
    *,
    besides: Sequence[Exchange[Any]] = (),
) -> list[T | Exception]:
    """Run all exchanges, each while it has one of the `slots`, which many calls may share.

    Returns what each has returned or raised.  One that waits for `timeout` seconds gets a
    TimeoutError there.  Those `besides` go on while the others wait, and end with them at the
    latest; what comes of them is not told.
    """
    loop = _Loop(exchanges, besides, slots, timeout)
    with loop.selector:
        try:
            return loop.run()
        finally:
            loop.give_up()


class _Loop(Generic[T]):
    def __init__(
        self,
        exchanges: Sequence[Exchange[T]],
        besides: Sequence[Exchange[Any]],
        slots: threading.Semaphore,
        timeout: float,
    ) -> None:
        self.selector = selectors.DefaultSelector()
        self._exchanges = [*exchanges, *besides]
        self._wanted = self._left = len(exchanges)
        self._slots = slots
        self._timeout = timeout
        self._due: dict[int, float] = {}  # of those that hold a slot, the earliest first
        self._outcomes: dict[int, T | Exception] = {}

    def run(self) -> list[T | Exception]:
        begun = 0
        while self._left:
            # Without anything to wait for, wait for a slot.
            while begun < len(self._exchanges) and self._slots.acquire(blocking=not self._due):
                self._go_on(begun)
                begun += 1
            self._wait()
        return [self._outcomes[i] for i in range(self._wanted)]

    def give_up(self) -> None:
        """End what is under way still."""
        for exchange in self._exchanges:
            exchange.close()
        for _ in self._due:
            self._slots.release()
        self._due.clear()

    def _go_on(self, which: int, error: Exception | None = None) -> None:
        exchange = self._exchanges[which]
        self._due.pop(which, None)
        self._due[which] = time.monotonic() + self._timeout
        try:
            sock, events = next(exchange) if error is None else exchange.throw(error)
        except StopIteration as stop:
            self._end(which, stop.value)
        except Exception as problem:
            self._end(which, problem)
        else:
            self.selector.register(sock, events, which)

    def _end(self, which: int, outcome: T | Exception) -> None:
        self._outcomes[which] = outcome
        self._left -= which < self._wanted
        del self._due[which]
        self._slots.release()

    def _wait(self) -> None:
        if not self._due:
            return
        first = next(iter(self._due.values()))
        ready = self.selector.select(max(first - time.monotonic(), 0))
        for key, _ in ready:
            self.selector.unregister(key.fileobj)
            self._go_on(key.data)
        if not ready:
            self._give_up_on_the_late()

    def _give_up_on_the_late(self) -> None:
        now = time.monotonic()
        for key in list(self.selector.get_map().values()):
            if self._due[key.data] <= now:
                self.selector.unregister(key.fileobj)
                self._go_on(key.data, TimeoutError(f"no byte for {self._timeout:g} seconds"))
