"""Nothing is read before it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import pytest

import purehdf
import purehdf.session
from purehdf.source import BytesSource, CountingSource

Ranges = list[tuple[int, int]]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Bare]:
    """Open files without the cache of blocks: what is counted is what the reader asks for."""
    monkeypatch.setattr(purehdf.session, "_cached", lambda source: source)
    return Bare


class Bare:
    """An opened file, and the bytes that were read of it."""

    def __init__(self, path: Path) -> None:
        self.source = CountingSource(BytesSource(path.read_bytes()))
        self.file = purehdf.File(self.source)

    def touched(self, operation: Callable[[Any], Any] = lambda file: None) -> Ranges:
        """The bytes that `operation` reads, as disjoint ranges."""
        operation(self.file)
        merged: Ranges = []
        for start, stop in sorted(r for wave in self.source.waves for r in wave):
            if merged and start <= merged[-1][1]:
                merged[-1] = merged[-1][0], max(merged[-1][1], stop)
            else:
                merged.append((start, stop))
        self.source.reset()
        return merged


def test_opening_an_old_file(opened, fixture_file) -> None:
    """The superblock of 96 bytes, and the root group's header behind it: 16 + 24 bytes."""
    assert opened(fixture_file("group_1000.h5")).touched() == [(0, 136)]


def test_opening_a_new_file(opened, fixture_file) -> None:
    """The superblock of 48 bytes, and the header with its checksum, in two blocks here."""
    bare = opened(fixture_file("superblock_v3.h5"))
    header = bare.file._header
    assert bare.touched()[0][0] == 0
    bare = opened(fixture_file("superblock_v3.h5"))
    total = sum(stop - start for start, stop in bare.touched())
    assert header.address == 48
    assert total < 600


def test_listing_does_not_touch_the_children(opened, tmp_path: Path) -> None:
    """1,000 groups, of which no object header, heap or B-tree is looked at."""
    path = tmp_path / "thousand.h5"
    with h5py.File(path, "w", libver=("earliest", "v108")) as file:
        many = file.create_group("many")
        children = [h5py.h5g.create(many.id, b"%04d" % i) for i in range(1000)]
        headers = [h5py.h5o.get_info(child).addr for child in children]
    bare = opened(path)
    bare.touched()
    touched = bare.touched(lambda file: list(file["many"]))
    assert len(bare.file["many"]) == 1000
    inside = [a for a in headers if any(start <= a < stop for start, stop in touched)]
    assert inside == []
    assert bare.touched(lambda file: "0500" in file["many"]) == []
    (header,) = bare.touched(lambda file: file["many/0500"])
    assert header[0] == headers[500]


def test_a_dataset_is_described_without_its_index_and_data(opened, fixture_file) -> None:
    bare = opened(fixture_file("chunks_deep.h5"))
    bare.touched(lambda file: file["numbers"])
    described = bare.touched(
        lambda file: (
            file["numbers"].shape, file["numbers"].dtype, file["numbers"].chunks,
            file["numbers"].fillvalue, file["numbers"].attrs, repr(file["numbers"]),
        )
    )  # fmt: skip
    assert described == []


def test_a_slice_reads_its_chunks_only(opened, fixture_file) -> None:
    bare = opened(fixture_file("chunks_deep.h5"))
    dataset = bare.file["numbers"]
    table = dataset.chunk_table()
    _ = dataset[-1, -1]  # the dataset object now knows where its chunks are
    bare.touched()
    row = table.coordinates.tolist().index([0, 0])
    start = int(table.file_offset[row])
    assert bare.touched(lambda file: dataset[0, 0]) == [(start, start + int(table.size[row]))]


def test_attributes_wait_until_they_are_asked_for(opened, fixture_file) -> None:
    bare = opened(fixture_file("attributes_dense.h5"))
    holder = next(obj for obj in (bare.file, *bare.file.values()) if len(obj.attrs) > 8).name
    bare = opened(fixture_file("attributes_dense.h5"))
    bare.touched(lambda file: file[holder])
    attrs = bare.file[holder].attrs
    assert bare.touched() == []
    assert bare.touched(lambda file: list(attrs)) != []
    assert bare.touched(lambda file: list(attrs)) == []


def test_an_empty_selection_reads_nothing(opened, fixture_file) -> None:
    bare = opened(fixture_file("chunks_deep.h5"))
    bare.touched(lambda file: file["numbers"].shape)
    assert bare.touched(lambda file: file["numbers"][:0]) == []
    assert bare.touched(lambda file: file["numbers"][[], 1]) == []
