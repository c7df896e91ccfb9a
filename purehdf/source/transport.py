"""Byte ranges of one URL, with the standard library: connections and redirects.

Connections are kept alive and used again.  Proxies of the environment are not used: where
one is needed, install ``purehdf[remote]`` and pass ``storage_options``.
"""

from __future__ import annotations

import base64
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from .connection import Address, Connection, addresses_of, connect
from .http1 import Answer, MessageError, Receiver, request_start
from .protocol import Range
from .side_by_side import Exchange, side_by_side

__all__ = ["Transport", "TransportError"]

REDIRECTS = 5

_REDIRECT_STATUS = {301, 302, 303, 307, 308}
_GONE_STATUS = {401, 403, 404, 410}
_Origin: TypeAlias = tuple[str, str, int]
_PORTS = {"http": 80, "https": 443}
_PREPARED = 3  # connections that are made while the first answer is awaited
_MOST_PLACES = 16  # more are redirects that are signed for one request each
_SAFE = "!#$%&'()*+,/:;=?@[]~"  # characters that a quoted URL may hold as they are


class TransportError(Exception):
    """A server that sends us in circles or to places where we do not go."""


class _Place(NamedTuple):
    """A URL, taken apart: where to connect to, and a request up to the range it is for."""

    origin: _Origin
    request: bytes


class Transport:
    """GET requests for ranges of ``url``; safe to use from many threads.

    ``headers`` (tokens, cookies) are sent to the origin of ``url`` and to no other, wherever
    a redirect leads.
    """

    def __init__(
        self, url: str, headers: Mapping[str, str], timeout: float, connections: int
    ) -> None:
        self._url = url
        self._target = url  # where the redirects of the last good answer ended
        self._headers = {**_credentials(urlsplit(url)), **headers}
        self._timeout = timeout
        self._slots = threading.Semaphore(connections)
        self._ahead = min(_PREPARED, connections - 1)
        self._places: dict[str, _Place] = {}
        self._lock = threading.Lock()  # guards the next four
        self._closed = False
        self._idle: defaultdict[_Origin, list[Connection]] = defaultdict(list)
        self._addresses: dict[_Origin, list[Address]] = {}
        self._context: Any = None  # of TLS: making one reads all certificates

    def get(self, ranges: Sequence[Range], whole: int) -> list[Answer | Exception]:
        """Ask for each of `ranges`; the answers, or why there is none.

        Of an answer 206 no more is read than was asked for and one byte.  An answer 200 is the
        whole file: it is read if it says that it has at most ``whole`` bytes, else not at all.
        What goes wrong is an OSError, a MessageError, a TransportError or a ValueError.
        """
        exchanges = [self._get(start, stop, whole) for start, stop in ranges]
        besides = [self._prepare() for _ in range(self._ahead)]
        self._ahead = 0
        return side_by_side(exchanges, self._slots, self._timeout, besides=besides)

    def close(self) -> None:
        """Close the connections that are idle; those at work close when they are done."""
        with self._lock:
            self._closed = True
            idle = [connection for pool in self._idle.values() for connection in pool]
            self._idle.clear()
        for connection in idle:
            connection.close()

    def _prepare(self) -> Exchange[None]:
        """Connect ahead: the first answer is awaited alone, and the next wave has many requests."""
        origin = self._place(self._url).origin
        connection = yield from self._connect(origin)
        if not self._keep(origin, connection, used=False):
            connection.close()

    def _get(self, start: int, stop: int, whole: int) -> Exchange[Answer]:
        url = self._target
        limits = {206: stop - start + 1, 200: whole}
        for turn in range(REDIRECTS + 1):
            answer = yield from self._exchange(url, (start, stop), limits)
            if answer.status in _REDIRECT_STATUS:
                url = urljoin(url, answer.headers.get("location", ""))
            elif answer.status in _GONE_STATUS and turn == 0 and url != self._url:
                url = self._url  # a signed address has run out: begin anew
            else:
                if answer.status in (200, 206):
                    self._target = url
                return answer
        raise TransportError(f"more than {REDIRECTS} redirects")

    def _exchange(self, url: str, wanted: Range, limits: Mapping[int, int]) -> Exchange[Answer]:
        """One request and its answer, over an idle connection if there is one."""
        place = self._places.get(url) or self._place(url)
        request = place.request + b"%d-%d\r\n\r\n" % (wanted[0], wanted[1] - 1)
        connection = self._take(place.origin)
        if connection is not None:
            receiver = Receiver(limits)
            try:
                return (yield from self._ask(connection, place.origin, request, receiver))
            except (ConnectionError, MessageError):
                if receiver.begun:
                    raise
                # The server closed it meanwhile, which is no failure.
        connection = yield from self._connect(place.origin)
        return (yield from self._ask(connection, place.origin, request, Receiver(limits)))

    def _place(self, url: str) -> _Place:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise TransportError(f"redirected to {parts.scheme or 'nowhere'!r}, not to http(s)")
        target = quote(parts.path or "/", safe=_SAFE)
        if parts.query:
            target += "?" + quote(parts.query, safe=_SAFE)
        headers = {"Host": _host(parts), "Accept-Encoding": "identity"}
        if _origin(parts) == _origin(urlsplit(self._url)):
            headers |= self._headers
        place = _Place(_origin(parts), request_start(target, headers) + b"Range: bytes=")
        if len(self._places) >= _MOST_PLACES:
            self._places = {}
        self._places[url] = place
        return place

    def _ask(
        self, connection: Connection, origin: _Origin, request: bytes, receiver: Receiver
    ) -> Exchange[Answer]:
        answer = None
        try:
            yield from connection.send(request)
            while answer is None:
                answer = receiver.feed((yield from connection.receive()))
        finally:
            if answer is None or not answer.reusable or not self._keep(origin, connection):
                connection.close()
        return answer

    def _keep(self, origin: _Origin, connection: Connection, *, used: bool = True) -> bool:
        with self._lock:
            if not self._closed:
                idle = self._idle[origin]
                idle.insert(len(idle) if used else 0, connection)  # the last is taken first
            return not self._closed

    def _take(self, origin: _Origin) -> Connection | None:
        with self._lock:
            idle = self._idle[origin]
            return idle.pop() if idle else None

    def _connect(self, origin: _Origin) -> Exchange[Connection]:
        """A new connection, to the address that the last one was made to if it still answers."""
        scheme, host, port = origin
        known = self._addresses.get(origin) or addresses_of(host, port)
        self._addresses[origin] = known
        problem: OSError | None = None
        for address in known:
            try:
                connection = yield from connect(address, host, self._tls(scheme))
            except OSError as error:
                problem = problem or error
            else:
                with self._lock:
                    self._addresses[origin] = sorted(known, key=address.__ne__)  # it first
                return connection
        with self._lock:
            self._addresses.pop(origin, None)  # to be looked up again
        raise problem or OSError(f"{host} has no address")

    def _tls(self, scheme: str) -> Any:
        if scheme != "https":
            return None
        with self._lock:
            if self._context is None:
                import ssl  # late: not every Python has it

                self._context = ssl.create_default_context()
                self._context.set_alpn_protocols(["http/1.1"])
            return self._context


def _origin(parts: SplitResult) -> _Origin:
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)


def _host(parts: SplitResult) -> str:
    """The header Host: without the port that is meant anyway."""
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    elif not host.isascii():
        host = host.encode("idna").decode()
    return host if parts.port in (None, _PORTS[parts.scheme]) else f"{host}:{parts.port}"


def _credentials(parts: SplitResult) -> dict[str, str]:
    if parts.username is None:
        return {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
