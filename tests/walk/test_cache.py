"""The bounded cache: what is asked for stays, the rest goes."""

from __future__ import annotations

from purehdf.walk.cache import MISSING, Cache


def test_what_is_not_known() -> None:
    cache = Cache(4)
    assert cache.get("a") is MISSING
    assert cache.get("a", None) is None


def test_what_is_asked_for_stays() -> None:
    cache = Cache(8)
    cache.put("kept", None)
    for i in range(100):
        cache.put(i, i)
        assert cache.get("kept") is None
        assert cache.get(i) == i
    assert cache.get(0) is MISSING


def test_it_keeps_no_more_than_it_should() -> None:
    cache = Cache(8)
    for i in range(100):
        cache.put(i, i)
    kept = [i for i in range(100) if cache.get(i) is not MISSING]
    assert 4 <= len(kept) <= 9
    assert 99 in kept
