"""What purehdf, all public names of it, brings into a fresh interpreter."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

PROBE = """
import json, sys
{first}
before = set(sys.modules)
{then}
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def newly_loaded(then: str, first: str = "") -> set[str]:
    """Modules that the statement ``then`` adds to those that ``first`` has loaded."""
    # -I would hide the checkout; -S would hide numpy.  The working directory comes first.
    probe = PROBE.format(first=first, then=then)
    done = subprocess.run(
        [sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


def test_only_the_standard_library_and_numpy_are_loaded() -> None:
    loaded = {module.split(".")[0] for module in newly_loaded("from purehdf import *")}
    assert "purehdf" in loaded
    assert loaded - sys.stdlib_module_names <= {"numpy", "purehdf"}


def test_what_only_some_need_is_not_loaded() -> None:
    """The bridge, the terminal, and the heavy parts of the standard library wait for their use."""
    loaded = newly_loaded("from purehdf import *", first="import numpy")
    heavy = {"asyncio", "http.client", "urllib.request", "ssl", "argparse", "unittest"}
    assert loaded & (heavy | {"purehdf.zarr_bridge", "purehdf.__main__"}) == set()


def test_the_import_itself_loads_nothing_yet() -> None:
    loaded = newly_loaded("import purehdf", first="import importlib, typing")
    assert {module for module in loaded if module.startswith("purehdf")} == {"purehdf"}


def test_the_probe_sees_what_is_loaded() -> None:
    assert "wave" in newly_loaded("import wave")
    assert "asyncio" in newly_loaded("import asyncio")
