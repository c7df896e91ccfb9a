"""Reading over a network: round trips, requests, bytes and time, beside other libraries.

    python -m benchmarks.network --files DIR [--only list,index] [--rounds 3] [--markdown FILE]

The network is a server on the loopback that adds 20 ms to each request and gives 100 MB/s to
each of those under way (``latency_server.py``).  The chain is the longest sequence of requests
of which each came after the one before it was answered.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .latency_server import Server, serve
from .network_files import FILES, write_missing
from .network_ways import WORKS, Place

__all__ = ["main"]

TITLES = {
    "list-old.h5": "open and list 1,000 datasets, old format",
    "list-new.h5": "the same, new format",
    "list-paged.h5": "the same, paged file",
    "index-old.h5": "chunk index of 100 x 1,000 chunks, old format",
    "index-extensible.h5": "the same, extensible arrays",
    "index-old-clustered.h5": "old format, metadata in blocks of 1 MiB",
    "index-extensible-clustered.h5": "extensible arrays, metadata in blocks of 1 MiB",
    "read-gzip.h5": "read 10 MB, gzip",
    "read-raw.h5": "read 10 MB, raw",
}
PATIENCE = 10.0  # seconds; what takes longer is not repeated


class Cost(NamedTuple):
    """What one library took for one piece of work."""

    wall: float
    cpu: float
    requests: int
    megabytes: float
    chain: int
    answer: Any

    def __str__(self) -> str:
        return f"{self.wall:.2f} s, {self.requests}, {self.megabytes:.1f} MB, {self.chain}"


def measure(way: Any, server: Server, place: Place, rounds: int) -> Cost | str:
    """The medians of `rounds`, after one that warms up; or what went wrong."""
    found: list[Cost] = []
    while len(found) <= rounds and not (found and found[-1].wall > PATIENCE):
        server.counts()
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            answer = way(place)
        except Exception as error:  # other libraries raise what they like
            return f"refuses: {type(error).__name__}: {error}"[:100]
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        counts = server.counts()
        found.append(
            Cost(wall, cpu, counts["requests"], counts["bytes"] / 1e6, counts["chain"], answer)
        )
    middle = sorted(found[1:] or found, key=lambda cost: cost.wall)[(len(found) - 1) // 2 - 1]
    return middle._replace(cpu=statistics.median(cost.cpu for cost in found[1:] or found))


def same(found: Any, expected: Any) -> bool:
    """Whether two answers agree."""
    if isinstance(expected, dict):
        return set(found) == set(expected) and all(same(found[k], expected[k]) for k in expected)
    if isinstance(expected, np.ndarray):
        return bool(np.array_equal(found, expected))
    return bool(sorted(found) == sorted(expected))


def compare(server: Server, dialect: str, name: str, rounds: int) -> dict[str, str]:
    """Library -> its cost, or what is wrong with its answer; h5py's answer is right."""
    place = Place(server.endpoint, dialect, name)
    ways = WORKS[name.partition("-")[0]]
    costs = {library: measure(way, server, place, rounds) for library, way in ways.items()}
    right = costs["h5py, fsspec"]
    if isinstance(right, str):
        raise RuntimeError(f"h5py {right}")
    texts = {}
    for library, cost in costs.items():
        if not isinstance(cost, str) and not same(cost.answer, right.answer):
            cost = "wrong"
        texts[library] = str(cost)
        cpu = "" if isinstance(cost, str) else f"  ({cost.cpu:.2f} s of CPU)"
        print(f"{dialect:4} {name:30} {library:18} {cost}{cpu}", file=sys.stderr, flush=True)
    return texts


def table(results: dict[str, dict[str, str]]) -> str:
    """The results as Markdown."""
    libraries = list(dict.fromkeys(library for found in results.values() for library in found))
    lines = [["work", *libraries], ["---"] * (len(libraries) + 1)]
    for work, found in results.items():
        cells = [found.get(library, "").partition(":")[0] for library in libraries]
        lines.append([work, *cells])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> int:
    """Measure, and print a table of Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=Path, help="folder that keeps the files for the next time")
    parser.add_argument("--only", default="", help="beginnings of names of files, with commas")
    parser.add_argument("--dialects", default="http,s3")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--markdown", type=Path, help="write the table there too")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.files or Path(temporary)
        write_missing(folder)
        results = {}
        with serve(folder) as server:
            for dialect in chosen.dialects.split(","):
                for name in FILES:
                    if name.startswith(tuple(chosen.only.split(","))):
                        found = compare(server, dialect, name, chosen.rounds)
                        results[f"{dialect.upper()}: {TITLES[name]}"] = found
    text = "Seconds by the clock, requests, MB, chain.\n\n" + table(results)
    print(text)
    if chosen.markdown:
        chosen.markdown.write_text(text + "\n")
    wrong = [each for each in results.values() if not each["purehdf"][0].isdigit()]
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
