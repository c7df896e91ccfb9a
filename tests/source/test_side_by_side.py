from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from selectors import EVENT_READ

import pytest

from purehdf.source.side_by_side import Exchange, side_by_side


@pytest.fixture
def pairs() -> Iterator[list[tuple[socket.socket, socket.socket]]]:
    made = [socket.socketpair() for _ in range(10)]
    yield made
    for pair in made:
        for each in pair:
            each.close()


def exchange(sock: socket.socket, log: list[str]) -> Exchange[bytes]:
    log.append("begun")
    try:
        yield sock, EVENT_READ
        return sock.recv(10)
    finally:
        log.append("ended")


def test_outcomes_are_in_order_whoever_is_first(pairs):
    for i, (_, far) in enumerate(pairs):
        far.send(b"%d" % i)
    waits = [exchange(near, []) for near, _ in pairs]
    assert (
        side_by_side(waits[::-1], threading.Semaphore(3), 5) == [b"%d" % i for i in range(10)][::-1]
    )


def test_no_more_than_the_slots_are_under_way(pairs):
    log: list[str] = []
    for _, far in pairs:
        far.send(b"x")
    slots = threading.Semaphore(2)
    side_by_side([exchange(near, log) for near, _ in pairs], slots, 5)
    under_way = [log[:i].count("begun") - log[:i].count("ended") for i in range(len(log))]
    assert max(under_way) == 2
    assert slots.acquire(blocking=False)
    assert slots.acquire(blocking=False)


def test_one_that_waits_too_long_is_told_so_and_the_others_go_on(pairs):
    pairs[1][1].send(b"x")
    slots = threading.Semaphore(2)
    late, good = side_by_side([exchange(pair[0], []) for pair in pairs[:2]], slots, 0.05)
    assert isinstance(late, TimeoutError)
    assert good == b"x"


def test_an_error_of_one_is_its_outcome(pairs):
    def failing(sock: socket.socket) -> Exchange[bytes]:
        raise OSError("no")
        yield sock, EVENT_READ

    pairs[1][1].send(b"x")
    waits = [failing(pairs[0][0]), exchange(pairs[1][0], [])]
    bad, good = side_by_side(waits, threading.Semaphore(1), 5)
    assert isinstance(bad, OSError)
    assert good == b"x"


def test_what_is_done_besides_ends_with_the_others(pairs):
    log: list[str] = []
    pairs[0][1].send(b"x")
    pairs[1][1].send(b"y")
    slots = threading.Semaphore(3)
    besides = [exchange(near, log) for near, _ in pairs[1:]]
    waits = [exchange(pairs[0][0], [])]
    assert side_by_side(waits, slots, 5, besides=besides) == [b"x"]
    assert log.count("begun") == log.count("ended") >= 2
    assert all(slots.acquire(blocking=False) for _ in range(3))


def test_an_interrupt_ends_all_and_gives_the_slots_back(pairs):
    def interrupted(sock: socket.socket) -> Exchange[bytes]:
        yield sock, EVENT_READ
        raise KeyboardInterrupt

    log: list[str] = []
    slots = threading.Semaphore(2)
    pairs[1][1].send(b"x")
    waits = [exchange(pairs[0][0], log), interrupted(pairs[1][0]), exchange(pairs[2][0], log)]
    with pytest.raises(KeyboardInterrupt):
        side_by_side(waits, slots, 5)
    assert log == ["begun", "ended"]
    assert slots.acquire(blocking=False)
    assert slots.acquire(blocking=False)
    assert side_by_side([], slots, 5) == []
