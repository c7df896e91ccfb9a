"""The command: ``python -m benchmarks``, from the root of the repository."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from .case import Case
from .cases import CASES
from .rounds import Outcome, run_case
from .table import as_markdown, as_text, conditions
from .worker import Failure

__all__ = ["MARKS", "main", "write_between_marks"]

MARKS = ("<!-- benchmarks -->", "<!-- end of benchmarks -->")


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    found = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    add = found.add_argument
    add("--list", action="store_true", help="list the cases, and end")
    add("--only", default="", help="names of cases, or how they begin, with commas between")
    add("--libraries", default="", help="names of libraries, with commas between")
    add("--rounds", type=int, default=5, help="runs of which the median is taken (5)")
    add("--scale", type=float, default=1, help="size of the files: 0.001 to try it out")
    add("--patience", type=float, default=10, help="a run of more seconds is not repeated (10)")
    add("--files", type=Path, help="where files are kept for the next time (a temporary folder)")
    add("--markdown", type=Path, help="write the table to this file, between marks")
    return found


def chosen(only: str) -> dict[str, Case]:
    """The cases whose names begin with one of those given."""
    heads = tuple(only.split(",")) if only else ("",)
    return {name: case for name, case in CASES.items() if name.startswith(heads)}


def made(case: Case, folder: Path, scale: float) -> Path:
    """The case's file, written unless it is there."""
    path = folder.resolve() / f"{scale:g}-{case.file}"
    if not path.exists():
        tell(f"{case.name}: writing {path}")
        part = path.with_name(f"part-{path.name}")
        case.make(part, scale)
        os.replace(part, path)
    return path


def tell(what: str) -> None:
    """Say on standard error what is going on."""
    print(what, file=sys.stderr, flush=True)


def write_between_marks(path: Path, table: str) -> None:
    """Write `table` to a file, or to the place in it that :data:`MARKS` enclose."""
    before, after = f"{MARKS[0]}\n", f"{MARKS[1]}\n"
    if path.exists() and MARKS[0] in (page := path.read_text()):
        before = page.partition(MARKS[0])[0] + before
        after += page.partition(after)[2]
    path.write_text(f"{before}\n{table}\n{after}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 1 if purehdf gave no answer or a wrong one."""
    options = parser().parse_args(arguments)
    cases = chosen(options.only)
    if options.list:
        print("\n".join(f"{name:24}{case.work}" for name, case in cases.items()))
        return 0
    if options.files:
        options.files.mkdir(parents=True, exist_ok=True)
    with nullcontext(options.files) if options.files else tempfile.TemporaryDirectory() as folder:
        found = {name: _run(case, Path(folder), options) for name, case in cases.items()}
    results = {name: outcomes for name, outcomes in found.items() if outcomes}
    head = conditions(options.rounds, options.scale)
    print(head)
    if options.markdown:
        write_between_marks(options.markdown, as_markdown(cases, results, head))
    return int(any(_failed(each) for outcomes in results.values() for each in outcomes))


def _failed(outcome: Outcome) -> bool:
    own = outcome.library.startswith("purehdf")
    return own and bool(outcome.problem) and not outcome.problem.startswith("not installed")


def _run(case: Case, folder: Path, options: argparse.Namespace) -> list[Outcome]:
    wanted = options.libraries.split(",") if options.libraries else list(case.ways)
    libraries = [name for name in case.ways if name in wanted or name == case.baseline]
    path = made(case, folder, options.scale)
    try:
        outcomes = run_case(case, libraries, path, options.rounds, options.patience, tell)
    except Failure as failure:
        print(f"{case.name}: {failure}", flush=True)
        return []
    print(as_text(case, outcomes), flush=True)
    return outcomes


if __name__ == "__main__":
    sys.exit(main())
