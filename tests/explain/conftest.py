"""Maps of the generated files, each made once."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from purehdf.explain import ByteMap, byte_map

ROOT = Path(__file__).parents[2]
FILES = ROOT / "fixtures" / "files"


def entries() -> list[dict[str, Any]]:
    manifest: dict[str, Any] = json.loads((ROOT / "fixtures" / "MANIFEST.json").read_text())
    found: list[dict[str, Any]] = manifest["files"]
    return found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``name``: every generated file; ``sound`` and ``damaged``: what they hold.

    The sound ones are those that need nothing beyond the first features.
    """
    if "name" in metafunc.fixturenames:
        metafunc.parametrize("name", [entry["name"] for entry in entries()])
    if "sound" in metafunc.fixturenames:
        chosen = [e["name"] for e in entries() if e["expect"] == "values" and not e["requires"]]
        metafunc.parametrize("sound", chosen)
    if "damaged" in metafunc.fixturenames:
        metafunc.parametrize("damaged", [e["name"] for e in entries() if e["expect"] == "error"])


@pytest.fixture(scope="session")
def map_of() -> Callable[[str], ByteMap]:
    """The map of a generated file, by its name."""
    return cache(lambda name: byte_map((FILES / name).read_bytes()))
