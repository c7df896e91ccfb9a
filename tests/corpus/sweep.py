"""Whether Zarr shows of whole folders of files what h5py reads, or says why not.

    python tests/corpus/sweep.py FOLDER|FILE... --format 2 --format 3 --references

Each file has a process of its own with a time limit, as libhdf5 crashes and hangs on some.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .judge import Look, Outcome

SIGNATURE = b"\x89HDF\r\n\x1a\n"
NO_H5PY, NO_ANSWER = "no h5py", "no answer"
VERDICTS = ("equal", "reported", "different", "raises", "refused", NO_ANSWER, NO_H5PY)

Outcomes = dict[str, "Outcome"]


# -- one file


def sweep_file(path: Path, looks: dict[str, Look], seconds: float) -> Outcomes:
    """Return the outcome of each look at a file; `seconds` is for each of them."""
    from tests.corpus.judge import Outcome

    answers, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_ask, args=(path, looks, theirs))
    process.start()
    theirs.close()
    try:
        opened = _receive(answers, seconds)
        if opened is not True:
            return dict.fromkeys(looks, Outcome(NO_H5PY, [str(opened or "h5py crashes")], []))
        lost = Outcome(NO_ANSWER, [f"a crash, or more than {seconds:.0f} s"], [])
        found = dict.fromkeys(looks, lost)
        for name in looks:
            outcome = _receive(answers, seconds)
            if outcome is None:  # what is late would be taken for the next answer
                break
            found[name] = outcome
        return found
    finally:
        process.kill()
        process.join()


def _receive(answers: Connection, seconds: float) -> Any:
    try:
        return answers.recv() if answers.poll(seconds) else None
    except (EOFError, OSError):
        return None


def _ask(path: Path, looks: dict[str, Look], answers: Connection) -> None:
    """Send whether h5py reads the file, True or its error, and then an outcome for each look."""
    from tests.corpus.judge import judge
    from tests.zarr_bridge.seen_by_h5py import seen_by_h5py

    warnings.simplefilter("ignore")
    try:
        seen = seen_by_h5py(path)
    except Exception as error:
        answers.send(f"{type(error).__name__}: {error}")
        return
    answers.send(True)
    for look in looks.values():
        answers.send(judge(seen, look, path))


# -- all files


def files_in(places: list[Path]) -> list[Path]:
    """All files with the signature of HDF5, behind a user block or not."""
    found = [
        path
        for place in places
        for path in (sorted(place.rglob("*")) if place.is_dir() else [place])
        if path.is_file()
    ]
    return [path for path in found if _is_hdf5(path)]


def _is_hdf5(path: Path) -> bool:
    size, at = path.stat().st_size, 0
    with path.open("rb") as file:
        while at < size:
            file.seek(at)
            if file.read(len(SIGNATURE)) == SIGNATURE:
                return True
            at = 2 * at or 512
    return False


def sweep(options: argparse.Namespace, looks: dict[str, Look]) -> Iterator[tuple[Path, Outcomes]]:
    """Yield outcomes file by file."""
    paths = files_in(options.places)
    with ThreadPoolExecutor(options.workers) as pool:
        found = pool.map(lambda path: sweep_file(path, looks, options.seconds), paths)
        for number, each in enumerate(zip(paths, found, strict=True), 1):
            yield each
            if number % 50 == 0:
                say(f"{number} of {len(paths)} files")


def main() -> int:
    from tests.corpus.judge import through_references, through_store

    with suppress(ImportError):
        import hdf5plugin  # noqa: F401  # h5py reads with more filters then

    options = _options()
    looks = {f"v{n}": through_store(n) for n in options.format}
    if options.references:
        own = options.own_codecs
        looks |= {f"v{n} references": through_references(n, own_codecs=own) for n in options.format}
    counts = {name: Counter[str]() for name in looks}
    reasons = {name: Counter[tuple[bool, str]]() for name in looks}
    for path, outcomes in sweep(options, looks):
        for name, outcome in outcomes.items():
            counts[name][outcome.verdict] += 1
            reasons[name].update((each.by_h5py, kind(each.reason)) for each in outcome.left_out)
            if outcome.details and (options.verbose or outcome.verdict != NO_H5PY):
                say("\n    ".join([f"{path}: {name}: {outcome.verdict}", *outcome.details[:5]]))
    say(_table(counts, reasons))
    return int(any(count["different"] for count in counts.values()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("places", nargs="+", type=Path, metavar="FOLDER|FILE")
    parser.add_argument("--format", action="append", type=int, choices=(2, 3))
    parser.add_argument("--references", action="store_true", help="exported references as well")
    parser.add_argument("--own-codecs", action="store_true", help="references may name ours")
    parser.add_argument("--seconds", type=float, default=60, help="for each look at a file")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--verbose", action="store_true", help="show what h5py does not read")
    options = parser.parse_args()
    options.format = options.format or [3]
    return options


def _table(counts: dict[str, Counter[str]], reasons: dict[str, Counter[Any]]) -> str:
    width = max(map(len, counts))
    lines = [" ".join([" " * width, *(f"{each:>10}" for each in VERDICTS)])]
    for name, count in counts.items():
        lines.append(" ".join([f"{name:{width}}", *(f"{count[each]:10}" for each in VERDICTS)]))
    for name, counted in reasons.items():
        lines.append(f"\nleft out, {name} (*: h5py reads it):")
        for (by_h5py, reason), number in sorted(counted.items(), key=lambda each: -each[1]):
            lines.append(f"{number:6} {'*' if by_h5py else ' '} {reason}")
    return "\n".join(lines)


def kind(reason: str) -> str:
    """A reason without its names and numbers: what is alike is counted together."""
    return re.sub(r"'.*?'|b?'[^']*$|\b0x[0-9a-f]+|\b[0-9]{3,}\b", "...", reason)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])  # a script has its own folder there
    sys.exit(main())
