"""One file in many threads, nothing of it opened before they start."""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import purehdf
from purehdf.source import BytesSource, CountingSource

THREADS = 16

Operation = Callable[[Any], Any]


def operations(rng: random.Random) -> Operation:
    """One operation at random, on objects that are opened for it or kept from before."""
    i, j = rng.randrange(7), rng.randrange(11)
    a, b = rng.randrange(90), rng.randrange(90)
    return rng.choice(
        [
            lambda f: f["grid"][i, j],
            lambda f: f["grid"][i, :],
            lambda f: f["grid"][:, j],
            lambda f: f["sparse"][a : a + 5, b : b + 5],
            lambda f: f["plants/fern/height"][...],
            lambda f: f["plants/names"][...],
            lambda f: f["plants/fixed"][...],
            lambda f: f["table"]["b"],
            lambda f: f["plants/moss"][()],
            lambda f: f["soft/height"][1],
            lambda f: sorted(f["plants"]),
            lambda f: sorted(f["plants/fern"].items())[0][0],
            lambda f: f.get("soft", getlink=True).path,
            lambda f: "missing" in f,
            lambda f: f["plants/fern/height"].attrs["text"],
            lambda f: sorted(f["plants/fern/height"].attrs),
            lambda f: f["plants/fern/height"].attrs["array"],
            lambda f: f["again"] == f["plants/fern"],
            lambda f: f[f["references"][1]].shape,
            lambda f: collected(f["plants/fern/leaf"]),
        ]
    )


def collected(group: Any) -> list[str]:
    found: list[str] = []
    group.visit(found.append)
    return found


def same(found: Any, expected: Any) -> bool:
    if isinstance(expected, np.ndarray):
        return bool(np.array_equal(found, expected)) and found.dtype == expected.dtype
    return bool(found == expected)


@pytest.fixture
def quick_switches():
    """Threads take turns a hundred times more often than usual."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 100)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("quick_switches")
@pytest.mark.parametrize(
    ("how", "count"), [("memory map", 1000), ("waves", 150), ("file object", 150)]
)
def test_mixed_operations(everything: dict[str, Path], how: str, count: int) -> None:
    path = everything["old" if how == "file object" else "new"]
    plan = [operations(random.Random(seed)) for seed in range(count)]
    with h5py.File(path) as theirs:
        expected = [operation(theirs) for operation in plan]

    def work(number: int) -> list[int]:
        started.wait()
        order = random.Random(number).sample(range(count), count)
        return [i for i in order if not same(plan[i](file), expected[i])]

    started = threading.Barrier(THREADS)
    with path.open("rb") as stream:
        target = {
            "memory map": path,
            "waves": CountingSource(BytesSource(path.read_bytes())),
            "file object": stream,
        }[how]
        with purehdf.File(target) as file, ThreadPoolExecutor(THREADS) as pool:
            wrong = list(pool.map(work, range(THREADS)))
    assert wrong == [[]] * THREADS
