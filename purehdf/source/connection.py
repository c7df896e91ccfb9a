"""Connections that never block: what would have to wait yields (see :mod:`.side_by_side`)."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any, TypeAlias, TypeVar

from .side_by_side import Exchange

__all__ = ["Address", "Connection", "addresses_of", "connect"]

T = TypeVar("T")
Address: TypeAlias = tuple[int, Any]
"""Family of addresses, and the address."""

_PIECE = 1 << 16
_UNDER_WAY = {0, errno.EINPROGRESS, errno.EWOULDBLOCK, getattr(errno, "WSAEWOULDBLOCK", 0)}
# By name, because not every Python has the module ssl.
_TLS_WAITS = {"SSLWantReadError": EVENT_READ, "SSLWantWriteError": EVENT_WRITE}


class Connection:
    """A socket that does not block, encrypted or not."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock

    def send(self, data: bytes) -> Exchange[None]:
        """Send all of `data`."""
        while data:
            sent = yield from _patiently(self._socket, EVENT_WRITE, self._socket.send, data)
            data = data[sent:]

    def receive(self) -> Exchange[bytes]:
        """Return the bytes that come next; none when the other side has ended it."""
        return (yield from _patiently(self._socket, EVENT_READ, self._socket.recv, _PIECE))

    def close(self) -> None:
        """Let go of the socket."""
        self._socket.close()


def addresses_of(host: str, port: int) -> list[Address]:
    """Where a host can be reached, the best address first; this blocks."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(family, address) for family, _, _, _, address in found]


def connect(address: Address, host: str, context: Any) -> Exchange[Connection]:
    """Connect to `address`; encrypted, if there is the ``context`` of an SSL connection."""
    family, place = address
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        problem = sock.connect_ex(place)
        if problem in _UNDER_WAY:
            yield sock, EVENT_WRITE
            problem = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if problem:
            raise OSError(problem, os.strerror(problem))
        if context is not None:
            sock = context.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
            yield from _patiently(sock, EVENT_READ, sock.do_handshake)
    except BaseException:
        sock.close()
        raise
    return Connection(sock)


def _patiently(
    sock: socket.socket, events: int, operation: Callable[..., T], *args: Any
) -> Exchange[T]:
    """Do what may have to wait, for `events` unless it says otherwise."""
    while True:
        try:
            return operation(*args)
        except BlockingIOError:
            yield sock, events
        except OSError as error:
            waits = _TLS_WAITS.get(type(error).__name__)
            if waits is None:
                raise
            yield sock, waits
