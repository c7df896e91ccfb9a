"""Doing once what many ask for at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, TypeVar

__all__ = ["Once"]

T = TypeVar("T")


class Once:
    """Runs one coroutine per key at a time; who comes later waits for its result.

    Event loops know nothing of each other: each has its own.
    """

    def __init__(self) -> None:
        self._running: dict[Hashable, asyncio.Task[Any]] = {}

    async def __call__(self, key: Hashable, start: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Return what ``start()`` returns, or what one that runs already does."""
        loop = asyncio.get_running_loop()
        place = (loop, key)
        task = self._running.get(place)
        if task is None:
            task = self._running[place] = loop.create_task(start())
            task.add_done_callback(lambda _: self._running.pop(place, None))
        result: T = await asyncio.shield(task)  # one who gives up does not stop the others
        return result
