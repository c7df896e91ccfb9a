"""Read hostile files in a process of its own, and print how it fared with each of them.

Standard input has one job a line, a path, or a path and a range of numbers of mutants; the
answers are the findings, one line of JSON each, and last the number of files read.  What is
found: an exception that is not purehdf's own, more than 5 s of the processor's time, and
memory that rose by more than 512 MiB.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import purehdf
from tests.hostile.mutate import mutant, seed_of

SECONDS = 5
MEBIBYTES = 512
_READ = 16 << 20  # bytes of a dataset that are asked for at once
_OBJECTS = 500
OURS = (purehdf.PureHDFError, FileNotFoundError)  # the latter: external files that are not there


class TooSlow(BaseException):
    """Time is up."""


def _alarm(*_: object) -> None:
    raise TooSlow


def attempt(call: Any) -> Any:
    """The result, or None where it is an error of ours."""
    try:
        return call()
    except OURS:
        return None


def read_all(target: Any) -> None:
    """Read what there is; errors of ours end only what they are about."""
    file = attempt(lambda: purehdf.File(target))
    if file is None:
        return
    with file:
        todo, seen = [file], 0
        while todo and seen < _OBJECTS:
            item, seen = todo.pop(), seen + 1
            for name in attempt(lambda item=item: list(item.attrs)) or ():
                attempt(lambda item=item, name=name: item.attrs[name])
            if isinstance(item, purehdf.Group):
                names = attempt(lambda item=item: list(item)) or ()
                children = (attempt(lambda n=n, item=item: item[n]) for n in names[:_OBJECTS])
                todo += [child for child in children if child is not None]
            elif isinstance(item, purehdf.Dataset):
                read_dataset(item)


def read_dataset(dataset: purehdf.Dataset) -> None:
    for name in ("dtype", "maxshape", "chunks", "fillvalue", "filters", "external"):
        attempt(lambda name=name: getattr(dataset, name))
    for part in attempt(lambda: list(parts(dataset))) or ():
        attempt(lambda part=part: dataset[part])


def parts(dataset: purehdf.Dataset) -> Iterator[Any]:
    """All of it, or two corners of one that is too large."""
    shape = dataset.shape
    if shape is None or dataset.nbytes <= _READ:
        yield ()
        return
    yield tuple(slice(0, min(2, n)) for n in shape)
    yield tuple(slice(max(n - 2, 0), n) for n in shape)


def peak() -> int:
    """The most memory that this process ever had, in MiB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit >> 20


def finding(target: Any) -> str | None:
    """What is wrong with the way in which a file is read."""
    before = peak()
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        read_all(target)
    except TooSlow:
        return "too slow"
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{error!r} in {Path(place.filename).name}:{place.lineno}"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return f"{peak() - before} MiB" if peak() - before > MEBIBYTES else None


def jobs() -> Iterator[tuple[str, Any]]:
    for line in sys.stdin:
        path, *numbers = json.loads(line)
        if not numbers:
            yield path, path
            continue
        seed = seed_of(Path(path))
        for number in range(*numbers):
            yield f"{seed.name}, mutant {number}", mutant(seed, number)


def main() -> None:
    warnings.simplefilter("ignore", purehdf.FileStateWarning)
    signal.signal(signal.SIGVTALRM, _alarm)
    count = 0
    for name, target in jobs():
        count += 1
        if (found := finding(target)) is not None:
            sys.stdout.write(json.dumps([name, found]) + "\n")
    sys.stdout.write(f"{count}\n")


if __name__ == "__main__":
    main()
