"""Files that claim to hold much: shapes, chunks, and counts in every structure."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import pytest

import purehdf
from tests.conftest import FIXTURE_FILES
from tests.format import encode

from .maker import Maker, compact, contiguous, dataset, simple
from .mutate import Seed, seed_of

Harmless = Callable[[bytes | Path], None]
TWELVE = struct.pack("<3i", 1, 2, 3)
HUGE = [1 << 40, 1 << 60, 1 << 62, 1 << 63, (1 << 64) - 1]


def refuses(content: bytes | Path, args: Any = ()) -> purehdf.PureHDFError:
    """The error of reading "d"."""
    with purehdf.File(content) as file, pytest.raises(purehdf.PureHDFError) as caught:
        file["d"][args]
    return caught.value


# -- shapes


@pytest.mark.parametrize("extent", HUGE)
@pytest.mark.parametrize("layout", ["compact", "contiguous", "never stored"])
def test_huge_shapes(harmless: Harmless, extent: int, layout: str) -> None:
    maker = Maker()
    place = maker.add(TWELVE)
    layouts = {
        "compact": compact(TWELVE),
        "contiguous": contiguous(place, 12),
        "never stored": contiguous(-1, 0),
    }
    content = maker.only(dataset(simple(extent), layouts[layout]))
    harmless(content)
    refuses(content)


@pytest.mark.parametrize("shape", [(1 << 32, 1 << 32), ((1 << 32) + 1, 1 << 32, 1 << 32)])
def test_a_product_that_wraps_around(harmless: Harmless, shape: tuple[int, ...]) -> None:
    maker = Maker()
    content = maker.only(dataset(simple(*shape), contiguous(maker.add(TWELVE), 12)))
    harmless(content)
    refuses(content)


def test_a_small_part_of_what_was_never_allocated(tmp_path: Path, harmless: Harmless) -> None:
    path = tmp_path / "file.h5"
    with h5py.File(path, "w", libver="latest") as file:
        file.create_dataset("d", (1 << 60,), "u1", chunks=(1 << 20,), fillvalue=3, compression=1)
        file.create_dataset("plain", (1 << 30, 1 << 30), "u1", fillvalue=4)
        file.create_dataset("grows", (1 << 60,), "u1", chunks=(7,), maxshape=(None,), fillvalue=5)
    harmless(path)
    with purehdf.File(path) as file:
        assert file["d"][1 << 59 : (1 << 59) + 5].tolist() == [3] * 5
        assert file["d"][-3:].tolist() == [3] * 3
        assert file["plain"][-2:, 1 << 29].tolist() == [4] * 2
        assert file["grows"][1 << 59].tolist() == 5
        for name in ("d", "plain", "grows"):
            with pytest.raises(purehdf.LimitError, match="does not fit into memory"):
                file[name][()]


def test_many_tiny_chunks_that_were_never_allocated(tmp_path: Path, harmless: Harmless) -> None:
    path = tmp_path / "file.h5"
    with h5py.File(path, "w", libver="latest") as file:
        file.create_dataset("d", (1 << 24,), "u1", chunks=(1,), fillvalue=7)
    harmless(path)
    with purehdf.File(path) as file:
        assert (file["d"][()] == 7).all()
        assert len(file["d"].chunk_table()) == 0


def chunked(shape: tuple[int, ...], chunk: tuple[int, ...], address: int) -> bytes:
    """A layout message of version 3, with a B-tree."""
    head = struct.pack("<BBBQ", 3, 2, len(chunk) + 1, address)
    return head + struct.pack(f"<{len(chunk) + 1}I", *chunk, 4)


def test_chunks_of_two_to_the_62_bytes(harmless: Harmless) -> None:
    maker = Maker()
    key = (0xFFFFFFFF, 0, 0, 0, 0)
    tree = maker.add(encode.chunk_node(encode.Context(), 0, [(key, 48)]) + bytes(40))
    huge = chunked((1 << 31, 1 << 31), (1 << 30, 1 << 30), tree)
    content = maker.only(dataset(simple(1 << 31, 1 << 31), huge))
    harmless(content)
    assert isinstance(refuses(content, (0, 0)), purehdf.TruncatedError)


def test_a_chunk_of_four_gigabytes_that_is_not_there(harmless: Harmless) -> None:
    """The file is smaller than what is stored, so nothing is allocated for it."""
    maker = Maker()
    key = (0xFFFFFFFF, 0, 0, 0)
    tree = maker.add(encode.chunk_node(encode.Context(), 0, [(key, 48)]) + bytes(32))
    content = maker.only(dataset(simple(1 << 29), chunked((1 << 29,), (1 << 29,), tree)))
    harmless(content)
    refuses(content, slice(0, 2))


# -- counts: every field that says how many, or how much, follows

COUNTS = ("number", "count", "size", "length", "entries", "symbols", "dimension", "rows", "bits")
HOLDERS = [
    "chunks_deep.h5",
    "datatype_compound.h5",
    "datatype_vlen_sequence.h5",
    "dense_attributes_order.h5",
    "dense_links_huge.h5",
    "external_storage.h5",
    "filter_szip.h5",
    "group_mixed.h5",
    "header_v1_continued.h5",
    "index_btree_v2.h5",
    "index_extensible_array.h5",
    "index_fixed_array.h5",
    "references_regions_v2.h5",
    "shared_messages_btree.h5",
    "shared_messages_list.h5",
    "virtual_layouts_v1.h5",
]


def sealed(seed: Seed, data: bytearray) -> bytes:
    """`data` with its checksums right."""
    for part in sorted(seed.sealed, key=lambda part: part.stop - part.start):
        if data[part.start : part.stop] != seed.data[part.start : part.stop]:
            part.seal(data)
    return bytes(data)


@pytest.mark.parametrize("name", HOLDERS)
def test_counts_in_every_structure(harmless: Harmless, name: str) -> None:
    seed = seed_of(FIXTURE_FILES / name)
    counts = {at: width for at, width in seed.counts(COUNTS).items() if width <= 8}
    assert len(counts) > 5
    for offset, width in list(counts.items())[:40]:
        top = 1 << 8 * width
        for value in (top - 1, top // 2, top // 2 - 1, top >> 2 * width, 0):
            data = bytearray(seed.data)
            data[offset : offset + width] = value.to_bytes(width, "little")
            harmless(sealed(seed, data))
