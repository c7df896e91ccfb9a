"""HTTP/1.1 messages (RFC 9112): the request for a range, and the answer to it.  No I/O.

``http.client`` parses the head of an answer as e-mail, and waits in a thread for each: both
together take ten times the processor time, which is what hundreds of small requests cost.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass

__all__ = ["Answer", "MessageError", "Receiver", "request_start"]

_MOST_HEAD = 1 << 16
_ERROR_PAGE = 1 << 20  # more of an answer that nobody asked for is not read
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_LONGEST_END = 3  # bytes of an end that may have come, but for the last
_END_OF_LINE = re.compile(rb"\r?\n")
_STATUS_LINE = re.compile(r"HTTP/1\.([01]) (\d{3})(?: (.*))?", re.ASCII)
_DIGITS = re.compile(r"\d{1,19}", re.ASCII)
_CHUNK_SIZE = re.compile(r"([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?", re.ASCII)
_NO_BODY = {204, 304}


class MessageError(Exception):
    """What came is no answer of HTTP/1.1, or not all of one."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; names of ``headers`` are in small letters.

    ``reusable`` says that the connection is at the end of this answer and can take another
    request.
    """

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes
    reusable: bool


def request_start(target: str, headers: Mapping[str, str]) -> bytes:
    """A GET request, to which more headers and an empty line are added.

    Raises
    ------
    ValueError
        A header that would end its line, or has characters that no header can have.
    """
    lines = [f"GET {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError("a header holds the end of a line")
    return "\r\n".join([*lines, ""]).encode("latin-1")


class Receiver:
    """Puts an answer together from the bytes that come.

    Of an answer with status s no more than ``limits[s]`` bytes of the body are taken.  One of
    status 200 is the whole file: it is taken if it says that it has no more, else not at all.
    """

    def __init__(self, limits: Mapping[int, int]) -> None:
        self._limits = limits
        self._buffer = bytearray()
        self._ended = False
        self.begun = False  # whether any byte of the answer has come
        self._parser = self._parse()
        next(self._parser)

    def feed(self, data: bytes) -> Answer | None:
        """Take the next bytes, ``b""`` for the end of the connection; the answer once it is there.

        Raises
        ------
        MessageError
            It is no answer, or the connection ended in the middle of it.
        """
        self._buffer += data
        self._ended = not data
        self.begun = self.begun or bool(data)
        try:
            next(self._parser)
        except StopIteration as stop:
            answer: Answer = stop.value
            return answer
        return None

    def _parse(self) -> Generator[None, None, Answer]:
        minor, status, reason, headers = yield from self._head()
        while 100 <= status < 200:  # "go on", "early hints"
            minor, status, reason, headers = yield from self._head()
        length = _length(status, headers)
        limit = self._limits.get(status, _ERROR_PAGE)
        if status == 200 and (length is None or length > limit):
            return Answer(status, reason, headers, b"", reusable=False)
        if _lower(headers, "transfer-encoding"):
            body, whole = yield from self._chunked(headers, limit)
        else:
            body, whole = yield from self._plain(length, limit)
        connection = _lower(headers, "connection")
        keeps = "keep-alive" in connection if minor == "0" else "close" not in connection
        # What comes behind the answer belongs to none.
        return Answer(status, reason, headers, body, whole and keeps and not self._buffer)

    def _head(self) -> Generator[None, None, tuple[str, int, str, dict[str, str]]]:
        head = yield from self._until(_END_OF_HEAD)
        first, *lines = head.decode("latin-1").replace("\r\n", "\n").split("\n")
        match = _STATUS_LINE.fullmatch(first)
        if match is None:
            raise MessageError(f"no answer of HTTP/1.1: {first[:40]!r}")
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(":")
            name, value = name.lower(), value.strip()
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        return match[1], int(match[2]), match[3] or "", headers

    def _plain(self, length: int | None, limit: int) -> Generator[None, None, tuple[bytes, bool]]:
        wanted = limit if length is None else min(length, limit)
        if length is None:
            while len(self._buffer) < wanted and not self._ended:
                yield
            return self._cut(wanted), False
        yield from self._filled(wanted)
        return self._cut(wanted), wanted == length

    def _chunked(
        self, headers: Mapping[str, str], limit: int
    ) -> Generator[None, None, tuple[bytes, bool]]:
        if _lower(headers, "transfer-encoding") != "chunked":
            raise MessageError(f"an answer in the coding {headers['transfer-encoding']!r}")
        body = bytearray()
        while True:
            line = yield from self._until(_END_OF_LINE)
            match = _CHUNK_SIZE.fullmatch(line.decode("latin-1"))
            if match is None:
                raise MessageError("a chunk without its size")
            size = int(match[1], 16)
            if not size:
                break
            wanted = min(size, limit - len(body))
            yield from self._filled(wanted)
            body += self._cut(wanted)
            if wanted < size:
                return bytes(body), False
            if (yield from self._until(_END_OF_LINE)):
                raise MessageError("a chunk that does not end where its size says")
        while (yield from self._until(_END_OF_LINE)):
            pass  # headers that come behind the body
        return bytes(body), True

    def _until(self, end: re.Pattern[bytes]) -> Generator[None, None, bytes]:
        """What comes before `end`, which is taken too."""
        seen = 0
        while (match := end.search(self._buffer, seen)) is None:
            if len(self._buffer) > _MOST_HEAD:
                raise MessageError("an answer whose head does not end")
            seen = max(len(self._buffer) - _LONGEST_END, 0)
            yield from self._more()
        found = self._cut(match.end())
        return found[: match.start()]

    def _filled(self, count: int) -> Generator[None, None, None]:
        while len(self._buffer) < count:
            yield from self._more(f" after {len(self._buffer)} of {count} bytes")

    def _more(self, where: str = "") -> Generator[None, None, None]:
        if self._ended:
            raise MessageError(f"the connection ended{where or ' before the answer'}")
        yield

    def _cut(self, count: int) -> bytes:
        with memoryview(self._buffer) as view:
            found = bytes(view[:count])
        del self._buffer[:count]
        return found


def _lower(headers: Mapping[str, str], name: str) -> str:
    return headers.get(name, "").lower()


def _length(status: int, headers: Mapping[str, str]) -> int | None:
    """Bytes of the body; None where the end of the connection, or of the chunks, is its end."""
    if status in _NO_BODY:
        return 0
    if "transfer-encoding" in headers or "content-length" not in headers:
        return None
    stated = headers["content-length"]
    if _DIGITS.fullmatch(stated) is None:
        raise MessageError(f"an answer of {stated!r} bytes")
    return int(stated)
