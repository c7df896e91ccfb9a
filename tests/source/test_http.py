from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate

import pytest

from purehdf.errors import SourceError
from purehdf.source import HTTPSource, Retries

from .range_server import CERTIFICATE


@pytest.fixture
def connect(server) -> Iterator[Callable[..., HTTPSource]]:
    """Make sources that are closed when the test ends."""
    made = []

    def make(url: str | None = None, **options) -> HTTPSource:
        made.append(HTTPSource(url or server.url, **options))
        return made[-1]

    yield make
    for source in made:
        source.close()


def test_one_request_a_range_and_the_size_comes_along(server, connect, content):
    source = connect()
    assert source.read([(10, 20)]) == [content[10:20]]
    assert source.size == len(content)
    assert server.ranges == ["bytes=10-19"]


def test_the_size_alone_costs_one_byte(server, connect, content):
    assert connect().size == len(content)
    assert server.ranges == ["bytes=0-0"]


def test_a_wave_keeps_its_order_and_asks_for_nothing_twice(server, connect, content):
    source = connect()
    ranges = [(5000, 5010), (0, 8), (7, 7), (0, 8), (9_990, 20_000), (50_000, 50_001)]
    assert source.read(ranges) == [content[a:b] for a, b in ranges]
    assert len(server.requests) == 3  # the last is past the end, which was known by then


def test_first_read_past_the_end(server, connect, content):
    source = connect()
    assert source.read([(1 << 40, 1 << 63)]) == [b""]
    assert source.size == len(content)
    assert len(server.requests) == 1


def test_a_huge_range_is_the_file(connect, content):
    assert connect().read([(0, 1 << 80)]) == [content]


def test_an_empty_file(server, connect):
    server.content = b""
    source = connect()
    assert source.read([(0, 100)]) == [b""]
    assert source.size == 0


def test_a_416_without_size_is_an_empty_answer(server, connect):
    server.always = "status 416"
    source = connect()
    assert source.read([(5, 6)]) == [b""]
    assert source.size == 0


def test_async_reads_and_threads_share_few_connections(server, connect, content):
    source = connect()
    ranges = [(i, i + 50) for i in range(0, 4000, 100)]
    wanted = [content[a:b] for a, b in ranges]
    assert asyncio.run(source.read_async(ranges)) == wanted
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(source.read, [ranges] * 8)) == [wanted] * 8
    assert len(server.requests) == 9 * 40
    assert len(server.connections) <= 109  # 100 for a wave's ranges, and one a caller


def test_encrypted_connections(server, connect, content, monkeypatch):
    server.encrypt()
    ranges = [(i, i + 50) for i in range(0, 4000, 100)]
    with pytest.raises(SourceError, match="certificate"):
        connect().read(ranges)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    source = connect()
    for _ in range(2):
        assert source.read(ranges) == [content[a:b] for a, b in ranges]
    assert source.read([(0, 1 << 40)]) == [content]
    assert len(server.connections) <= 40


@pytest.mark.parametrize(("connections", "made"), [(100, 4), (3, 3), (1, 2)])
def test_connections_are_made_while_the_first_answer_is_awaited(
    server, connect, content, connections, made
):
    accepted = []
    accept = server.get_request
    server.get_request = lambda: (accepted.append(accept()), accepted[-1])[1]
    server.script = ["stall 0.2"]
    source = connect(connections=connections)
    assert source.read([(0, 4)]) == [content[0:4]]
    assert len(accepted) == made  # the one that stalled was closed
    ranges = [(i, i + 50) for i in range(0, 50 * (made - 1), 50)]
    assert source.read(ranges) == [content[a:b] for a, b in ranges]
    assert len(accepted) == made


def test_answers_in_chunks(server, connect, content):
    server.always = "chunked"
    source = connect()
    assert source.read([(10, 100)]) == [content[10:100]]
    assert source.read([(10, 11)]) == [content[10:11]]
    assert len(server.connections) == 1


def test_a_host_with_several_addresses(server, connect, content, monkeypatch):
    looked_up = []

    def addresses(host: str, port: int) -> list[tuple[int, tuple[str, int]]]:
        looked_up.append(host)
        return [(socket.AF_INET, ("127.0.0.1", dead)), (socket.AF_INET, ("127.0.0.1", port))]

    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        dead = unheard.getsockname()[1]
        monkeypatch.setattr("purehdf.source.transport.addresses_of", addresses)
        source = connect()
        ranges = [(i, i + 50) for i in range(0, 4000, 100)]
        assert source.read(ranges) == [content[a:b] for a, b in ranges]
        assert looked_up == ["127.0.0.1"]
        server.script = ["drop"]
        assert source.read([(0, 4)]) == [content[:4]]
        assert looked_up == ["127.0.0.1"]


@pytest.mark.parametrize("bad", [{"X": "a\r\nY: b"}, {"X\n": "a"}, {"X": "\u20ac"}])
def test_headers_that_cannot_be_sent(server, connect, bad):
    with pytest.raises(SourceError):
        connect(headers=bad).read([(0, 4)])
    assert server.requests == []


def test_connections_are_kept_alive(server, connect):
    source = connect()
    for _ in range(5):
        source.read([(0, 4)])
    assert len(server.connections) == 1


@pytest.mark.parametrize(
    "script",
    [
        ["status 503"],
        ["status 429 0", "status 500", "status 502"],
        ["drop"],
        ["ok short"],
        ["drop", "ok short", "status 504"],
        ["ok fewer", "ok more", "shifted", "unstated"],
    ],
)
def test_what_passes_is_tried_again(server, connect, content, script):
    server.script = list(script)
    assert connect().read([(100, 200)]) == [content[100:200]]
    assert len(server.requests) == len(script) + 1


def test_a_server_that_says_nothing_is_asked_again(server, connect, content):
    server.script = ["stall 1"]
    assert connect(timeout=0.1).read([(100, 200)]) == [content[100:200]]


@pytest.mark.parametrize(
    ("stated", "least"),
    [("3", 3.0), (formatdate(time.time() + 3600, usegmt=True), 100.0), ("soon", 0.0), ("", 0.0)],
    ids=["seconds", "date", "neither", "nothing"],
)
def test_retry_after_is_honoured(server, connect, monkeypatch, stated, least):
    slept: list[float] = []
    monkeypatch.setattr("purehdf.source.retries.time.sleep", slept.append)
    server.script = [f"status 503 {stated}"]
    connect(retries=Retries(pause=0.001, longest=100.0)).read([(0, 4)])
    assert len(slept) == 1
    assert least <= slept[0] <= least + 10


def test_the_number_of_connections_is_bounded(server, connect, content):
    ranges = [(i, i + 50) for i in range(0, 4000, 100)]
    assert connect(connections=3).read(ranges) == [content[a:b] for a, b in ranges]
    assert len(server.connections) <= 4
    assert connect(connections=1).read(ranges) == [content[a:b] for a, b in ranges]
    with pytest.raises(ValueError, match="at least one connection"):
        connect(connections=0)


def test_a_connection_closed_while_idle_is_no_failure(server, connect, content):
    server.always = "ok close"
    source = connect()
    for start in range(10):
        assert source.read([(start, start + 4)]) == [content[start : start + 4]]
    assert len(server.requests) == 10


@pytest.mark.parametrize(
    ("always", "message", "requests"),
    [
        ("status 503", "HTTP status 503", 5),
        ("status 403", "HTTP status 403", 1),
        ("drop", "cannot read bytes 0 to 4", 5),
        ("ok short", "connection ended after 3 of 4 bytes", 5),
        ("ok fewer", "3 bytes for bytes 0-3/10000", 5),
        ("ok more", "5 bytes for bytes 0-3/10000", 5),
        ("ok coded", "encoded the answer as gzip", 1),
        ("shifted", "another range: bytes 1-4/10000", 5),
        ("unstated", "no range and size", 5),
        ("endless", "no range requests", 5),
        ("to ftp://127.0.0.1/x", "redirected to 'ftp'", 1),
        ("to http://127.0.0.1:99999/x", "cannot read bytes 0 to 4", 1),
        ("to /again", "more than 5 redirects", 6),
    ],
)
def test_what_does_not_pass_is_an_error_with_the_range(server, connect, always, message, requests):
    server.always = always
    with pytest.raises(SourceError, match=message) as caught:
        connect(connections=1).read([(0, 4)])  # no other one that could be tried too
    assert caught.value.offset == 0
    assert "127.0.0.1" in str(caught.value)
    assert len(server.requests) == requests


def test_one_bad_answer_of_a_wave_names_its_own_range(server, connect):
    source = connect()
    source.read([(0, 4)])
    server.always = "status 403"
    with pytest.raises(SourceError, match=r"bytes (8 to 12|16 to 20): HTTP status 403"):
        source.read([(8, 12), (16, 20)])


def test_nobody_listens():
    source = HTTPSource("http://127.0.0.1:9/x", timeout=5)
    with pytest.raises(SourceError) as caught:
        source.read([(0, 4)])
    assert isinstance(caught.value.__cause__, ConnectionRefusedError)


def test_no_such_file(server, connect):
    server.always = "status 404"
    with pytest.raises(FileNotFoundError, match=r"file\.h5"):
        connect().read([(0, 4)])


def test_a_file_that_vanishes_is_a_source_error(server, connect):
    source = connect()
    source.read([(0, 4)])
    server.always = "status 404"
    with pytest.raises(SourceError, match="404"):
        source.read([(4, 8)])


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ({"ETag": '"one"'}, {"ETag": '"two"'}, "etag"),
        ({"Last-Modified": "yesterday"}, {"Last-Modified": "today"}, "modified"),
        ({"ETag": '"x"', "Last-Modified": "a"}, {"ETag": '"x"', "Last-Modified": "b"}, None),
        ({"ETag": '"x"'}, {}, None),
    ],
)
def test_versions_are_never_mixed(server, connect, content, first, second, message):
    source = connect()
    server.headers = first
    source.read([(0, 4)])
    server.headers = second
    if message is None:
        assert source.read([(4, 8)]) == [content[4:8]]
    else:
        with pytest.raises(SourceError, match=rf"the file changed .* its {message} was"):
            source.read([(4, 8)])


@pytest.mark.parametrize(("length", "start"), [(20_000, 0), (5_000, 0), (5_000, 9_000)])
def test_a_file_that_grows_or_shrinks(server, connect, length, start):
    source = connect()
    source.read([(0, 4)])
    server.content = bytes(length)
    with pytest.raises(SourceError, match="the file changed"):
        source.read([(start, start + 4)])


def test_a_server_without_ranges_and_a_small_file(server, connect, content):
    server.always = "whole"
    source = connect()
    assert source.resident is None
    assert source.read([(10, 20), (9_999, 20_000), (30_000, 30_001)]) == [
        content[10:20],
        content[9_999:],
        b"",
    ]
    assert source.size == len(content)
    assert source.resident == content
    assert len(server.requests) == 1


def test_a_server_without_ranges_and_a_file_too_large(server, connect, monkeypatch):
    monkeypatch.setattr("purehdf.source.http._WHOLE", 9_999)
    server.always = "whole"
    with pytest.raises(SourceError, match=r"no range requests .* of 10000 bytes"):
        connect().read([(0, 4)])


def test_redirects_are_followed_once(server, connect, content):
    server.script = ["to /moved?signature=a%20b"]
    source = connect()
    assert source.read([(0, 4), (4, 8)]) == [content[0:4], content[4:8]]
    assert [path for path, _, _ in server.requests] == [
        "/data/file.h5",
        "/moved?signature=a%20b",
        "/moved?signature=a%20b",
    ]


def test_a_redirect_that_ran_out_is_asked_for_anew(server, connect, content):
    server.always = "signed /signed1"
    source = connect()
    source.read([(0, 4)])
    source.read([(4, 8)])
    server.always = "signed /signed2"
    assert source.read([(8, 12)]) == [content[8:12]]
    assert [path for path, _, _ in server.requests] == [
        "/data/file.h5",
        "/signed1",
        "/signed1",
        "/signed1",
        "/data/file.h5",
        "/signed2",
    ]
    server.always = "signed /signed3"
    ranges = [(i, i + 5) for i in range(0, 200, 10)]
    assert source.read(ranges) == [content[a:b] for a, b in ranges]


def test_headers_stay_with_their_origin(server, other_server, connect, content):
    server.script = ["to /here", f"to {other_server.url}"]
    source = connect(headers={"Authorization": "Bearer secret"})
    assert source.read([(0, 4)]) == [content[0:4]]
    assert [headers.get("Authorization") for _, _, headers in server.requests] == [
        "Bearer secret",
        "Bearer secret",
    ]
    assert "Authorization" not in other_server.requests[0][2]


def test_credentials_are_sent_and_never_shown(server, connect):
    url = server.url.replace("http://", "http://me:p%40ss@") + "?token=hidden#part"
    source = connect(url)
    server.script = ["status 403"]
    with pytest.raises(SourceError) as caught:
        source.read([(0, 4)])
    path, _, headers = server.requests[0]
    assert path == "/data/file.h5?token=hidden"
    assert headers["Authorization"] == "Basic bWU6cEBzcw=="
    assert not any(secret in str(caught.value) for secret in ("p%40ss", "me:", "hidden"))


def test_odd_characters_of_paths(server, connect, content):
    source = connect(server.url.replace("file.h5", "é a%20b+c.h5"))
    assert source.read([(0, 4)]) == [content[0:4]]
    assert server.requests[0][0] == "/data/%C3%A9%20a%20b+c.h5"


def test_closed(connect):
    source = connect()
    source.read([(0, 4), (8, 12), (16, 20)])
    source.close()
    source.close()
    with pytest.raises(ValueError, match="is closed"):
        source.read([(0, 4)])


def test_bad_ranges(server, connect):
    for bad in [(-1, 3), (5, 4)]:
        with pytest.raises(ValueError, match="not a range"):
            connect().read([bad])
    assert server.requests == []


@pytest.mark.parametrize("url", ["ftp://host/x", "http:///x", "https://host:port/x"])
def test_bad_urls(url):
    with pytest.raises(ValueError, match=r"not an http|[Pp]ort"):
        HTTPSource(url)


def test_the_browser_has_no_sockets(monkeypatch):
    monkeypatch.setattr(sys, "platform", "emscripten")
    with pytest.raises(SourceError, match="pyfetch"):
        HTTPSource("https://host/x")
