"""Fixtures that every test may use."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# No test is timed: a busy machine is no failure.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

ROOT = Path(__file__).parents[1]
FIXTURE_FILES = ROOT / "fixtures" / "files"


def find_corpus() -> Path | None:
    """The corpus of files of other writers: ``$PUREHDF_CORPUS``, or beside the checkout."""
    named = os.environ.get("PUREHDF_CORPUS")
    if named and not (Path(named) / "manifest.json").is_file():
        raise FileNotFoundError(f"PUREHDF_CORPUS={named} holds no manifest.json")
    path = Path(named) if named else ROOT.parent / "shared" / "corpus"
    return path if (path / "manifest.json").is_file() else None


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Folder of the corpus: ``manifest.json``, and the files under ``open/``."""
    path = find_corpus()
    if path is None:
        pytest.skip("no corpus: set PUREHDF_CORPUS, or put it at ../shared/corpus")
    return path


@pytest.fixture(scope="session")
def fixture_file() -> Callable[[str], Path]:
    """Look up a generated file of fixtures/files by its name."""

    def find(name: str) -> Path:
        path = FIXTURE_FILES / name
        if not path.is_file():
            raise FileNotFoundError(f"{path}: write it with fixtures/generate")
        return path

    return find


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever uses the corpus carries its mark, so that ``-m "not corpus"`` leaves it out."""
    for item in items:
        if "corpus" in getattr(item, "fixturenames", ()):
            item.add_marker("corpus")
