"""One byte range of one URL, with the standard library: connections and redirects.

Connections are kept alive and used again.  Proxies of the environment are not used: where
one is needed, install ``purehdf[remote]`` and pass ``storage_options``.
"""

from __future__ import annotations

import base64
import http.client
import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

__all__ = ["Answer", "Transport", "TransportError"]

REDIRECTS = 5

_REDIRECT_STATUS = {301, 302, 303, 307, 308}
_GONE_STATUS = {401, 403, 404, 410}
_Origin: TypeAlias = tuple[str, str | None, int | None]
_PIECE = 1 << 20
_SAFE = "!#$%&'()*+,/:;=?@[]~"  # characters that a quoted URL may hold as they are


class TransportError(Exception):
    """A server that sends us in circles or to places where we do not go."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and body of an answer; ``complete`` when no byte of it was left unread."""

    status: int
    reason: str
    headers: http.client.HTTPMessage
    body: bytes
    complete: bool


class Transport:
    """GET requests for ranges of ``url``; safe to use from many threads.

    ``headers`` (tokens, cookies) are sent to the origin of ``url`` and to no other, wherever
    a redirect leads.
    """

    def __init__(self, url: str, headers: Mapping[str, str], timeout: float) -> None:
        self._url = url
        self._target = url  # where the redirects of the last good answer ended
        self._headers = {**_credentials(urlsplit(url)), **headers}
        self._timeout = timeout
        self._lock = threading.Lock()  # guards the next two
        self._closed = False
        self._idle: defaultdict[_Origin, list[http.client.HTTPConnection]] = defaultdict(list)

    def get(self, start: int, stop: int, whole: int) -> Answer:
        """Ask for bytes ``start`` to ``stop``.

        Of an answer 206 no more is read than was asked for and one byte.  An answer 200 is the
        whole file: it is read if it says that it has at most ``whole`` bytes, else not at all.

        Raises
        ------
        OSError, http.client.HTTPException, TransportError
            No answer was had.
        """
        url = self._target
        for turn in range(REDIRECTS + 1):
            answer = self._exchange(url, start, stop, whole)
            if answer.status in _REDIRECT_STATUS:
                url = urljoin(url, answer.headers.get("Location", ""))
            elif answer.status in _GONE_STATUS and turn == 0 and url != self._url:
                url = self._url  # a signed address has run out: begin anew
            else:
                if answer.status in (200, 206):
                    self._target = url
                return answer
        raise TransportError(f"more than {REDIRECTS} redirects")

    def close(self) -> None:
        """Close the connections that are idle; those at work close when they are done."""
        with self._lock:
            self._closed = True
            idle = [connection for pool in self._idle.values() for connection in pool]
            self._idle.clear()
        for connection in idle:
            connection.close()

    def _exchange(self, url: str, start: int, stop: int, whole: int) -> Answer:
        """One request and its answer, over an idle connection if there is one."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise TransportError(f"redirected to {parts.scheme or 'nowhere'!r}, not to http(s)")
        headers = {"Range": f"bytes={start}-{stop - 1}", "Accept-Encoding": "identity"}
        if _origin(parts) == _origin(urlsplit(self._url)):
            headers |= self._headers
        limits = {206: stop - start + 1, 200: whole}
        idle = self._take(_origin(parts))
        if idle is not None:
            try:
                return self._ask(idle, parts, headers, limits)
            except (ConnectionError, http.client.BadStatusLine):
                pass  # the server closed it meanwhile, which is no failure
        return self._ask(self._connect(parts), parts, headers, limits)

    def _ask(
        self,
        connection: http.client.HTTPConnection,
        parts: SplitResult,
        headers: dict[str, str],
        limits: dict[int, int],
    ) -> Answer:
        target = quote(parts.path or "/", safe=_SAFE)
        if parts.query:
            target += "?" + quote(parts.query, safe=_SAFE)
        answer = None
        try:
            connection.request("GET", target, headers=headers)
            with connection.getresponse() as response:
                answer = _receive(response, limits.get(response.status, _PIECE))
        finally:
            if answer is None or not answer.complete or not self._keep(_origin(parts), connection):
                connection.close()
        return answer

    def _keep(self, origin: _Origin, connection: http.client.HTTPConnection) -> bool:
        with self._lock:
            alive = connection.sock is not None and not self._closed
            if alive:
                self._idle[origin].append(connection)
            return alive

    def _take(self, origin: _Origin) -> http.client.HTTPConnection | None:
        with self._lock:
            idle = self._idle[origin]
            return idle.pop() if idle else None

    def _connect(self, parts: SplitResult) -> http.client.HTTPConnection:
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        return kind(parts.hostname or "", parts.port, timeout=self._timeout)


def _origin(parts: SplitResult) -> _Origin:
    return parts.scheme, parts.hostname, parts.port


def _receive(response: http.client.HTTPResponse, limit: int) -> Answer:
    declared = response.length
    if response.status == 200 and (declared is None or declared > limit):
        limit = 0
    pieces = []
    room = limit
    # In pieces, because a read of the standard library allocates what is asked for.
    while room and (piece := response.read(min(room, _PIECE))):
        pieces.append(piece)
        room -= len(piece)
    body = b"".join(pieces)
    if room and declared is not None and len(body) < declared:
        raise http.client.IncompleteRead(body, declared - len(body))
    complete = response.isclosed()
    return Answer(response.status, response.reason, response.headers, body, complete)


def _credentials(parts: SplitResult) -> dict[str, str]:
    if parts.username is None:
        return {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
