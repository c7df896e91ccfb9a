"""Marks of the tests that xarray installs, which test_xarray_suite.py runs."""

from __future__ import annotations

import pytest

MARKS = (
    *("asyncio", "flaky", "mypy", "network", "skip_if_param", "skip_with_dask_array"),
    *("slow_hypothesis", "xfail_if_param"),
)


def pytest_configure(config: pytest.Config) -> None:
    for name in MARKS:
        config.addinivalue_line("markers", f"{name}: one of xarray's own")
