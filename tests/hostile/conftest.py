"""Running the watcher."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.conftest import ROOT

from .watch import finding

Watch = Callable[[Iterable[tuple[object, ...]]], int]


@pytest.fixture(scope="session")
def watch() -> Watch:
    """Read files, or mutants of files, in a process of its own; nothing may be found.

    Returns how many were read.
    """

    def run(jobs: Iterable[tuple[object, ...]]) -> int:
        lines = [json.dumps([str(path), *numbers]) for path, *numbers in jobs]
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "tests.hostile.watch"],
            input="\n".join(lines) + "\n",
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        *findings, count = done.stdout.splitlines()
        assert [json.loads(line) for line in findings] == []
        return int(count)

    return run


@pytest.fixture
def harmless() -> Callable[[bytes | Path], None]:
    """Check that a file, or these bytes of one, do no harm."""

    def check(content: bytes | Path) -> None:
        assert finding(content) == []

    return check
