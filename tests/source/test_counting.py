from __future__ import annotations

import asyncio

from purehdf.source import BytesSource, CountingSource


def test_everything_is_counted():
    counting = CountingSource(BytesSource(b"0123456789", "digits"))
    assert counting.resident is None
    assert (counting.name, counting.size) == ("digits", 10)
    assert counting.read([(0, 2), (8, 99)]) == [b"01", b"89"]
    assert asyncio.run(counting.read_async([(4, 5)])) == [b"4"]
    assert counting.read([]) == []
    assert counting.waves == [[(0, 2), (8, 99)], [(4, 5)]]
    assert (counting.requests, counting.bytes) == (3, 5)
    counting.reset()
    assert (counting.waves, counting.requests, counting.bytes) == ([], 0, 0)
    counting.close()
