"""Damaged data, and damaged parameters: bytes within the limit, or an error of purehdf."""

from __future__ import annotations

import time
from functools import cache
from typing import Any

import h5py
import hdf5plugin
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from purehdf.errors import PureHDFError
from purehdf.filters import find
from purehdf.format.messages.filter_pipeline import Filter

from .conftest import pipeline, series

LIMIT = 20_000  # bytes
SECONDS = 5  # for one chunk; a hang is what this looks for

SEEDS: dict[str, dict[str, Any]] = {
    "deflate": {"compression": "gzip"},
    "shuffle": {"shuffle": True},
    "fletcher32": {"fletcher32": True},
    "szip nn": {"compression": "szip", "compression_opts": ("nn", 16)},
    "szip ec": {"compression": "szip", "compression_opts": ("ec", 8)},
    "scaleoffset": {"scaleoffset": 0, "fillvalue": 3},
    "bzip2": dict(hdf5plugin.BZip2()),
    "lzf": {"compression": "lzf"},
    "blosc": dict(hdf5plugin.Blosc(cname="lz4")),
    "blosc zstd": dict(hdf5plugin.Blosc(cname="zstd", shuffle=2)),
    "blosc snappy": dict(hdf5plugin.Blosc(cname="snappy")),
    "blosc2": dict(hdf5plugin.Blosc2(cname="lz4")),
    "lz4": dict(hdf5plugin.LZ4(nbytes=2000)),
    "bitshuffle": dict(hdf5plugin.Bitshuffle(cname="none")),
    "bitshuffle lz4": dict(hdf5plugin.Bitshuffle(cname="lz4", nelems=256)),
    "bitshuffle zstd": dict(hdf5plugin.Bitshuffle(cname="zstd", nelems=256)),
    "zfp": dict(hdf5plugin.Zfp(rate=9)),
    "zfp reversible": dict(hdf5plugin.Zfp(reversible=True)),
    "zstd": dict(hdf5plugin.Zstd()),
    "nbit": {},
}


@cache
def seed(name: str) -> tuple[Filter, bytes]:
    """A filter, and what its encoder makes of 16,000 bytes."""
    if name == "nbit":
        nested = (3, 16, 3, 0, 1, 4, 0, 17, 3, 4, 4, 4, 8, 2, 8, 1, 2, 1, 13, 1)
        parameters = (23, 0, 1000, *nested)
        data = np.random.default_rng(0).integers(0, 256, 14_000, "u1").tobytes()
        return Filter(5, b"nbit", True, parameters), data
    data = series("smooth", "<f4" if "zfp" in name else "<i4", 4000)
    with h5py.File.in_memory() as file:
        dataset = file.create_dataset("x", data=data, chunks=(4000,), **SEEDS[name])
        dataset.flush()
        return pipeline(dataset)[0], dataset.id.read_direct_chunk((0,))[1]


def decode(step: Filter, data: bytes, parameters: tuple[int, ...]) -> int | None:
    """Length of what comes out, None for an error of purehdf; anything else is a finding."""
    start = time.monotonic()
    try:
        out = find(step).decode(data, parameters, LIMIT)
    except PureHDFError:
        return None
    finally:
        assert time.monotonic() - start < SECONDS
    # Filters that keep the length of what they get may give back all of it.
    assert len(out) <= max(LIMIT, len(data))
    return len(out)


@pytest.mark.parametrize("name", SEEDS)
def test_seeds_are_good(name: str) -> None:
    step, data = seed(name)
    if "blosc2" in name or "zfp" in name:
        pytest.importorskip("zfpy" if "zfp" in name else "blosc2")
    assert decode(step, data, step.parameters) == 16_000


@pytest.mark.parametrize("name", SEEDS)
@settings(max_examples=25)
@given(data=st.binary(max_size=300))
def test_random_bytes(name: str, data: bytes) -> None:
    step, _ = seed(name)
    decode(step, data, step.parameters)


@pytest.mark.parametrize("name", SEEDS)
@settings(max_examples=40)
@given(
    cut=st.integers(0, 20_000),
    changes=st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 255)), max_size=8),
    head=st.lists(st.tuples(st.integers(0, 70), st.integers(0, 255)), max_size=4),
)
def test_damaged_data(
    name: str, cut: int, changes: list[tuple[int, int]], head: list[tuple[int, int]]
) -> None:
    step, good = seed(name)
    data = bytearray(good)
    for place, value in changes + head:
        data[place % len(data)] = value
    decode(step, bytes(data[: max(cut, 1)]), step.parameters)


WORDS = st.one_of(st.integers(0, 70), st.integers(0, 2**32 - 1))


@pytest.mark.parametrize("name", SEEDS)
@settings(max_examples=25)
@given(changes=st.lists(st.tuples(st.integers(0, 40), WORDS), max_size=4), keep=st.integers(0, 40))
def test_damaged_parameters(name: str, changes: list[tuple[int, int]], keep: int) -> None:
    step, data = seed(name)
    parameters = list(step.parameters)
    for place, value in changes:
        if parameters:
            parameters[place % len(parameters)] = value
    decode(step, data, tuple(parameters[:keep]))


@pytest.mark.parametrize("name", SEEDS)
@settings(max_examples=20)
@given(parameters=st.lists(WORDS, max_size=30), data=st.binary(max_size=100))
def test_random_parameters(name: str, parameters: list[int], data: bytes) -> None:
    step, _ = seed(name)
    decode(step, data, tuple(parameters))
