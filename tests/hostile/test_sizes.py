"""Files that claim to hold much, or nothing where something must be: bounded time and memory."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import purehdf
from tests.format import encode

from .maker import INT32, Maker, compact, contiguous, dataset, simple, vlen

Harmless = Callable[[bytes | Path], None]
TWELVE = struct.pack("<3i", 1, 2, 3)
HUGE = [1 << 31, 1 << 40, 1 << 60, 1 << 62, 1 << 63, (1 << 64) - 1]


def refuses(content: bytes | Path, args: Any = ()) -> purehdf.PureHDFError:
    """The error of reading "d"."""
    with purehdf.File(content) as file, pytest.raises(purehdf.PureHDFError) as caught:
        file["d"][args]
    return caught.value


# -- shapes


@pytest.mark.parametrize("extent", HUGE)
@pytest.mark.parametrize("layout", ["compact", "contiguous", "not allocated"])
def test_huge_shapes(harmless: Harmless, extent: int, layout: str) -> None:
    maker = Maker()
    place = maker.add(TWELVE)
    layouts = {
        "compact": compact(TWELVE),
        "contiguous": contiguous(place, 12),
        "not allocated": contiguous(-1, 0),
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
    assert isinstance(refuses(content, (0, 0)), purehdf.LimitError)


def test_a_chunk_of_four_gigabytes_that_is_not_there(harmless: Harmless) -> None:
    """The file is smaller than what is stored, so nothing is allocated for it."""
    maker = Maker()
    key = (0xFFFFFFFF, 0, 0, 0)
    tree = maker.add(encode.chunk_node(encode.Context(), 0, [(key, 48)]) + bytes(32))
    content = maker.only(dataset(simple(1 << 29), chunked((1 << 29,), (1 << 29,), tree)))
    harmless(content)
    refuses(content, slice(0, 2))


# -- counts: every field that says how many follow


def poke(content: bytes, before: bytes, width: int, value: int) -> bytes:
    """Change the number behind the only place of `before`, and all checksums of headers."""
    assert content.count(before) == 1
    at = content.index(before) + len(before)
    data = bytearray(content)
    data[at : at + width] = (value % (1 << 8 * width)).to_bytes(width, "little")
    return bytes(data)


OLD: dict[str, tuple[str, bytes, int]] = {
    "object header: messages": ("group_small.h5", b"", 2),
    "local heap: size of its data": ("group_small.h5", b"HEAP\0\0\0\0", 8),
    "symbol table node: symbols": ("group_small.h5", b"SNOD\1\0", 2),
    "B-tree node: entries": ("group_small.h5", b"TREE\0\0", 2),
    "global heap: size": ("datatype_vlen_strings.h5", b"GCOL\1\0\0\0", 8),
}


@pytest.mark.parametrize("value", [0xFF, 0xFFFF, *HUGE])
@pytest.mark.parametrize("field", [name for name in OLD if "header" not in name])
def test_counts_in_old_structures(
    harmless: Harmless, fixture_file: Callable[[str], Path], field: str, value: int
) -> None:
    name, before, width = OLD[field]
    content = fixture_file(name).read_bytes()
    if content.count(before) == 1:
        harmless(poke(content, before, width, value))
