"""Run in a process of its own: ``opening.py FILE [external]``.

Opens the file, reads all of it, and prints what was opened on the way, by an audit hook,
and how each object fared.  A hook cannot be removed, so no test may set one.
"""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import purehdf

OPENED: list[str] = []


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if event == "open" and isinstance(args[0], str | bytes):
        OPENED.append(os.path.realpath(os.fsdecode(args[0])))


def outcome(file: purehdf.File, name: str) -> Any:
    try:
        return file[name][()].tolist()
    except (OSError, KeyError) as error:
        return [type(error).__name__, str(error)]


def target(path: Path, how: str) -> Any:
    """The file, in one of the ways in which purehdf takes it."""
    if how == "bytes":
        return path.read_bytes()
    return io.BytesIO(path.read_bytes()) if how == "file object" else path


def read(path: Path, external: Any, how: str = "path") -> dict[str, Any]:
    opened = target(path, how)
    OPENED.clear()
    with purehdf.File(opened, external=external) as file:
        found = {name: outcome(file, name) for name in file}
    return {"found": found, "opened": sorted(set(OPENED))}


def main() -> None:
    sys.addaudithook(_hook)
    jobs = json.load(sys.stdin)
    for path in {job["path"] for job in jobs}:
        read(Path(path), "any")  # now every module that it takes is imported
    answers = [read(Path(job["path"]), job["external"], job["how"]) for job in jobs]
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
