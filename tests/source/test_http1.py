from __future__ import annotations

import pytest

from purehdf.source.http1 import Answer, MessageError, Receiver, request_start

LIMITS = {200: 10, 206: 5}
HEAD = b"HTTP/1.1 206 Partial Content\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def received(data: bytes, step: int) -> Answer | None:
    receiver = Receiver(LIMITS)
    for i in range(0, len(data), step):
        answer = receiver.feed(data[i : i + step])
        if answer is not None:
            return answer
    return receiver.feed(b"")


ANSWERS = [
    # what comes, status, body, whether the connection can be used again
    (HEAD + b"Content-Length: 4\r\n\r\nabcd", 206, b"abcd", True),
    (HEAD + b"CONTENT-LENGTH:4\r\nConnection: Close\r\n\r\nabcd", 206, b"abcd", False),
    (HEAD + b"Content-Length: 9\r\n\r\nabcdefghi", 206, b"abcde", False),  # more than the limit
    (HEAD + b"\r\nabc", 206, b"abc", False),  # to the end of the connection
    (HEAD + b"\r\nabcdefghi", 206, b"abcde", False),
    (b"HTTP/1.1 206\nContent-Length: 1\n\nx", 206, b"x", True),
    (b"HTTP/1.0 206 OK\r\nContent-Length: 1\r\n\r\nx", 206, b"x", False),
    (b"HTTP/1.0 206 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\nx", 206, b"x", True),
    (b"HTTP/1.1 100 Continue\r\n\r\n" + HEAD + b"Content-Length: 0\r\n\r\n", 206, b"", True),
    (b"HTTP/1.1 204 None\r\n\r\n", 204, b"", True),
    (b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno", 404, b"no", True),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789", 200, b"0123456789", True),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n", 200, b"", False),
    (b"HTTP/1.1 200 OK\r\n\r\n", 200, b"", False),
    (CHUNKED + b"2\r\nab\r\n1;x=y\r\nc\r\n0\r\nTrailer: x\r\n\r\n", 206, b"abc", True),
    (CHUNKED + b"2\r\nab\r\n5\r\ncdefg\r\n0\r\n\r\n", 206, b"abcde", False),
]


@pytest.mark.parametrize("step", [1, 3, 1000])
@pytest.mark.parametrize(("data", "status", "body", "reusable"), ANSWERS)
def test_answers(data, status, body, reusable, step):
    answer = received(data, step)
    assert answer is not None
    assert (answer.status, answer.body, answer.reusable) == (status, body, reusable)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "ended before the answer"),
        (b"HTTP/1.1 206", "ended before the answer"),
        (HEAD + b"Content-Length: 4\r\n\r\nabc", "ended after 3 of 4 bytes"),
        (HEAD + b"Content-Length: -4\r\n\r\nabc", "answer of '-4' bytes"),
        (HEAD + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabc", "answer of '4, 5' bytes"),
        (HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\nabc", "coding 'gzip, chunked'"),
        (CHUNKED + b"x\r\n", "a chunk without its size"),
        (CHUNKED + b"2\r\nabc\r\n", "a chunk that does not end"),
        (CHUNKED + b"2\r\na", "ended after 1 of 2 bytes"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "no answer of HTTP/1.1: 'SSH-2.0"),
        (b"x" * 70_000, "head does not end"),
    ],
)
@pytest.mark.parametrize("step", [1, 1000])
def test_what_is_no_answer(data, message, step):
    with pytest.raises(MessageError, match=message):
        received(data, step)


def test_an_answer_and_more_than_that():
    answer = Receiver(LIMITS).feed(HEAD + b"Content-Length: 1\r\n\r\nx and more")
    assert answer is not None
    assert answer.body == b"x"
    assert not answer.reusable


def test_headers_are_joined_and_in_small_letters():
    data = b'HTTP/1.1 204 No Body\r\nX-A: 1\r\nETag: "\xe9"\r\nx-a:2\r\n\r\n'
    answer = received(data, 1000)
    assert answer is not None
    assert answer.reason == "No Body"
    assert answer.headers == {"x-a": "1, 2", "etag": '"é"'}


def test_a_request():
    assert request_start("/x", {"Host": "h", "A": "é"}) == (
        b"GET /x HTTP/1.1\r\nHost: h\r\nA: \xe9\r\n"
    )
    with pytest.raises(ValueError, match="end of a line"):
        request_start("/x", {"A": "b\r\nC: d"})
