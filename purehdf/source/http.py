"""A file behind a URL, read by HTTP range requests with nothing but the standard library."""

from __future__ import annotations

import errno
import http.client
import os
import re
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from ..errors import SourceError
from .protocol import Buffer, Range
from .ranges import clip, failure, in_thread
from .transport import Answer, Transport, TransportError

__all__ = ["HTTPSource"]

_CONNECTIONS = 8  # requests of one wave that are under way together
_WHOLE = 16 << 20  # a file up to this size may come whole
_FAR = 1 << 62  # a stop that every server can parse
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)", re.ASCII)
_NO_SOCKETS = (
    "there are no sockets in the browser: fetch the file there (for example with "
    "pyodide.http.pyfetch) and pass its bytes, or pass a source of your own"
)


@dataclass(frozen=True, slots=True)
class _Version:
    """What tells one version of a remote file from another."""

    size: int
    etag: str | None
    modified: str | None

    def differs(self, other: _Version) -> str | None:
        if self.size != other.size:
            return f"its size was {self.size} and is now {other.size}"
        for what in ("etag", "modified"):
            before, now = getattr(self, what), getattr(other, what)
            if before and now:  # the first that both have decides
                return None if before == now else f"its {what} was {before} and is now {now}"
        return None


class HTTPSource:
    """A file behind an ``http://`` or ``https://`` URL.

    Every answer must be exactly the range that was asked for, of the version of the file
    that the first answer showed (its size, and its ETag or else its Last-Modified).  The
    size comes with that first answer.  A wave's ranges are fetched side by side, up to eight
    at a time.  Dropped connections and answers 429 and 5xx are tried again, four times in all.

    A server without range requests answers with the whole file: up to 16 MiB of known
    length are taken and kept in memory; more is an error that says so.

    Parameters
    ----------
    url
        May hold ``user:password@``, which is sent as basic authentication.
    headers
        More headers for each request; they stay with the origin of ``url`` when redirected.
    timeout
        Seconds without a byte after which a request counts as dropped.

    Raises
    ------
    SourceError
        In the browser, where sockets are missing.
    """

    def __init__(
        self, url: str, headers: Mapping[str, str] | None = None, timeout: float = 30.0
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            raise ValueError("not an http:// or https:// URL with a host")
        # Passwords and signatures of queries have no place in messages.
        self.name = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
        if sys.platform == "emscripten":
            raise SourceError(f"{self.name}: {_NO_SOCKETS}")
        self._transport = Transport(url, headers or {}, timeout)
        self._lock = threading.Lock()
        self._version: _Version | None = None
        self._whole: bytes | None = None
        self._threads: ThreadPoolExecutor | None = None
        self._closed = False

    @property
    def size(self) -> int:
        """Length of the file in bytes; a request for its first byte if nothing was read yet."""
        if self._version is None:
            self._fetch((0, 1))
        return self._version.size if self._version else 0

    @property
    def resident(self) -> memoryview | None:
        """The whole file, once a server without ranges sent it; else ``None``."""
        return None if self._whole is None else memoryview(self._whole)

    def read(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Fetch one wave, its ranges side by side; the very first range goes ahead alone."""
        known = self._version.size if self._version else _FAR
        clipped = clip(ranges, known)
        wanted = {pair: b"" for pair in clipped if pair[0] < pair[1]}
        todo = list(wanted)
        if todo and (self._version is None or len(todo) == 1):
            # Alone: it tells the size, and whether the server knows ranges at all.
            first = todo.pop(0)
            wanted[first] = self._fetch(first)
        if todo:
            wanted.update(zip(todo, self._pool().map(self._fetch, todo), strict=True))
        return [wanted.get(pair, b"") for pair in clipped]

    async def read_async(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Fetch one wave in threads."""
        return await in_thread(self.read, ranges)

    def close(self) -> None:
        """Close the connections; requests under way come to their end."""
        self._closed = True
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
        self._transport.close()

    def _pool(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(_CONNECTIONS, "purehdf-http")
            return self._threads

    def _fetch(self, wanted: Range) -> bytes:
        if self._closed:
            raise ValueError(f"{self.name} is closed")
        version = self._version
        start, stop = clip([wanted], version.size)[0] if version else wanted
        if self._whole is not None:
            return self._whole[start:stop]
        if start == stop:
            return b""
        try:
            answer = self._transport.get(start, stop, _WHOLE)
        except (OSError, http.client.HTTPException, TransportError, ValueError) as error:
            # ValueError: a redirect to what is no URL, or a header that cannot be sent.
            raise failure(self.name, [wanted], error) from error
        try:
            return self._judge(answer, start, stop)
        except _Refusal as refusal:
            raise failure(self.name, [wanted], refusal) from None

    def _judge(self, answer: Answer, start: int, stop: int) -> bytes:
        """Return the bytes of an answer that is what was asked for; refuse any other."""
        coding = answer.headers.get("Content-Encoding", "identity")
        if answer.status in (200, 206) and coding != "identity":
            raise _Refusal(f"the server encoded the answer as {coding}, though told not to")
        if answer.status == 206:
            return self._judge_part(answer, start, stop)
        if answer.status == 200:
            return self._judge_whole(answer)[start:stop]
        if answer.status == 416:
            return self._judge_end(answer)
        if answer.status in (404, 410) and self._version is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), self.name)
        raise _Refusal(f"HTTP status {answer.status} {answer.reason}")

    def _judge_part(self, answer: Answer, start: int, stop: int) -> bytes:
        stated = answer.headers.get("Content-Range", "")
        match = _CONTENT_RANGE.fullmatch(stated)
        if match is None:
            raise _Refusal(f"the server states no range and size: Content-Range {stated!r}")
        first, last, size = map(int, match.groups())
        self._accept(answer, size)
        if (first, last + 1) != (start, min(stop, size)):
            raise _Refusal(f"the server sent another range: {stated}")
        if len(answer.body) != last + 1 - first:
            raise _Refusal(f"the server sent {len(answer.body)} bytes for {stated}")
        return answer.body

    def _judge_whole(self, answer: Answer) -> bytes:
        length = answer.headers.get("Content-Length", "")
        if str(len(answer.body)) != length:
            raise _Refusal(
                "the server has no range requests (it answered 200, the whole file, of "
                f"{length or 'unstated'} bytes): download the file and open the copy"
            )
        self._accept(answer, len(answer.body))
        self._whole = answer.body
        return answer.body

    def _judge_end(self, answer: Answer) -> bytes:
        if self._version is not None:  # what is past the known end is never asked for
            raise _Refusal("the file changed: it now ends before this range (HTTP status 416)")
        stated = answer.headers.get("Content-Range", "")
        if re.fullmatch(r"bytes \*/\d+", stated, re.ASCII):
            self._accept(answer, int(stated.rpartition("/")[2]))
        return b""

    def _accept(self, answer: Answer, size: int) -> None:
        headers = answer.headers
        version = _Version(size, headers.get("ETag"), headers.get("Last-Modified"))
        with self._lock:
            if self._version is None:
                self._version = version
            elif difference := self._version.differs(version):
                raise _Refusal(f"the file changed while it was read: {difference}")


class _Refusal(Exception):
    """Why an answer is not taken; becomes a SourceError with the range."""
