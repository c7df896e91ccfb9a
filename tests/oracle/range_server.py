"""A web server that answers ranges of one file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["serve"]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    content: bytes

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        total = len(self.content)
        first, last = map(int, self.headers["Range"].removeprefix("bytes=").split("-"))
        body = self.content[first : last + 1]
        self.send_response(206 if body else 416)
        stated = f"{first}-{first + len(body) - 1}" if body else "*"
        self.send_header("Content-Range", f"bytes {stated}/{total}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serve(content: bytes) -> Iterator[str]:
    """Serve `content` on the loopback; gives its URL."""
    handler = type("Handler", (_Handler,), {"content": content})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/file.h5"
        finally:
            server.shutdown()
            thread.join()
