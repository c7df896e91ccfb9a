"""Servers for the tests of sources."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from purehdf.source import Retries

from .range_server import CONTENT, RangeServer, serve


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[RangeServer]:
    """A server of its own for each test; clients hardly pause between attempts."""
    monkeypatch.setattr("purehdf.source.http.DEFAULT_RETRIES", Retries(pause=0.001))
    with serve() as server:
        yield server


@pytest.fixture
def other_server() -> Iterator[RangeServer]:
    """Another origin."""
    with serve() as server:
        yield server


@pytest.fixture
def content() -> bytes:
    return CONTENT
