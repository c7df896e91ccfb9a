"""Read many more mutants than the tests do: ``python -m tests.hostile.fuzz --mutants 100000``.

Without ``--first`` it goes on where the tests end.  Every finding is printed as it is met, with the
number that makes the mutant again; the exit status is 1 when there was one.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from tests.hostile.mutate import mutant, seed_of
from tests.hostile.test_mutants import EACH, SEEDS
from tests.hostile.watch import finding

_BATCH = 50


def read_mutants(path: Path, start: int, stop: int) -> list[str]:
    """The findings on the mutants of one seed, as lines."""
    seed = seed_of(path)
    return [
        f"{path}, mutant {number}: {what}"
        for number in range(start, stop)
        for what in finding(mutant(seed, number))
    ]


def fuzz(seeds: Sequence[Path], first: int, mutants: int, processes: int) -> int:
    """Read `mutants` mutants, spread over `seeds`; return how many findings there were."""
    each = -(-mutants // len(seeds))
    starts = range(first, first + each, _BATCH)
    jobs = [(path, at, min(at + _BATCH, first + each)) for at in starts for path in seeds]
    began, done, findings = time.monotonic(), 0, 0
    with ProcessPoolExecutor(processes) as pool:
        futures = {pool.submit(read_mutants, *job): job[2] - job[1] for job in jobs}
        for future in as_completed(futures):
            done += futures[future]
            for line in future.result():
                findings += 1
                sys.stdout.write(f"{line}\n")
            seconds = time.monotonic() - began
            sys.stderr.write(f"\r{done} mutants in {seconds:.0f} s, {findings} findings")
    sys.stderr.write("\n")
    return findings


def main() -> int:
    parser = argparse.ArgumentParser(description="Read mutants of files, and tell what does harm.")
    parser.add_argument("seeds", nargs="*", type=Path, help="good files (default: the fixtures)")
    parser.add_argument("--mutants", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=EACH, help="number of the first of each seed")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    options = parser.parse_args()
    seeds = options.seeds or SEEDS
    return 1 if fuzz(seeds, options.first, options.mutants, options.processes) else 0


if __name__ == "__main__":
    sys.exit(main())
