"""Read hostile files, and tell how it fared with each of them.

``finding`` reads one.  What it finds: an exception that is not purehdf's own, more than 5 s of
the processor's time, and memory that rose by more than 512 MiB.

As a program: standard input has one job a line, a path, or a path and a range of numbers of
mutants; the answers are the findings, one line of JSON each, and last the number of files read.
"""

from __future__ import annotations

import json
import signal
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import purehdf
from tests.hostile.mutate import mutant, seed_of

SECONDS = 5
MEBIBYTES = 512
_READ = 16 << 20  # bytes of a dataset that are asked for at once
_OBJECTS = 500
OURS = (purehdf.PureHDFError, FileNotFoundError)  # the latter: members that are not there


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


def memory(field: str) -> int:
    """What the system says of this process's resident memory, now or at its peak, in MiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) >> 10 for line in lines if line.startswith(field))


@contextmanager
def watched(found: list[str]) -> Iterator[None]:
    """Put into `found` that the block took too long, or too much memory."""
    here = Path("/proc/self/clear_refs").exists()  # elsewhere only the time is watched
    before = memory("VmRSS:") if here else 0
    if here:
        Path("/proc/self/clear_refs").write_text("5")  # the peak is now
    previous = signal.signal(signal.SIGVTALRM, _alarm)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    except TooSlow:
        found.append("too slow")
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, previous)
    rise = memory("VmHWM:") - before if here else 0
    if rise > MEBIBYTES:
        found.append(f"{rise} MiB")


def finding(target: Any) -> list[str]:
    """What is wrong with the way in which a file is read."""
    found: list[str] = []
    with watched(found), warnings.catch_warnings():
        warnings.simplefilter("ignore", purehdf.FileStateWarning)
        try:
            read_all(target)
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            found.append(f"{error!r} in {Path(place.filename).name}:{place.lineno}")
    return found


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
    count = 0
    for name, target in jobs():
        count += 1
        for what in finding(target):
            sys.stdout.write(json.dumps([name, what]) + "\n")
    sys.stdout.write(f"{count}\n")


if __name__ == "__main__":
    main()
