"""Reading over a connection that fails at random; ``faults`` can do it for longer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

import purehdf
from purehdf.source import Retries

from .faults import FAULTS, FILES, FOLDER, SOURCES, FaultyServer, everything, outcome
from .range_server import serve

PACKAGES = {"http": "json", "fsspec": "aiohttp", "s3fs": "s3fs", "obstore": "obstore"}
CONTENTS = [(FOLDER / name).read_bytes() for name in FILES]


@pytest.fixture(scope="module")
def faulty() -> Iterator[FaultyServer]:
    with serve(FaultyServer) as server:
        assert isinstance(server, FaultyServer)
        server.kinds = [fault for fault in FAULTS if "stall" not in fault]  # they take long
        yield server


@pytest.fixture(scope="module")
def expected() -> list[dict[str, str]]:
    return [everything(purehdf.File(content)) for content in CONTENTS]


def outcomes(faulty, expected, kind, rate, retries, runs) -> Counter[str]:
    found: Counter[str] = Counter()
    faulty.faults = 0
    for seed in range(runs):
        which = seed % len(FILES)
        faulty.begin(CONTENTS[which], rate, seed)
        found[outcome(SOURCES[kind](faulty, retries), expected[which])] += 1
    return found


@pytest.mark.parametrize(
    ("kind", "rate", "runs"),
    [
        ("http", 0.01, 8),
        ("http", 0.1, 4),
        ("obstore", 0.1, 4),
        ("fsspec", 0.1, 1),
        ("s3fs", 0.1, 1),
    ],
)
def test_faults_are_survived(faulty, expected, kind, rate, runs):
    pytest.importorskip(PACKAGES[kind])
    found = outcomes(faulty, expected, kind, rate, Retries(pause=0.001), runs)
    assert found == {"right": runs}
    assert faulty.faults > 0


@pytest.mark.parametrize("kind", ["http", "obstore"])
def test_what_is_not_survived_is_an_error(faulty, expected, kind):
    pytest.importorskip(PACKAGES[kind])
    found = outcomes(faulty, expected, kind, 0.3, Retries(1), 4)
    assert found["error"] > 0
    assert found["wrong"] == 0
