"""What h5py sees in the files of the corpus, found out once for all tests."""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, find_corpus

from .corpus import scored
from .seen import Failure, Seen

# Made to break readers: libhdf5 is asked nothing about them.
HOSTILE = ("cve",)


@pytest.fixture(scope="session")
def by_h5py(corpus: Path) -> dict[str, Seen | Failure]:
    """Path in the corpus -> what h5py sees; files that h5py does not survive are left out."""
    todo = [item["path"] for item in scored(corpus) if item["source"] not in HOSTILE]
    found: dict[str, Any] = {}
    while todo:
        results = _look(corpus, todo)
        found |= dict(zip(todo, results, strict=False))
        todo = todo[len(results) + 1 :]  # the process ended in the one behind the last
    return found


def _look(corpus: Path, paths: list[str]) -> list[Seen | Failure]:
    command = [sys.executable, "-W", "ignore", "-m", "tests.corpus.ask_h5py"]
    lines = "".join(f"{corpus / path}\n" for path in paths)
    done = subprocess.run(
        command, input=lines.encode(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        cwd=ROOT, check=False,
    )  # fmt: skip
    stream, results = io.BytesIO(done.stdout), []
    while stream.tell() < len(done.stdout):
        results.append(pickle.load(stream))
    return results


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each file; a single one, which skips, where there is no corpus."""
    if "entry" in metafunc.fixturenames:
        folder = find_corpus()
        entries = [] if folder is None else scored(folder)
        metafunc.parametrize("entry", entries, ids=[entry["path"] for entry in entries])
