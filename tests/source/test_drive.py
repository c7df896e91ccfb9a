"""The three drivers on the same walkers: what differs is only who waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator, Sequence
from typing import Any

import pytest

from purehdf.errors import SourceError
from purehdf.source import BytesSource, CountingSource, Source, Task, Walker, run, run_async

DATA = bytes(range(100))


class Ask:
    """The least that can be awaited by a walker."""

    def __init__(self, *ranges: tuple[int, int]) -> None:
        self.ranges = ranges

    def __await__(self) -> Generator[Ask, list[Any], list[Any]]:
        return (yield self)


def by_hand(walker: Walker[Any], source: Source) -> Any:
    task = Task(walker)
    while not task.done:
        try:
            buffers = source.read(task.needs)
        except Exception as error:
            task.fail(error)
        else:
            task.feed(buffers)
    return task.result()


def with_loop(walker: Walker[Any], source: Source) -> Any:
    return asyncio.run(run_async(walker, source))


DRIVERS = [run, with_loop, by_hand]
Driver = Callable[[Coroutine[Any, Any, Any], Source], Any]


class Broken(BytesSource):
    def read(self, ranges: Sequence[tuple[int, int]]) -> list[Any]:
        raise SourceError("cable cut")


async def chain(log: list[str]) -> int:
    """Three waves; the second asks for nothing, the third for two ranges."""
    try:
        (first,) = await Ask((5, 6))
        assert await Ask() == []
        a, b = await Ask((first[0] * 2, first[0] * 2 + 1), (98, 200))
        return a[0] + len(b)
    finally:
        log.append("cleaned up")


@pytest.mark.parametrize("driver", DRIVERS)
def test_waves_and_result(driver: Driver):
    source = CountingSource(BytesSource(DATA))
    log: list[str] = []
    assert driver(chain(log), source) == 12
    assert source.waves == [[(5, 6)], [(10, 11), (98, 200)]]
    assert log == ["cleaned up"]


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_walker_that_never_asks(driver: Driver):
    async def walker() -> str:
        return "at once"

    assert driver(walker(), Broken(DATA)) == "at once"


@pytest.mark.parametrize("driver", DRIVERS)
def test_errors_of_reading_are_raised_where_the_walker_waits(driver: Driver):
    log: list[str] = []
    with pytest.raises(SourceError, match="cable cut"):
        driver(chain(log), Broken(DATA))
    assert log == ["cleaned up"]


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_walker_may_go_on_after_an_error(driver: Driver):
    async def walker() -> str:
        for _ in range(3):
            with pytest.raises(SourceError):
                await Ask((0, 1))
        return "went on"

    assert driver(walker(), Broken(DATA)) == "went on"


@pytest.mark.parametrize("driver", DRIVERS)
def test_errors_of_the_walker_come_out(driver: Driver):
    async def walker() -> None:
        await Ask((0, 1))
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        driver(walker(), BytesSource(DATA))


@pytest.mark.parametrize("driver", [run, with_loop])
def test_an_interrupt_closes_the_walker(driver: Driver):
    class Interrupted(BytesSource):
        def read(self, ranges: Sequence[tuple[int, int]]) -> list[Any]:
            raise KeyboardInterrupt

    log: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        driver(chain(log), Interrupted(DATA))
    assert log == ["cleaned up"]


def test_cancelling_closes_the_walker():
    class Endless(BytesSource):
        async def read_async(self, ranges: Sequence[tuple[int, int]]) -> list[Any]:
            await asyncio.sleep(60)
            return []

    log: list[str] = []

    async def main() -> None:
        async with asyncio.timeout(0.01):
            await run_async(chain(log), Endless(DATA))

    with pytest.raises(TimeoutError):
        asyncio.run(main())
    assert log == ["cleaned up"]


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_source_that_answers_too_little(driver: Driver):
    class Forgetful(BytesSource):
        def read(self, ranges: Sequence[tuple[int, int]]) -> list[Any]:
            return []

    log: list[str] = []
    with pytest.raises(ValueError, match="1 ranges are needed, 0 buffers came"):
        driver(chain(log), Forgetful(DATA))
    assert log == ["cleaned up"]


def test_many_walkers_in_one_loop():
    async def main() -> list[int]:
        source = BytesSource(DATA)
        return await asyncio.gather(*(run_async(chain([]), source) for _ in range(20)))

    assert asyncio.run(main()) == [12] * 20


def test_task_step_by_step():
    log: list[str] = []
    task = Task(chain(log))
    assert (task.needs, task.done) == (((5, 6),), False)
    with pytest.raises(ValueError, match="still waits"):
        task.result()
    with pytest.raises(ValueError, match="1 ranges are needed"):
        task.feed([])
    task.feed([b"\x05"])
    assert task.needs == ((10, 11), (98, 200))
    task.feed([memoryview(b"\x0a"), b""])
    assert (task.needs, task.done, task.result()) == ((), True, 10)
    with pytest.raises(ValueError, match="is done"):
        task.feed([])
    with pytest.raises(ValueError, match="is done"):
        task.fail(OSError())
    task.close()
    assert task.result() == 10


def test_task_closed_early():
    log: list[str] = []
    task = Task(chain(log))
    task.close()
    assert (task.done, task.needs, log) == (True, (), ["cleaned up"])
    with pytest.raises(ValueError, match="closed before"):
        task.result()


def test_task_failed():
    task = Task(chain([]))
    with pytest.raises(OSError, match="gone"):
        task.fail(OSError("gone"))
    assert task.done
    with pytest.raises(OSError, match="gone"):
        task.result()


def test_a_walker_that_awaits_something_else_is_refused_and_closed():
    log: list[str] = []

    class Other:
        def __await__(self) -> Generator[object, object, object]:
            return (yield object())

    async def walker() -> None:
        try:
            await Other()
        finally:
            log.append("cleaned up")

    with pytest.raises(AttributeError, match="ranges"):
        run(walker(), BytesSource(DATA))
    assert log == ["cleaned up"]
