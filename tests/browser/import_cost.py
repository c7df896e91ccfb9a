"""What ``import purehdf`` costs where only numpy is installed, and what it brings along.

Imports nothing that purehdf itself could need: it would be measured as free.
"""

from __future__ import annotations

import importlib
import sys
import time
from typing import Any


def measure() -> dict[str, Any]:
    """Import numpy, then purehdf; both for the first time in this interpreter."""
    numpy, numpy_seconds = _timed_import("numpy")
    before = set(sys.modules)
    purehdf, purehdf_seconds = _timed_import("purehdf")
    new = {name.partition(".")[0] for name in set(sys.modules) - before}
    return {
        "location": purehdf.__file__,
        "numpy": numpy.__version__,
        "foreign": sorted(new - sys.stdlib_module_names - {"numpy", "purehdf"}),
        "seconds": {"import numpy": numpy_seconds, "import purehdf": purehdf_seconds},
    }


def _timed_import(name: str) -> tuple[Any, float]:
    if name in sys.modules:
        raise RuntimeError(f"{name} is imported already: nothing to measure")
    start = time.perf_counter()
    module = importlib.import_module(name)
    return module, time.perf_counter() - start
