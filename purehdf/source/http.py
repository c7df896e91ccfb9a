"""A file behind a URL, read by HTTP range requests with nothing but the standard library."""

from __future__ import annotations

import errno
import os
import re
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit, urlunsplit

from ..errors import SourceError
from .http1 import Answer
from .parallel import CONNECTIONS, ParallelSource
from .protocol import Buffer, Range
from .retries import DEFAULT_RETRIES, Refusal, Retries, Transient, naming
from .transport import Transport, TransportError
from .version import Version
from .wave import Wave

__all__ = ["HTTPSource"]

_WHOLE = 16 << 20  # a file up to this size may come whole
_BUSY_STATUS = {408, 429, 500, 502, 503, 504}
_HOPELESS = (
    ConnectionRefusedError,
    socket.gaierror,
    TransportError,
    ValueError,  # a certificate, a redirect to what is no URL, a header that cannot be sent
)
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)", re.ASCII)
_NO_SOCKETS = (
    "there are no sockets in the browser: fetch the file there (for example with "
    "pyodide.http.pyfetch) and pass its bytes, or pass a source of your own"
)


class HTTPSource(ParallelSource):
    """A file behind an ``http://`` or ``https://`` URL.

    Every answer must be exactly the range that was asked for, of the version of the file
    that the first answer showed (its size, and its ETag or else its Last-Modified).  The
    size comes with that first answer.  What may pass is tried again: dropped connections,
    answers 408, 429 and 5xx, and answers that are not the range that was asked for.

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
    connections
        Requests that may be under way together, each over a connection that is used again.
    retries
        How often and how patiently a request is tried.

    Raises
    ------
    SourceError
        In the browser, where sockets are missing.
    """

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        timeout: float = 30.0,
        *,
        connections: int = CONNECTIONS,
        retries: Retries | None = None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            raise ValueError("not an http:// or https:// URL with a host")
        # Passwords and signatures of queries have no place in messages.
        name = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
        if sys.platform == "emscripten":
            raise SourceError(f"{name}: {_NO_SOCKETS}")
        super().__init__(name, connections)
        self._transport = Transport(url, headers or {}, timeout, connections)
        self._retries = retries or DEFAULT_RETRIES
        self._version: Version | None = None
        self._whole: bytes | None = None

    @property
    def resident(self) -> memoryview | None:
        """The whole file, once a server without ranges sent it; else ``None``."""
        return None if self._whole is None else memoryview(self._whole)

    def close(self) -> None:
        """Close the connections; requests under way come to their end."""
        super().close()
        self._transport.close()

    def _known_size(self) -> int | None:
        return self._version.size if self._version else None

    def _fetch_all(self, wanted: Sequence[Range]) -> list[Buffer]:
        wave = Wave(wanted)
        with naming(self.name, wanted):
            self._retries.run(lambda: wave.settle(self._attempt(wave.missing)))
        return wave.buffers()

    def _attempt(self, wanted: Sequence[Range]) -> list[Buffer | Refusal]:
        if self._whole is not None:
            return [self._whole[start:stop] for start, stop in wanted]
        outcomes = self._transport.get(wanted, _WHOLE)
        return [self._outcome(found, *pair) for found, pair in zip(outcomes, wanted, strict=True)]

    def _outcome(self, found: Answer | Exception, start: int, stop: int) -> bytes | Refusal:
        if isinstance(found, Exception):
            return (Refusal if isinstance(found, _HOPELESS) else Transient)(found)
        try:
            return self._judge(found, start, stop)
        except Refusal as refusal:
            return refusal

    def _judge(self, answer: Answer, start: int, stop: int) -> bytes:
        """Return the bytes of an answer that is what was asked for; refuse any other."""
        coding = answer.headers.get("content-encoding", "identity")
        if answer.status in (200, 206) and coding != "identity":
            raise Refusal(f"the server encoded the answer as {coding}, though told not to")
        if answer.status == 206:
            return self._judge_part(answer, start, stop)
        if answer.status == 200:
            return self._judge_whole(answer)[start:stop]
        if answer.status == 416:
            return self._judge_end(answer)
        if answer.status in (404, 410) and self._version is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), self.name)
        status = f"HTTP status {answer.status} {answer.reason}"
        if answer.status in _BUSY_STATUS:
            raise Transient(status, after=_retry_after(answer))
        raise Refusal(status)

    def _judge_part(self, answer: Answer, start: int, stop: int) -> bytes:
        stated = answer.headers.get("content-range", "")
        match = _CONTENT_RANGE.fullmatch(stated)
        if match is None:
            raise Transient(f"the server states no range and size: Content-Range {stated!r}")
        first, last, size = map(int, match.groups())
        self._accept(answer, size)
        if (first, last + 1) != (start, min(stop, size)):
            raise Transient(f"the server sent another range: {stated}")
        if len(answer.body) != last + 1 - first:
            raise Transient(f"the server sent {len(answer.body)} bytes for {stated}")
        return answer.body

    def _judge_whole(self, answer: Answer) -> bytes:
        length = answer.headers.get("content-length", "")
        if str(len(answer.body)) != length:
            # Some servers of a cluster may know ranges: it costs little to ask again.
            raise Transient(
                "the server has no range requests (it answered 200, the whole file, of "
                f"{length or 'unstated'} bytes): download the file and open the copy",
                busy=False,
            )
        self._accept(answer, len(answer.body))
        self._whole = answer.body
        return answer.body

    def _judge_end(self, answer: Answer) -> bytes:
        if self._version is not None:  # what is past the known end is never asked for
            raise Refusal("the file changed: it now ends before this range (HTTP status 416)")
        stated = answer.headers.get("content-range", "")
        if re.fullmatch(r"bytes \*/\d+", stated, re.ASCII):
            self._accept(answer, int(stated.rpartition("/")[2]))
        return b""

    def _accept(self, answer: Answer, size: int) -> None:
        headers = answer.headers
        version = Version(size, headers.get("etag"), headers.get("last-modified"))
        with self._lock:
            if self._version is None:
                self._version = version
            elif difference := self._version.differs(version):
                raise Refusal(f"the file changed while it was read: {difference}")


def _retry_after(answer: Answer) -> float:
    """Seconds that the server wants to be left alone; it may state a date instead."""
    stated = answer.headers.get("retry-after", "")
    if stated.isascii() and stated.isdigit():
        return float(stated)
    from email.utils import parsedate_to_datetime  # late: hardly ever needed

    try:
        return max(parsedate_to_datetime(stated).timestamp() - time.time(), 0.0)
    except (ValueError, OverflowError):
        return 0.0
