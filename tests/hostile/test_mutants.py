"""Four thousand mutants of the fixtures: values or errors of ours, in time and in memory."""

from __future__ import annotations

import json

import pytest

from tests.conftest import FIXTURE_FILES

from .conftest import Watch
from .mutate import mutant, seed_of

SHARDS = 4
MUTANTS = 4000
_LARGEST = 20_000  # bytes: in a larger file most changes hit what is like everything else

MANIFEST = json.loads((FIXTURE_FILES.parent / "MANIFEST.json").read_text("utf-8"))
SEEDS = [
    FIXTURE_FILES / entry["name"]
    for entry in MANIFEST["files"]
    if entry["expect"] == "values" and entry["size"] <= _LARGEST
]
EACH = -(-MUTANTS // len(SEEDS))


@pytest.mark.parametrize("shard", range(SHARDS))
def test_mutants(watch: Watch, shard: int) -> None:
    seeds = SEEDS[shard::SHARDS]
    assert watch((path, 0, EACH) for path in seeds) == EACH * len(seeds)


def test_the_damaged_fixtures_and_all_others(watch: Watch) -> None:
    files = sorted(FIXTURE_FILES.iterdir())
    assert watch((path,) for path in files) == len(files)


def test_a_mutant_is_always_the_same() -> None:
    seed = seed_of(SEEDS[0])
    assert [mutant(seed, i) for i in range(20)] == [mutant(seed, i) for i in range(20)]
    assert len({mutant(seed, i) for i in range(20)}) > 15


@pytest.mark.parametrize(
    "name", ["group_dense.h5", "index_extensible_array.h5", "virtual_layouts.h5"]
)
def test_checksums_are_found_and_put_right(name: str) -> None:
    """Or else mutants would test little but the checksums."""
    seed = seed_of(FIXTURE_FILES / name)
    signatures = {seed.data[s.start : s.start + 4] for s in seed.sealed}
    assert {b"OHDR", b"\x89HDF"} <= signatures
    data = bytearray(seed.data)
    for sealed in seed.sealed:
        data[sealed.at : sealed.at + 4] = bytes(4)
    for sealed in sorted(seed.sealed, key=lambda s: s.stop - s.start):
        sealed.seal(data)
    assert data == seed.data
