"""An S3 server on the loopback interface (moto), which notes what is asked of it.

A test imports the fixture ``s3``, or uses :func:`s3_server` as it likes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any, NamedTuple

import pytest

__all__ = ["Request", "S3Server", "s3", "s3_server"]

BUCKET = "bucket"


class Request(NamedTuple):
    """One request: "GET", "/bucket/name", and the range of bytes that it wants, if it says one."""

    method: str
    path: str
    wanted: tuple[int, int] | None


@dataclass
class S3Server:
    """A running server; ``delay`` seconds pass before it answers, ``put`` clears ``requests``."""

    endpoint: str
    delay: float = 0
    requests: list[Request] = field(default_factory=list)

    @property
    def options(self) -> dict[str, Any]:
        """The ``storage_options`` with which s3fs finds it."""
        return {
            "key": "key",
            "secret": "secret",
            "client_kwargs": {"endpoint_url": self.endpoint, "region_name": "us-east-1"},
        }

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which botocore finds it, where no options are given."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    def put(self, name: str, data: bytes) -> str:
        """Store an object, and return its s3:// URL."""
        _backend().put_object(BUCKET, name, data)
        self.requests.clear()
        return f"s3://{BUCKET}/{name}"

    def ranges(self) -> list[tuple[int, int]]:
        """The bytes that were asked for since ``requests`` was cleared."""
        return [each.wanted for each in self.requests if each.wanted is not None]


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """Run a server with one empty bucket; skips where moto is not installed."""
    pytest.importorskip("s3fs")
    app = pytest.importorskip("moto.moto_server.werkzeug_app")
    from werkzeug.serving import make_server

    handler = app.DomainDispatcherApplication(app.create_backend_app)
    noted: list[S3Server] = []
    http = make_server(
        "127.0.0.1",
        0,
        lambda environ, start: _noting(noted[0], handler, environ, start),
        threaded=True,
        request_handler=app.MotoRequestHandler,
    )
    server = S3Server(f"http://127.0.0.1:{http.server_port}")
    noted.append(server)
    thread = Thread(target=http.serve_forever, daemon=True)
    thread.start()
    try:
        _backend().create_bucket(BUCKET, "us-east-1")
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


def _backend() -> Any:
    """What moto serves: it is of this process."""
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.s3.models import s3_backends

    return s3_backends[DEFAULT_ACCOUNT_ID]["aws"]


def _noting(
    server: S3Server,
    handler: Callable[..., Iterable[bytes]],
    environ: dict[str, Any],
    start: Callable[..., Any],
) -> Iterable[bytes]:
    first, _, last = environ.get("HTTP_RANGE", "").removeprefix("bytes=").partition("-")
    wanted = (int(first), int(last) + 1) if first and last else None
    server.requests.append(Request(environ["REQUEST_METHOD"], environ["PATH_INFO"], wanted))
    time.sleep(server.delay)
    return handler(environ, start)


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """One server for all tests; they use names of their own."""
    with s3_server() as server:
        yield server
