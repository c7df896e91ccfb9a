from __future__ import annotations

import pytest

from purehdf.source.retries import Refusal, Transient
from purehdf.source.wave import Wave


def test_what_failed_is_missing_until_it_comes():
    wave = Wave([(4, 8), (0, 2), (9, 9), (4, 8)])
    assert wave.asked
    assert wave.missing == [(4, 8), (0, 2)]
    with pytest.raises(Transient) as caught:
        wave.settle([Transient("slow down"), b"ab"])
    assert caught.value.ranges == [(4, 8)]
    assert wave.missing == [(4, 8)]
    wave.settle([b"cdef"])
    assert wave.missing == []
    assert wave.buffers() == [b"cdef", b"ab", b"", b"cdef"]


def test_the_failure_that_matters_most_is_raised():
    wave = Wave([(0, 1), (1, 2), (2, 3), (3, 4)])
    some = [Transient("a"), Transient("b", after=3), Transient("c", busy=False, after=9), b"d"]
    with pytest.raises(Transient, match="b"):
        wave.settle(some)
    with pytest.raises(Refusal, match="stays"):
        wave.settle([Transient("a", after=99), Refusal("stays"), b"c"])
    assert wave.missing == [(0, 1), (1, 2)]


def test_a_wave_of_nothing():
    assert not Wave([(3, 3)]).asked
