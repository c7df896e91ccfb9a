"""The independent tool that is kept beside the corpus, with our fixtures as its seeds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import FIXTURE_FILES, ROOT

TOOL = ROOT.parent / "shared" / "tools" / "hostile.py"


@pytest.mark.slow
@pytest.mark.skipif(not TOOL.is_file(), reason="no ../shared/tools/hostile.py")
def test_its_mutants(tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for path in FIXTURE_FILES.iterdir():
        if not path.name.startswith("damaged") and path.stat().st_size < 20_000:
            (seeds / path.with_suffix(".h5").name).write_bytes(path.read_bytes())
    out = tmp_path / "out.jsonl"
    options = ["--lib", "purehdf", "-n", "4", "--salt", "fixtures", "--workers", "1"]
    done = subprocess.run(
        [sys.executable, str(TOOL), "run", *options, "--seeds", str(seeds), "--out", str(out)],
        env=dict(os.environ, PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    results = [json.loads(line) for line in out.read_text().splitlines()]
    outcomes = Counter(result["outcome"] for result in results)
    assert len(results) == 4 * len(list(seeds.iterdir()))
    bad = [r for r in results if r["outcome"] not in ("clean", "differ", "same")]
    assert bad == [], outcomes
