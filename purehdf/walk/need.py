"""How a walker asks for bytes.

A walker is an ``async def`` function that awaits nothing but :class:`Need`, and so it
runs under any driver: the driver sees each ``Need``, and sends back the bytes.
"""

from __future__ import annotations

from collections.abc import Coroutine, Generator, Iterable, Sequence
from typing import Any, TypeVar

from ..format.buffer import Buffer

__all__ = ["Need", "Walk", "gather", "result_of", "together"]

T = TypeVar("T")
Range = tuple[int, int]
Walk = Coroutine["Need", list[Buffer], T]


class Need:
    """Bytes that must be there before a walk goes on: `ranges` of (start, stop) file offsets.

    Awaiting it gives one buffer for each range.  A buffer shorter than its range means
    that the file ends there.
    """

    __slots__ = ("ranges",)

    def __init__(self, ranges: Sequence[Range]) -> None:
        self.ranges = ranges

    def __await__(self) -> Generator[Need, list[Buffer], list[Buffer]]:
        return (yield self)


async def gather(walks: Iterable[Coroutine[Any, Any, T]]) -> list[T | Exception]:
    """Run walks in lockstep, with all that they need at a time as one ``Need``: a wave.

    Returns, in order, what each walk returned, or the exception that it raised: one walk
    that fails does not disturb the others.
    """
    walks = list(walks)
    if len(walks) == 1:
        return [await _outcome(walks[0])]
    results: dict[int, T | Exception] = {}
    running = dict(enumerate(walks))
    order = list(running)
    answers: dict[int, Any] = dict.fromkeys(running)
    try:
        while running:
            needs: dict[int, Need] = {}
            for i, walk in list(running.items()):
                try:
                    needs[i] = walk.send(answers[i])
                except StopIteration as done:
                    results[i] = done.value
                    del running[i]
                except Exception as error:
                    results[i] = error
                    del running[i]
            if needs:
                buffers = await Need([r for need in needs.values() for r in need.ranges])
                supply = iter(buffers)
                answers = {i: [next(supply) for _ in need.ranges] for i, need in needs.items()}
    finally:
        for walk in running.values():
            walk.close()
    return [results[i] for i in order]


async def _outcome(walk: Coroutine[Any, Any, T]) -> T | Exception:
    """What a walk returns, or the exception that it raises."""
    try:
        return await walk
    except Exception as error:
        return error


def result_of(outcome: T | Exception) -> T:
    """Return one of the results of :func:`gather`, or raise it if it is an exception."""
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


async def together(walks: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Like :func:`gather`, but raise the first exception that a walk raised."""
    return [result_of(outcome) for outcome in await gather(walks)]
