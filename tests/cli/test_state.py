"""What is said of files that are not as long as they say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FILES = Path(__file__).parents[2] / "fixtures" / "files"


@pytest.mark.parametrize("command", ["ls", "dump"])
def test_a_file_with_something_behind_it(
    tmp_path: Path, run: Callable[..., Any], command: str
) -> None:
    path = tmp_path / "long.h5"
    path.write_bytes((FILES / "group_small.h5").read_bytes() + b"xyz")
    found = run(command, str(path))
    assert found.code == 0
    assert found.err.startswith(f"purehdf: {path} goes on behind its end: 3 bytes")
    assert found.err.count("\n") == 1
