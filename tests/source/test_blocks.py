from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purehdf.errors import SourceError
from purehdf.source import BlockCache, BytesSource, CountingSource, IOStats

FILE = bytes(i * 11 % 253 for i in range(1000))


def cached(**options) -> tuple[CountingSource, BlockCache]:
    counting = CountingSource(BytesSource(FILE))
    defaults = {"block": 16, "readahead": 0, "first": 0, "gap": 0}
    return counting, BlockCache(counting, **{**defaults, **options})


def test_ranges_are_rounded_out_and_kept():
    counting, cache = cached()
    assert cache.read([(20, 40), (100, 101)]) == [FILE[20:40], FILE[100:101]]
    assert counting.waves == [[(16, 48), (96, 112)]]
    assert cache.read([(16, 48), (97, 99), (5, 5)]) == [FILE[16:48], FILE[97:99], b""]
    assert counting.requests == 2
    assert cache.stats == IOStats(waves=1, requests=2, bytes=48, hits=2)
    assert cache.size == 1000


def test_only_what_is_missing_is_fetched():
    counting, cache = cached()
    cache.read([(32, 48)])
    assert cache.read([(16, 64)]) == [FILE[16:64]]
    assert counting.waves[1] == [(16, 32), (48, 64)]


def test_readahead_reaches_as_far_as_the_cache_does_not():
    counting, cache = cached(readahead=40)
    cache.read([(0, 8)])
    assert counting.waves == [[(0, 48)]]
    cache.read([(96, 97)])
    cache.read([(60, 62)])
    assert counting.waves[1:] == [[(96, 144)], [(48, 96)]]
    cache.read([(0, 144)])
    assert len(counting.waves) == 3


def test_gap_joins_requests():
    counting, cache = cached(gap=32)
    cache.read([(0, 16), (48, 64), (112, 128)])
    assert counting.waves == [[(0, 64), (112, 128)]]
    cache.read([(20, 30)])  # it lay in the gap
    assert len(counting.waves) == 1


def test_gaps_are_filled_where_that_spares_time():
    wave = [(0, 16), (64, 80), (160, 176), (320, 336)]  # holes of 48, 80 and 144 bytes
    counting, cache = cached(requests=2, trip=400, overhead=0)
    cache.read(wave)
    assert counting.waves == [[(0, 176), (320, 336)]]
    cache.read([(32, 48)])  # what fills such a gap is not kept
    assert len(counting.waves) == 2
    counting, cache = cached(requests=2, trip=50, overhead=0)
    cache.read(wave)
    assert counting.waves == [wave]


def test_a_source_can_say_what_a_request_costs():
    counting = CountingSource(BytesSource(FILE))
    counting.overhead, counting.connections = 400, 2
    options = {"block": 16, "readahead": 0, "first": 0, "gap": 0, "trip": 0}
    wave = [(0, 16), (64, 80), (160, 176), (320, 336)]
    BlockCache(counting, **options).read(wave)
    BlockCache(counting, overhead=0, **options).read(wave)
    assert counting.waves == [[(0, 336)], wave]


def test_the_first_read_brings_more():
    counting, cache = cached(first=100)
    cache.read([(0, 8)])
    cache.read([(200, 208)])
    assert counting.waves == [[(0, 112)], [(192, 208)]]


def test_pages_are_fetched_whole():
    counting, cache = cached(readahead=16)
    cache.read([(100, 104)])
    cache.use_pages(64)
    assert cache.read([(130, 132), (250, 260)]) == [FILE[130:132], FILE[250:260]]
    assert counting.waves[1] == [(128, 320)]
    cache.read([(70, 72)])  # of its page, some is there already
    assert counting.waves[2] == [(64, 96)]


def test_what_is_at_hand_is_told_without_reading():
    counting, cache = cached(bulk=100)
    assert cache.at_hand([(0, 4)]) is None
    cache.read([(0, 64)])
    assert cache.at_hand([(0, 4), (9, 9), (30, 40)]) == [FILE[0:4], b"", FILE[30:40]]
    assert cache.at_hand([(0, 4), (60, 70)]) is None
    assert cache.at_hand([(0, 200)]) is None
    assert cache.stats == IOStats(waves=1, requests=1, bytes=64, hits=2)
    assert len(counting.waves) == 1


def test_bulk_is_cut_into_parts_and_put_together():
    counting, cache = cached(bulk=64, part=100)
    assert cache.read([(0, 250), (300, 390), (390, 480)]) == [
        FILE[0:250],
        FILE[300:390],
        FILE[390:480],
    ]
    assert counting.waves == [[(0, 84), (84, 168), (168, 250), (300, 390), (390, 480)]]


def test_stats_can_be_read():
    assert str(IOStats(1, 2, 3, 4)) == "1 waves, 2 requests, 3 bytes, 4 answers from the cache"


def test_progress_is_told_after_each_wave():
    told: list[IOStats] = []
    _, cache = cached(progress=told.append)
    cache.read([(0, 20)])
    cache.read([(0, 10)])  # at hand
    asyncio.run(cache.read_async([(100, 110), (200, 205)]))
    assert told == [IOStats(1, 1, 32, 0), IOStats(2, 3, 64, 1)]


def test_what_progress_raises_ends_the_read():
    def enough(stats: IOStats) -> None:
        raise TimeoutError("enough")

    counting, cache = cached(progress=enough)
    with pytest.raises(TimeoutError, match="enough"):
        cache.read([(0, 20)])
    cache.progress = None
    assert cache.read([(0, 20)]) == [FILE[0:20]]
    assert len(counting.waves) == 1  # what had come was kept


def test_exact_bytes_with_blocks_of_one():
    counting, cache = cached(block=1)
    assert cache.read([(3, 7), (6, 9), (20, 21)]) == [FILE[3:7], FILE[6:9], FILE[20:21]]
    assert counting.waves == [[(3, 9), (20, 21)]]
    cache.read([(0, 12)])
    assert counting.waves[1] == [(0, 3), (9, 12)]
    assert counting.bytes == 13


def test_the_end_of_the_file():
    counting, cache = cached(readahead=100)
    assert cache.read([(990, 1010)]) == [FILE[990:]]
    assert cache.read([(1005, 1200), (995, 2000), (1 << 70, 1 << 71)]) == [b"", FILE[995:], b""]
    assert len(counting.waves) == 1
    counting, cache = cached()
    assert cache.read([(2000, 2010)]) == [b""]
    assert cache.read([(5000, 5010), (990, 1010)]) == [b"", FILE[990:]]
    assert counting.requests == 2


def test_bulk_passes_by():
    counting, cache = cached(bulk=64)
    cache.read([(0, 16)])
    assert cache.read([(0, 200), (4, 8), (32, 40)]) == [FILE[0:200], FILE[4:8], FILE[32:40]]
    assert counting.waves[1] == [(0, 200)]
    assert cache.read([(0, 1 << 60)]) == [FILE]
    cache.read([(100, 116)])
    assert len(counting.waves) == 4


def test_the_least_recently_used_go_first():
    counting, cache = cached(capacity=48)
    cache.read([(0, 48)])
    cache.read([(0, 1)])
    cache.read([(64, 80)])  # drops the second block
    counting.reset()
    cache.read([(0, 16), (32, 48), (64, 80)])
    assert counting.waves == []
    cache.read([(16, 32)])
    assert counting.waves == [[(16, 32)]]


def test_a_wave_larger_than_the_cache():
    counting, cache = cached(capacity=0)
    for _ in range(2):
        assert cache.read([(0, 100), (50, 300)]) == [FILE[0:100], FILE[50:300]]
    assert len(counting.waves) == 2
    assert cache._weight == len(cache._kept) == 0


def test_async_is_the_same():
    counting, cache = cached()
    for _ in range(2):
        assert asyncio.run(cache.read_async([(20, 40)])) == [FILE[20:40]]
    assert counting.waves == [[(16, 48)]]


def test_errors_pass_and_leave_the_cache_as_it_was():
    class Failing(BytesSource):
        def read(self, ranges):
            raise SourceError("no")

    cache = BlockCache(Failing(FILE))
    with pytest.raises(SourceError):
        cache.read([(0, 4)])
    assert cache.stats == IOStats()


def test_sizes_are_checked():
    for bad in ({"block": 0}, {"gap": -1}):
        with pytest.raises(ValueError, match="block has at least one byte"):
            cached(**bad)


def test_close():
    _, cache = cached()
    cache.read([(0, 4)])
    cache.close()
    with pytest.raises(ValueError, match="closed"):
        cache.read([(0, 4)])


def test_no_lock_is_held_while_bytes_are_fetched():
    both_inside = threading.Barrier(2, timeout=10)

    class Meeting(BytesSource):
        def read(self, ranges):
            both_inside.wait()  # breaks, and raises, unless two reads are under way at once
            return super().read(ranges)

    cache = BlockCache(Meeting(FILE))
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(cache.read, [[(0, 4)], [(8, 12)]])) == [[FILE[0:4]], [FILE[8:12]]]


def test_eight_threads_and_a_small_cache():
    _, cache = cached(capacity=200, readahead=20)

    def check(seed: int) -> bool:
        ranges = [((seed * 37 + i * 61) % 1100, (seed * 37 + i * 61) % 1100 + 50) for i in range(9)]
        return cache.read(ranges) == [FILE[a:b] for a, b in ranges]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(check, range(300)))
    assert cache._weight == sum(map(len, cache._kept.values())) <= 200


ranges = st.lists(
    st.tuples(st.integers(0, 1100), st.integers(0, 200)).map(lambda p: (p[0], p[0] + p[1])),
    max_size=6,
)


@given(
    st.lists(ranges, max_size=6),
    st.sampled_from([1, 7, 16, 512, 4096]),
    st.sampled_from([0, 5, 100]),
    st.sampled_from([0, 30]),
    st.sampled_from([0, 100, 10_000]),
    st.sampled_from([0, 60, 10_000]),
)
def test_any_sequence_of_waves(waves, block, readahead, gap, capacity, bulk):
    counting, cache = cached(
        block=block, readahead=readahead, gap=gap, capacity=capacity, bulk=bulk
    )
    for wave in waves:
        before = len(counting.waves)
        assert cache.read(wave) == [FILE[a:b] for a, b in wave]
        assert len(counting.waves) - before <= 1
    assert cache.stats.bytes == counting.bytes
    assert cache.stats.requests == counting.requests
    assert cache._weight == sum(map(len, cache._kept.values())) <= capacity
