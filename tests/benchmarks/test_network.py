"""The network of the benchmarks delays, counts, and finds the chain."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.latency_server import longest_chain, serve
from purehdf.source import HTTPSource


@pytest.mark.parametrize(
    ("intervals", "chain"),
    [
        ([], 0),
        ([(0, 1), (1, 2), (2, 3)], 3),
        ([(0, 3), (0, 3), (1, 4)], 1),
        ([(0, 10), (1, 2), (3, 4), (3, 5), (11, 12)], 3),
    ],
)
def test_the_chain_is_what_does_not_overlap(intervals, chain):
    assert longest_chain(intervals) == chain


def test_requests_are_counted(tmp_path: Path):
    content = bytes(range(256)) * 4
    (tmp_path / "x").write_bytes(content)
    with serve(tmp_path, delay_ms=1) as server:
        source = HTTPSource(f"{server.endpoint}/bucket/x")
        for _ in range(2):
            assert source.read([(0, 10), (1000, 2000)]) == [content[:10], content[1000:]]
        source.close()
        counts = server.counts()
        assert 2 <= counts.pop("chain") <= 4
        assert counts == {"requests": 4, "bytes": 68}
        assert server.counts() == {"requests": 0, "bytes": 0, "chain": 0}
