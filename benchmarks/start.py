"""Whole processes: import a library, open a file, read one attribute."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from .case import Case, Goal, Way
from .libraries import LIKE_H5PY
from .walk import write_old

__all__ = ["CASES"]

READ = "import {0} as h, sys; print(h.File(sys.argv[1])['d00001'].attrs['offset'])"


def _process(code: str, checked: bool = True) -> Way:
    def run(path: Path) -> str:
        command = [sys.executable, "-c", code, str(path)]
        # As after any installation: the first process keeps the byte code for the others.
        env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout

    return Way(run, checked=checked)


_FLOOR = {"numpy alone": _process("import numpy", checked=False)}
_IMPORTS = {
    # purehdf imports its parts when they are asked for.
    **{name: f"import {name}; {name}.File" for name in LIKE_H5PY},
    "hidefix": "import hidefix",
    "async-hdf5": "import async_hdf5",
    "kerchunk": "import kerchunk.hdf",
    "VirtualiZarr": "import virtualizarr",
}
CASES = [
    Case(
        "start-attribute",
        "a whole process: open, read one attribute",
        "walk-old.h5",
        write_old,
        {name: _process(READ.format(name)) for name in LIKE_H5PY} | _FLOOR,
        {"purehdf": Goal(1.0)},
    ),
    Case(
        "start-import",
        "a whole process: import",
        "walk-old.h5",
        write_old,
        {name: _process(code) for name, code in _IMPORTS.items()} | _FLOOR,
    ),
]
