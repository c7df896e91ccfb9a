"""An HTTP server on the loopback that answers ranges, and misbehaves when told to."""

from __future__ import annotations

import re
import ssl
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

__all__ = ["CERTIFICATE", "CONTENT", "RangeServer", "serve"]

CERTIFICATE = Path(__file__).parent / "localhost.pem"  # and its key; good for a hundred years
CONTENT = bytes(i * 7 % 251 for i in range(10_000))


class RangeServer(ThreadingHTTPServer):
    """Serves ``content`` at every path; ``script`` says how the next answers go wrong."""

    daemon_threads = True
    request_queue_size = 128  # as other servers have it; the 5 of the library stall a wave
    scheme = "http"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content = CONTENT
        self.headers: dict[str, str] = {"ETag": '"one"'}
        self.script: list[str] = []
        self.always = "ok"
        self.requests: list[tuple[str, str | None, dict[str, str]]] = []
        self.connections: set[object] = set()
        self.lock = threading.Lock()

    def encrypt(self) -> None:
        """Speak TLS, with the certificate of `localhost.pem`."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        # The handshake is done by the thread of the connection, when it first reads.
        self.socket = context.wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False
        )
        self.scheme = "https"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that went away, as one does that waits no longer."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def choose(self, asked: str | None) -> str:
        """How the request for this range is answered, and details after a space."""
        return self.script.pop(0) if self.script else self.always

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}/data/file.h5"

    @property
    def ranges(self) -> list[str | None]:
        return [asked for _, asked, _ in self.requests]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: RangeServer

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        with self.server.lock:
            self.server.requests.append((self.path, asked, dict(self.headers)))
            self.server.connections.add(self.client_address)
            how, _, detail = self.server.choose(asked).partition(" ")
        getattr(self, "answer_" + how)(asked, detail)

    def do_HEAD(self) -> None:
        self.send(200, b"", Content_Length=str(len(self.server.content)))

    def send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        length = headers.pop("Content_Length", str(len(body)))
        headers = {k.replace("_", "-"): v for k, v in headers.items()}
        for name, value in {**self.server.headers, "Content-Length": length, **headers}.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def answer_ok(self, asked: str | None, detail: str = "") -> None:
        total = len(self.server.content)
        match = re.fullmatch(r"bytes=(\d+)-(\d+)", asked or "")
        if match is None:
            return self.answer_whole(asked, "")
        first, last = int(match[1]), min(int(match[2]), total - 1)
        if first >= total:
            return self.send(416, b"", Content_Range=f"bytes */{total}")
        body = self.server.content[first : last + 1]
        stated = {"Content_Range": f"bytes {first}-{last}/{total}"}
        if detail == "short":  # the connection ends before the body does
            stated["Content_Length"] = str(len(body))
            self.send(206, body[:-1], **stated)
            self.close_connection = True
        elif detail == "fewer":  # a complete answer, of too few bytes
            self.send(206, body[:-1], **stated)
        elif detail == "more":
            self.send(206, body + b"!", **stated)
        elif detail == "close":  # closes the kept connection without saying so
            self.send(206, body, **stated)
            self.close_connection = True
        elif detail == "coded":
            self.send(206, body, **stated, Content_Encoding="gzip")
        else:
            self.send(206, body, **stated)

    def answer_chunked(self, asked: str | None, detail: str) -> None:
        first, last = (int(each) for each in (asked or "").removeprefix("bytes=").split("-"))
        body = self.server.content[first : last + 1]
        stated = f"bytes {first}-{last}/{len(self.server.content)}"
        pieces = [body[i : i + 7] for i in range(0, len(body), 7)]
        coded = b"".join(b"%x;x=y\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
        more = {"Content_Length": "", "Transfer_Encoding": "chunked"}
        self.send(206, coded + b"0\r\nTrailer: x\r\n\r\n", Content_Range=stated, **more)

    def answer_shifted(self, asked: str | None, detail: str) -> None:
        self.send(206, b"1234", Content_Range=f"bytes 1-4/{len(self.server.content)}")

    def answer_unstated(self, asked: str | None, detail: str) -> None:
        self.send(206, b"1234")

    def answer_whole(self, asked: str | None, detail: str) -> None:
        self.send(200, self.server.content)

    def answer_endless(self, asked: str | None, detail: str) -> None:
        self.send(200, b"x" * 100, Content_Length=str(1 << 40))
        self.close_connection = True

    def answer_status(self, asked: str | None, detail: str) -> None:
        code, _, after = detail.partition(" ")
        self.send(int(code), b"an explanation", Retry_After=after)

    def answer_stall(self, asked: str | None, detail: str) -> None:
        time.sleep(float(detail))
        self.close_connection = True

    def answer_drop(self, asked: str | None, detail: str) -> None:
        self.close_connection = True

    def answer_signed(self, asked: str | None, detail: str) -> None:
        """Redirect to ``detail``, where the file is; any other signed address has run out."""
        if self.path == detail:
            self.answer_ok(asked)
        elif self.path.startswith("/signed"):
            self.send(403, b"")
        else:
            self.send(307, b"", Location=detail)

    def answer_to(self, asked: str | None, detail: str) -> None:
        self.send(302, b"", Location=detail)


@contextmanager
def serve(kind: type[RangeServer] = RangeServer) -> Iterator[RangeServer]:
    """Run a server in a thread."""
    with kind() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
