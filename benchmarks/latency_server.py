"""A file server on the loopback that is as slow as one far away, and counts what is asked of it.

It answers GET and HEAD with HTTP/1.1, byte ranges and kept connections, for the files of one
folder: ``/name``, or ``/bucket/name`` in the manner of S3, unsigned.  Each request waits
before its answer (20 ms), and each answer comes at a limited rate (100 MB/s); any number of
requests may be under way together.

    python -m benchmarks.latency_server FOLDER [DELAY_MS [MB_PER_S]]

prints the port.  ``GET /_counts`` returns the counts since the last time, as JSON: requests,
bytes, and the *chain*, the longest sequence of requests of which each came after the one
before it was answered.
"""

from __future__ import annotations

import asyncio
import json
import mmap
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["Server", "longest_chain", "serve"]

_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
_PIECE = 1 << 18


def longest_chain(intervals: list[tuple[float, float]]) -> int:
    """The greatest number of intervals (start, end) none of which overlap."""
    count, last = 0, float("-inf")
    for start, end in sorted(intervals, key=lambda each: each[1]):
        if start >= last:
            count, last = count + 1, end
    return count


class _Counts:
    def __init__(self) -> None:
        self.bytes = 0
        self.intervals: list[tuple[float, float]] = []

    def taken(self) -> bytes:
        chain = longest_chain(self.intervals)
        found = {"requests": len(self.intervals), "bytes": self.bytes, "chain": chain}
        self.__init__()  # type: ignore[misc]
        return json.dumps(found).encode()


class _Connection(asyncio.Protocol):
    """One kept connection; its requests are answered one after the other."""

    def __init__(self, folder: Path, delay: float, rate: float, counts: _Counts) -> None:
        self.folder, self.delay, self.rate, self.counts = folder, delay, rate, counts
        self.loop = asyncio.get_running_loop()
        self.received = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.set_write_buffer_limits(1 << 30)

    def data_received(self, data: bytes) -> None:
        self.received += data
        while b"\r\n\r\n" in self.received:
            head, _, self.received = self.received.partition(b"\r\n\r\n")
            self._answer(head.decode("latin-1"))

    def _answer(self, head: str) -> None:
        first, *lines = head.split("\r\n")
        method, target, _ = first.split(" ")
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
        if target == "/_counts":
            counts = self.counts.taken()
            self.transport.write(_head(200, {"Content-Length": str(len(counts))}) + counts)
            return
        path = self.folder / target.partition("?")[0].rpartition("/")[2]
        if method not in ("GET", "HEAD") or not (path in _MAPS or path.is_file()):
            found: tuple[int, dict[str, str], memoryview] = 404, {}, memoryview(b"")
        else:
            found = _part(path, headers.get("range", ""))
        status, stated, body = found
        start = self.loop.time()
        head = _head(status, {"Content-Length": str(len(body)), **stated})
        self._go_on(start, head, body[:0] if method == "HEAD" else body, start + self.delay)

    def _go_on(self, start: float, head: bytes, body: memoryview, due: float) -> None:
        """Write a piece once the rate allows it, the first one behind the head of the answer."""
        piece, rest = body[:_PIECE], body[_PIECE:]
        due += len(piece) / self.rate
        self.loop.call_at(due, self._write, start, head, piece, rest, due)

    def _write(
        self, start: float, head: bytes, piece: memoryview, rest: memoryview, due: float
    ) -> None:
        self.transport.write(head + piece if head else piece)
        self.counts.bytes += len(piece)
        if rest:
            self._go_on(start, b"", rest, due)
        else:
            self.counts.intervals.append((start, self.loop.time()))


def _head(status: int, headers: dict[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} -\r\n{lines}\r\n".encode()


_MAPS: dict[Path, tuple[memoryview, str]] = {}  # content and ETag


def _part(path: Path, asked: str) -> tuple[int, dict[str, str], memoryview]:
    """Status, headers and body of an answer."""
    if path not in _MAPS:
        with path.open("rb") as file:
            content = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        _MAPS[path] = content, f'"{path.stat().st_mtime_ns:x}"'
    content, etag = _MAPS[path]
    headers = {
        "ETag": etag,
        "Last-Modified": "Mon, 02 Nov 2026 00:00:00 GMT",
        "Accept-Ranges": "bytes",
        "Content-Type": "application/octet-stream",
    }
    match = _RANGE.fullmatch(asked)
    if match is None:
        return 200, headers, content
    if not match[1]:  # the last so many bytes
        start, stop = max(len(content) - int(match[2]), 0), len(content)
    else:
        start, stop = int(match[1]), int(match[2] or len(content) - 1) + 1
    stop = min(stop, len(content))
    if start >= stop:
        return 416, headers | {"Content-Range": f"bytes */{len(content)}"}, memoryview(b"")
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{len(content)}"
    return 206, headers, content[start:stop]


async def _main(folder: Path, delay: float, rate: float) -> None:
    counts = _Counts()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: _Connection(folder, delay, rate, counts), "127.0.0.1", 0, backlog=1024
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


class Server:
    """A running server: where it is, and what was asked of it."""

    def __init__(self, port: int) -> None:
        self.endpoint = f"http://127.0.0.1:{port}"

    def counts(self) -> dict[str, int]:
        """Requests, bytes and chain since the last call."""
        with urllib.request.urlopen(f"{self.endpoint}/_counts") as answer:
            found: dict[str, int] = json.load(answer)
        return found


@contextmanager
def serve(folder: Path, delay_ms: float = 20, mb_per_s: float = 100) -> Iterator[Server]:
    """Serve the files of `folder` from another process."""
    command = [sys.executable, __file__, str(folder), str(delay_ms), str(mb_per_s)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Server(int(process.stdout.readline() if process.stdout else 0))
        finally:
            process.terminate()


if __name__ == "__main__":
    delay_ms = float(sys.argv[2]) if len(sys.argv) > 2 else 20
    rate = float(sys.argv[3]) if len(sys.argv) > 3 else 100
    asyncio.run(_main(Path(sys.argv[1]), delay_ms / 1e3, rate * 1e6))
