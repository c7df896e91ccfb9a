"""The registry, and what is said of filters that are not there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import purehdf.filters
from purehdf.errors import FilterUnavailableError
from purehdf.filters import filter_name, find, quantize, registry
from purehdf.filters.names import REGISTERED
from purehdf.format.messages.filter_pipeline import Filter


@pytest.fixture
def own_filter() -> Iterator[int]:
    purehdf.filters.register(300, "rot", lambda data, parameters, limit: bytes(data)[::-1])
    yield 300
    del registry._FILTERS[300]


def test_ones_own_filter(own_filter: int) -> None:
    step = Filter(own_filter, b"in the file", False, ())
    assert find(step).decode(b"abc", (), 3) == b"cba"
    assert filter_name(step) == "rot"


@pytest.mark.parametrize(
    ("step", "name"),
    [
        (Filter(32009, b"", True, (1, 2)), "spdp"),
        (Filter(300, b"test", False, ()), "test"),
        (Filter(300, b"", False, ()), "filter 300"),
    ],
)
def test_an_unknown_one_is_named(step: Filter, name: str) -> None:
    with pytest.raises(FilterUnavailableError) as caught:
        find(step)
    message = str(caught.value)
    assert f"filter {name} (id {step.id}, parameters {list(step.parameters)})" in message
    assert "purehdf.filters.register" in message


def test_names_agree() -> None:
    for id, step in registry._FILTERS.items():
        assert REGISTERED[id] == step.name


def test_quantizers_leave_the_data_as_it_is() -> None:
    for id in (32022, 32023, 32032):
        assert find(Filter(id, b"", True, (3,))).decode is quantize.decode
    assert quantize.decode(b"abc", (3,), 3) == b"abc"
