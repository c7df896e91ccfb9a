"""Datasets drawn at random: everything about them as h5py says, slices also as numpy says."""

from __future__ import annotations

from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import purehdf
from purehdf.source import BytesSource, CountingSource
from tests.data.indexing import arguments, outer

from .drawing import Drawn, datasets, written

PROPERTIES = (
    "shape", "maxshape", "chunks", "ndim", "size", "nbytes", "dtype", "compression",
    "compression_opts", "shuffle", "fletcher32", "scaleoffset", "name", "is_virtual",
)  # fmt: skip

some = settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])


def same(found: Any, expected: Any) -> None:
    """Equal to the last bit, in a value of the same kind."""
    assert isinstance(found, np.ndarray) == isinstance(expected, np.ndarray)
    a, b = np.asarray(found), np.asarray(expected)
    assert a.dtype == b.dtype
    assert a.shape == b.shape
    assert a.tobytes() == b.tobytes()


@some
@given(datasets(), st.booleans())
def test_the_whole_dataset(drawn: Drawn, in_waves: bool) -> None:
    with written(drawn) as (expected, content):
        target = CountingSource(BytesSource(content)) if in_waves else content
        with purehdf.File(target) as file:
            dataset = file["drawn"]
            for name in PROPERTIES:
                assert getattr(dataset, name) == getattr(expected, name), name
            same(dataset.fillvalue, expected.fillvalue)
            same(dataset[()], expected[()])
            same(dataset[...], expected[...])


def by_h5py(dataset: h5py.Dataset, args: tuple[Any, ...]) -> Any:
    """What h5py selects, or None where it cannot."""
    try:
        return dataset[args]
    except (
        TypeError,
        ValueError,
        IndexError,
        OSError,
        OverflowError,
    ):  # lists out of order, steps backwards
        return None


@some
@given(st.data())
def test_selections(data: st.DataObject) -> None:
    drawn = data.draw(datasets())
    with written(drawn) as (expected, content), purehdf.File(content) as file:
        whole = expected[...]
        args = data.draw(arguments(drawn.shape))
        found = file["drawn"][args]
        wanted = outer(whole, args)
        same(found, wanted if isinstance(found, np.ndarray) else wanted[()])
        theirs = by_h5py(expected, args)
        if theirs is not None:
            same(found, theirs)


@some
@given(st.data())
def test_masks(data: st.DataObject) -> None:
    drawn = data.draw(datasets().filter(lambda drawn: len(drawn.shape) > 0))
    with written(drawn) as (expected, content), purehdf.File(content) as file:
        whole = expected[...]
        bits = data.draw(st.lists(st.booleans(), min_size=whole.size, max_size=whole.size))
        mask = np.array(bits, bool).reshape(drawn.shape)
        same(file["drawn"][mask], whole[mask])


@pytest.mark.parametrize(
    "args", [(), (...,), (0,), (0, 0), (slice(2),), (5,), ("x",), (None,), (1.5,), (b"x",)]
)
@pytest.mark.parametrize("shape", [(), (3,), (2, 0)])
def test_where_one_raises_both_do(shape: tuple[int, ...], args: tuple[Any, ...]) -> None:
    drawn = Drawn("<i4", shape, ("v110", "v110"), False, 1, (), {})
    outcomes = []
    with written(drawn) as (expected, content), purehdf.File(content) as file:
        for dataset in (expected, file["drawn"]):
            try:
                outcomes.append(np.asarray(dataset[args]).tolist())
            except (TypeError, ValueError, IndexError):
                outcomes.append("refused")
    assert outcomes[0] == outcomes[1]
