"""ARCHITECTURE.md names every module of the folders that it maps, and no other."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def patterns_of(folder: str) -> list[str]:
    """What the table of a folder has in its first column."""
    table = PAGE.split(f"| Modules of `{folder}/` | |\n|---|---|\n")[1].split("\n\n")[0]
    firsts = [row.split("|")[1] for row in table.splitlines()]
    return [name for first in firsts for name in re.findall(r"`([\w*/]+)`", first)]


@pytest.mark.parametrize("folder", ["source", "data", "zarr_bridge"])
def test_modules(folder: str) -> None:
    patterns = patterns_of(folder)
    there = {f"{p.parent.name}/" for p in (ROOT / "purehdf" / folder).glob("*/__init__.py")}
    there |= {p.stem for p in (ROOT / "purehdf" / folder).glob("*.py")} - {"__init__"}
    assert sorted(m for m in there if not any(fnmatch(m, p) for p in patterns)) == []
    assert [p for p in patterns if not any(fnmatch(m, p) for m in there)] == []


def test_folders() -> None:
    """The first table and the three rings name all that is in purehdf/."""
    there = {f"{p.parent.name}/" for p in (ROOT / "purehdf").glob("*/__init__.py")}
    there |= {p.name for p in (ROOT / "purehdf").glob("*.py")} - {"__init__.py"}
    assert [name for name in sorted(there) if f"`{name}`" not in PAGE] == []
