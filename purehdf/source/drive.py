"""The three drivers: what stands between a walker, which waits for bytes, and their source.

A walker is a coroutine that suspends only to ask for ranges (see :mod:`purehdf.source.protocol`).
It never learns which driver runs it.  Each driver sends it the buffers it asked for, throws
into it what goes wrong while they are read, so that it can add the place or clean up, and
closes it in the end, whatever happened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from .protocol import Asks, Buffer, Range, Source, Walker

__all__ = ["Task", "run", "run_async"]

T = TypeVar("T")

_START: Any = None  # what lets a walker run until it first asks for something


def run(walker: Walker[T], source: Source) -> T:
    """Run ``walker`` over ``source``, blocking while it reads, and return its result."""
    try:
        asks = walker.send(_START)
        while True:
            try:
                buffers = _checked(asks.ranges, source.read(asks.ranges))
            except Exception as error:
                asks = walker.throw(error)
            else:
                asks = walker.send(buffers)
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        walker.close()


async def run_async(walker: Walker[T], source: Source) -> T:
    """Run ``walker`` over ``source``, awaiting each wave, and return its result."""
    try:
        asks = walker.send(_START)
        while True:
            try:
                buffers = _checked(asks.ranges, await source.read_async(asks.ranges))
            except Exception as error:
                asks = walker.throw(error)
            else:
                asks = walker.send(buffers)
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        walker.close()


def _checked(ranges: Sequence[Range], buffers: Sequence[Buffer]) -> list[Buffer]:
    if len(buffers) != len(ranges):
        raise ValueError(f"{len(ranges)} ranges are needed, {len(buffers)} buffers came")
    return list(buffers)


class Task(Generic[T]):
    """Run a walker by hand: for callers who fetch the bytes themselves.

    ::

        task = Task(walker)
        while not task.done:
            task.feed([fetch(start, stop) for start, stop in task.needs])
        task.result()

    What the walker raises comes out of the call that made it go on (this constructor,
    :meth:`feed` or :meth:`fail`) and again out of :meth:`result`.

    Attributes
    ----------
    needs : tuple of (start, stop)
        Ranges of the wave that the walker waits for; empty when it is done.
    done : bool
        The walker has returned, raised, or was closed.
    """

    def __init__(self, walker: Walker[T]) -> None:
        self._walker = walker
        self._result: T | None = None
        self._error: BaseException | None = None
        self.needs: tuple[Range, ...] = ()
        self.done = False
        self._step(walker.send, None)

    def feed(self, buffers: Sequence[Buffer]) -> None:
        """Give the walker one buffer per range of ``needs``, in order, and let it go on.

        A buffer shorter than its range says that the file ends there.

        Raises
        ------
        ValueError
            The number of buffers is not that of the ranges, or the task is done.
        """
        self._check_waiting()
        self._step(self._walker.send, _checked(self.needs, buffers))

    def fail(self, error: Exception) -> None:
        """Tell the walker that its bytes cannot be had: ``error`` is raised where it waits."""
        self._check_waiting()
        self._step(self._walker.throw, error)

    def result(self) -> T:
        """Return what the walker returned, or raise what it raised."""
        if self._error is not None:
            raise self._error
        if not self.done:
            raise ValueError("the walker still waits for bytes")
        return self._result  # type: ignore[return-value]  # it is a T once done

    def close(self) -> None:
        """End the walker where it stands; one that is done stays as it is."""
        if not self.done:
            self._finish(ValueError("the walker was closed before it was done"))
            self._walker.close()

    def _check_waiting(self) -> None:
        if self.done:
            raise ValueError("the walker is done and needs no bytes")

    def _step(self, go_on: Callable[[Any], Asks], value: Any) -> None:
        try:
            self.needs = tuple(go_on(value).ranges)
            while not self.needs:  # asking for nothing is answered at once
                self.needs = tuple(self._walker.send([]).ranges)
        except StopIteration as stop:
            self._result = stop.value
            self._finish(None)
        except BaseException as error:
            self._finish(error)
            self._walker.close()
            raise

    def _finish(self, error: BaseException | None) -> None:
        self.needs = ()
        self.done = True
        self._error = error
