"""Reading over a connection that fails at random: what comes must be right, or an error.

    python -m tests.source.faults --runs 1000

reads fixtures over and over, each time with other faults, and counts the outcomes.  The exit
code is 1 if a value was wrong, or a run with one fault in a hundred requests did not succeed.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import purehdf
from purehdf.source import BlockCache, FsspecSource, HTTPSource, ObstoreSource, Retries, Source

from .range_server import RangeServer, serve

__all__ = ["SOURCES", "FaultyServer", "everything", "outcome"]

FOLDER = Path(__file__).parents[2] / "fixtures" / "files"
FILES = ["climate.nc", "chunks_3000.h5", "dense_links_tree.h5", "filter_all_three.h5"]
FAULTS = [
    "drop",
    "ok short",
    "ok fewer",
    "ok more",
    "status 500",
    "status 503",
    "status 429 0",
    "whole",
    "shifted",
    "stall 2",
]
TIMEOUT = 1.0


class FaultyServer(RangeServer):
    """Answers a share `rate` of the requests wrongly; which ones, `seed` decides."""

    kinds = FAULTS
    rate = 0.0
    seed = 0
    faults = 0

    def begin(self, content: bytes, rate: float, seed: int) -> None:
        """Serve other bytes from now on, with other faults."""
        self.content, self.rate, self.seed = content, rate, seed
        self.headers = {"ETag": f'"{len(content)}"', "Last-Modified": _DATE}
        self.asked: Counter[str | None] = Counter()

    def choose(self, asked: str | None) -> str:
        # By what is asked for, and not by when: threads come in any order.
        self.asked[asked] += 1
        chance = random.Random(f"{self.seed} {asked} {self.asked[asked]}")
        if chance.random() >= self.rate:
            return "ok"
        self.faults += 1
        return chance.choice(self.kinds)


_DATE = "Mon, 02 Nov 2026 00:00:00 GMT"


def _http(server: RangeServer, retries: Retries) -> Source:
    return HTTPSource(server.url, timeout=TIMEOUT, retries=retries)


def _fsspec(server: RangeServer, retries: Retries) -> Source:
    import aiohttp
    import fsspec

    timeout = aiohttp.ClientTimeout(sock_read=TIMEOUT)
    fs = fsspec.filesystem("http", client_kwargs={"timeout": timeout}, skip_instance_cache=True)
    return FsspecSource(fs, server.url, retries=retries)


def _s3fs(server: RangeServer, retries: Retries) -> Source:
    import s3fs

    fs = s3fs.S3FileSystem(
        anon=True,
        endpoint_url=server.url.rpartition("/data")[0],
        config_kwargs={"read_timeout": TIMEOUT, "retries": {"max_attempts": 1}},
        skip_instance_cache=True,
    )
    fs.retries = 1
    return FsspecSource(fs, "data/file.h5", retries=retries)


def _obstore(server: RangeServer, retries: Retries) -> Source:
    from obstore.store import S3Store

    store = S3Store(
        "data",
        endpoint=server.url.rpartition("/data")[0],
        region="us-east-1",
        skip_signature=True,
        client_options={"allow_http": True, "timeout": "1s"},
        retry_config={"max_retries": 0},
    )
    return ObstoreSource(store, "file.h5", retries=retries)


SOURCES: dict[str, Callable[[RangeServer, Retries], Source]] = {
    "http": _http,
    "fsspec": _fsspec,
    "s3fs": _s3fs,
    "obstore": _obstore,
}


def everything(file: purehdf.File) -> dict[str, Any]:
    """All that a file holds, in a form that can be compared."""
    found: dict[str, Any] = {"/": _attributes(file)}

    def visit(name: str, item: Any) -> None:
        found[name] = _attributes(item)
        if isinstance(item, purehdf.Dataset):
            value = item[()]
            found[name + " value"] = getattr(value, "tolist", lambda: value)()

    file.visititems(visit)
    return {name: repr(value) for name, value in found.items()}


def _attributes(item: Any) -> dict[str, str]:
    return {name: repr(value) for name, value in item.attrs.items()}


def outcome(source: Source, expected: dict[str, Any]) -> str:
    """Read a file in small blocks: ``"right"``, ``"error"`` (one of purehdf), or ``"wrong"``."""
    blocks = BlockCache(source, block=512, readahead=0, first=0, gap=0, requests=1000)
    try:
        with purehdf.File(blocks) as file:
            return "right" if everything(file) == expected else "wrong"
    except purehdf.SourceError:
        return "error"
    finally:
        source.close()


def runs(server: FaultyServer, kind: str, rate: float, attempts: int, chosen: Any) -> Counter[str]:
    """Outcomes of many runs, each with other faults."""
    contents = [(FOLDER / name).read_bytes() for name in FILES]
    expected = [everything(purehdf.File(content)) for content in contents]
    counts: Counter[str] = Counter()
    end = time.monotonic() + chosen.minutes * 60
    server.faults, server.requests = 0, []
    for seed in range(chosen.runs):
        which = seed % len(FILES)
        server.begin(contents[which], rate, seed)
        source = SOURCES[kind](server, Retries(attempts, pause=0.001))
        counts[outcome(source, expected[which])] += 1
        if time.monotonic() > end:
            break
    return counts


def main() -> int:
    """Count outcomes of many runs, and print them."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--runs", type=int, default=100, help="for each source and rate")
    parser.add_argument("--sources", nargs="*", default=list(SOURCES), choices=list(SOURCES))
    parser.add_argument("--rates", nargs="*", type=float, default=[0.01, 0.10])
    parser.add_argument("--attempts", nargs="*", type=int, default=[5, 2])
    parser.add_argument("--minutes", type=float, default=60, help="for each source and rate")
    chosen = parser.parse_args()
    bad = False
    with serve(FaultyServer) as server:
        assert isinstance(server, FaultyServer)
        for kind, rate, attempts in product(chosen.sources, chosen.rates, chosen.attempts):
            counts = runs(server, kind, rate, attempts, chosen)
            bad |= counts["wrong"] > 0 or (rate <= 0.01 and attempts >= 5 and counts["error"] > 0)
            sys.stdout.write(
                f"{kind:8} {rate:4.0%} faults, {attempts} attempts: {dict(counts)} of "
                f"{counts.total()} runs; {server.faults} faults in "
                f"{len(server.requests)} requests\n"
            )
            sys.stdout.flush()
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
