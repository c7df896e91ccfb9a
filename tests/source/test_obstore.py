from __future__ import annotations

import asyncio
from typing import Any

import pytest

import purehdf
from purehdf.errors import SourceError
from purehdf.source import ObstoreSource, Retries

obstore_store = pytest.importorskip("obstore.store")

RANGES = [(0, 8), (3, 3), (9_990, 10_010), (500, 700), (1 << 40, 1 << 41), (0, 8)]


@pytest.fixture
def store(content) -> Any:
    found = obstore_store.MemoryStore()
    found.put("folder/file.h5", content)
    return found


def test_ranges_size_and_name(store, content):
    source = ObstoreSource(store, "folder/file.h5")
    assert source.name == "folder/file.h5"
    assert source.resident is None
    assert source.read(RANGES) == [content[a:b] for a, b in RANGES]
    assert source.size == len(content)
    assert asyncio.run(source.read_async(RANGES)) == [content[a:b] for a, b in RANGES]


def test_a_first_read_past_the_end_and_an_empty_object(store, content):
    source = ObstoreSource(store, "folder/file.h5")
    assert source.read([(20_000, 20_004)]) == [b""]
    assert source.size == len(content)
    store.put("empty", b"")
    assert ObstoreSource(store, "empty").size == 0


def test_a_missing_object(store):
    with pytest.raises(FileNotFoundError, match="missing"):
        ObstoreSource(store, "missing").read([(0, 4)])


def test_an_object_that_changes_or_vanishes(store, content):
    source = ObstoreSource(store, "folder/file.h5")
    source.read([(0, 4)])
    store.put("folder/file.h5", content)  # the same bytes, but another version
    with pytest.raises(SourceError, match="the file changed while it was read: its etag"):
        source.read([(4, 8)])
    store.delete("folder/file.h5")
    with pytest.raises(SourceError, match="bytes 4 to 8"):
        source.read([(4, 8)])


class Answer:
    """What ``get`` returns."""

    def __init__(self, data: bytes) -> None:
        self.meta = {"size": 100, "e_tag": "x", "last_modified": None}
        self.bytes = lambda: data


class Flaky:
    """A store that gives these answers, or raises them."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)

    def get(self, path: str, *, options: Any) -> Answer:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Answer(answer)

    def head(self, path: str) -> dict[str, Any]:
        return Answer(b"").meta


def test_what_passes_is_tried_again():
    store = Flaky(OSError("reset"), b"123", b"12345", b"1234")
    assert ObstoreSource(store, "x", retries=Retries(pause=0)).read([(0, 4)]) == [b"1234"]
    assert not store.answers


@pytest.mark.parametrize(
    ("error", "message", "left"),
    [(OSError("reset"), "reset", 1), (PermissionError("not yours"), "not yours", 2)],
)
def test_what_stays_is_an_error(error, message, left):
    store = Flaky(error, error, b"1234")
    with pytest.raises(SourceError, match=f"x: cannot read bytes 0 to 4: {message}") as caught:
        ObstoreSource(store, "x", retries=Retries(2, pause=0)).read([(0, 4)])
    assert caught.value.__cause__ is error
    assert len(store.answers) == left


def test_a_file_of_a_store(store, fixture_file):
    store.put("climate.nc", fixture_file("climate.nc").read_bytes())
    with purehdf.File(ObstoreSource(store, "climate.nc")) as file:
        local = purehdf.File(fixture_file("climate.nc"))
        assert list(file) == list(local)
