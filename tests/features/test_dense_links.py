"""Links in fractal heaps (III.G), found by way of version 2 B-trees (III.A.2)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

import purehdf
from purehdf.format.checksum import lookup3_each
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor
from purehdf.format.fractal_heap import HeaderFields, decode_fractal_heap_header

Same = Callable[[Path], None]


def heap_headers(path: Path, context: Context) -> list[HeaderFields]:
    """The fields of all heap headers of a file, in the order of their addresses."""
    data, found, at = path.read_bytes(), [], -1
    while (at := data.find(b"FRHP", at + 1)) >= 0:
        found.append(decode_fractal_heap_header(Cursor(data, context, start=at)).fields)
    return found


@pytest.mark.parametrize(
    ("name", "context", "managed", "huge", "tiny"),
    [
        ("dense_links_tree.h5", Context(8, 8), 1200, 0, 0),
        ("dense_links_huge.h5", Context(8, 8), 1, 2, 0),
        ("dense_links_huge_direct.h5", Context(2, 4), 1, 2, 0),
        ("dense_links_tiny.h5", Context(2, 4), 1, 0, 2),
        ("dense_attributes_tree.h5", Context(8, 8), 150, 2, 0),
    ],
)
def test_the_fixtures_hold_the_objects_that_they_are_for(
    fixture_file: Callable[[str], Path],
    name: str,
    context: Context,
    managed: int,
    huge: int,
    tiny: int,
) -> None:
    (heap,) = heap_headers(fixture_file(name), context)
    assert heap.number_of_managed_objects == managed
    assert heap.number_of_huge_objects == huge
    assert heap.number_of_tiny_objects == tiny


def test_the_filtered_fixture_is_filtered(fixture_file: Callable[[str], Path]) -> None:
    heaps = heap_headers(fixture_file("dense_links_filtered.h5"), Context(8, 8))
    assert len(heaps) == 4
    assert all(heap.io_filters_encoded_length for heap in heaps)
    rows = [heap.current_number_of_rows_in_root_indirect_block for heap in heaps]
    assert sorted(rows)[0] == 0
    assert sorted(rows)[-1] > 0


def colliding_names() -> list[str]:
    """Names of which some have the same hash."""
    letters = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz", np.uint8)
    names = letters[np.random.default_rng(3).integers(0, 26, (150_000, 8))]
    names = np.unique(names, axis=0)
    hashes = np.array(lookup3_each([row.tobytes() for row in names]))
    values, counts = np.unique(hashes, return_counts=True)
    assert (counts > 1).sum() > 1
    alike = np.isin(hashes, values[counts > 1])
    return [row.tobytes().decode() for row in names[alike]]


def test_names_with_the_same_hash(tmp_path: Path, same: Same) -> None:
    path = tmp_path / "file.h5"
    names = colliding_names()
    with h5py.File(path, "w", libver="latest") as file:
        for i, name in enumerate([*names, *map(str, range(50))]):
            file[name] = h5py.SoftLink(f"/target {i}")
    same(path)
    with purehdf.File(path) as file:
        targets = [file.get(name, getlink=True).path for name in names]
    assert targets == [f"/target {i}" for i in range(len(names))]


def test_ten_thousand_links(tmp_path: Path) -> None:
    path = tmp_path / "file.h5"
    names = [f"{i * 7919 % 10_000:05}" * (i % 9 + 1) for i in range(10_000)]
    with h5py.File(path, "w", libver="latest") as file:
        data = file.create_dataset("first", data=5)
        for name in names:
            file[name] = data
    with purehdf.File(path) as file:
        assert list(file) == sorted([*names, "first"])
        assert file[names[1234]][()] == 5
        assert "00" not in file
        assert all(isinstance(file.get(name, getlink=True), purehdf.HardLink) for name in names)


@pytest.mark.parametrize("track_order", [False, True])
def test_order(tmp_path: Path, track_order: bool, same: Same) -> None:
    path = tmp_path / "file.h5"
    with h5py.File(path, "w", libver="v108", track_order=track_order) as file:
        for name in ["z", "a", *(f"{i * 7 % 40}" for i in range(40)), "é", "漢字", "Z", "e\u0301"]:
            file[name] = h5py.SoftLink(name)
        del file["3"], file["17"]
        file["3"] = h5py.SoftLink("again")
    same(path)
    with h5py.File(path) as theirs, purehdf.File(path) as ours:
        assert list(ours) == list(theirs)
        assert (next(iter(ours)) == "z") is track_order


def test_all_kinds_of_links(tmp_path: Path, same: Same) -> None:
    path = tmp_path / "file.h5"
    with h5py.File(path, "w", libver="latest") as file:
        file["data"] = np.arange(3)
        for i in range(10):
            file[f"hard {i}"] = file["data"]
            file[f"soft {i}"] = h5py.SoftLink("data")
            file[f"external {i}"] = h5py.ExternalLink("elsewhere.h5", f"/{i}")
            file.create_group(f"group {i}")["up"] = file["/"]
        file["n" * 70_000] = h5py.SoftLink("/long name")
        file["to a long path"] = h5py.SoftLink("p" * 60_000)
    same(path)


def test_a_group_that_became_small_again(tmp_path: Path, same: Same) -> None:
    path = tmp_path / "file.h5"
    with h5py.File(path, "w", libver="latest") as file:
        for i in range(100):
            file[str(i)] = h5py.SoftLink(str(i))
        for i in range(5, 90):
            del file[str(i)]
    same(path)
    with h5py.File(path, "a") as file:
        for i in range(90, 100):
            del file[str(i)]
    same(path)
