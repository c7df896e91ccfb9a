"""Deflate with and without the faster library: the same bytes, the same refusals."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import pytest

from purehdf.errors import FormatError, LimitError, PureHDFError, TruncatedError
from purehdf.filters import deflate

PLAIN = bytes(range(256)) * 40
STREAM = zlib.compress(PLAIN)


def fake(data: bytes, limit: int) -> bytearray:
    """What ``deflate.zlib_decompress`` does: it never says what is wrong."""
    out = zlib.decompress(data)
    if len(out) > limit:
        raise ValueError("Decompression failed")
    return bytearray(out)


def real() -> Callable[[bytes, int], bytearray]:
    found: Callable[[bytes, int], bytearray] = pytest.importorskip("deflate").zlib_decompress
    return found


@pytest.fixture(params=[lambda: None, lambda: fake, real], ids=["standard", "fake", "real"])
def decode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = request.param()
    monkeypatch.setattr(deflate, "_fast", lambda: fast)


@pytest.mark.usefixtures("decode")
@pytest.mark.parametrize("limit", [len(PLAIN), len(PLAIN) + 1024, 1 << 32])
def test_a_stream_is_inflated(limit: int) -> None:
    assert bytes(deflate.decode(memoryview(STREAM), (6,), limit)) == PLAIN
    assert bytes(deflate.decode(STREAM + b"more", (6,), limit)) == PLAIN


@pytest.mark.usefixtures("decode")
@pytest.mark.parametrize(
    ("stream", "limit", "error"),
    [
        (STREAM, len(PLAIN) - 1, LimitError),
        (zlib.compress(bytes(1 << 24)), 1000, LimitError),
        (STREAM[:-1], len(PLAIN), TruncatedError),
        (b"", len(PLAIN), TruncatedError),
        (STREAM[:-1] + bytes([STREAM[-1] ^ 1]), len(PLAIN), FormatError),  # Adler-32
        (b"no zlib stream", len(PLAIN), FormatError),
    ],
)
def test_what_is_refused(stream: bytes, limit: int, error: type[PureHDFError]) -> None:
    with pytest.raises(error):
        deflate.decode(stream, (6,), limit)


def test_a_broken_package_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> object:
        raise RuntimeError(name)

    monkeypatch.setattr(deflate, "import_module", broken)
    assert deflate._fast.__wrapped__() is None
