"""Traps in what elements are made of: types, heaps, and filters."""

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

from .maker import INT32, Maker, compact, contiguous, dataset, simple, vlen

Harmless = Callable[[bytes | Path], None]
HUGE = [1 << 40, 1 << 60, 1 << 62, 1 << 63, (1 << 64) - 1]
TWELVE = bytes(12)


def refuses(content: bytes | Path) -> purehdf.PureHDFError:
    """The error of reading "d"."""
    with purehdf.File(content) as file, pytest.raises(purehdf.PureHDFError) as caught:
        file["d"][()]
    return caught.value


# -- types


def nested(kind: str, depth: int) -> tuple[bytes, int]:
    """A datatype message of types in types, and the size of its elements in bytes."""
    array = b"\x3a\0\0\0" + struct.pack("<IBI", 4, 1, 1)
    compound = b"\x36\1\0\0" + struct.pack("<I", 4) + b"a\0\0"
    if kind == "sequence":
        return b"\x19\0\0\0\x10\0\0\0" * depth + INT32, 16
    return (array if kind == "array" else compound) * depth + INT32, 4


@pytest.mark.parametrize("depth", [65, 1000, 4000])
@pytest.mark.parametrize("kind", ["sequence", "array", "compound"])
def test_types_in_types(harmless: Harmless, kind: str, depth: int) -> None:
    made, size = nested(kind, depth)
    content = Maker().only(dataset(simple(1), compact(bytes(size)), made))
    harmless(content)
    with purehdf.File(content) as file:
        assert file["d"].shape == (1,)
        with pytest.raises(purehdf.LimitError, match="nested too deep"):
            file["d"].dtype  # noqa: B018


def test_types_that_multiply(harmless: Harmless) -> None:
    """An array of arrays of arrays, each of 2 ** 31 elements, that says that it has 4 bytes."""
    step = b"\x3a\0\0\0" + struct.pack("<IBI", 4, 1, 1 << 31)
    content = Maker().only(dataset(simple(1), compact(bytes(4)), step * 20 + INT32))
    harmless(content)
    refuses(content)


@pytest.mark.parametrize("size", [0, 1 << 20, 0x7FFFFFFF, 0xFFFFFFFF])
def test_strings_of_impossible_sizes(harmless: Harmless, size: int) -> None:
    maker = Maker()
    text = b"\x13\0\0\0" + struct.pack("<I", size)
    content = maker.only(dataset(simple(3), contiguous(maker.add(TWELVE), 12), text))
    harmless(content)
    refuses(content)


# -- heaps


def with_heap(collection: bytes, length: int, index: int = 7, count: int = 1) -> bytes:
    maker = Maker()
    heap = maker.add(collection)
    elements = struct.pack("<IQI", length, heap, index) * count
    return maker.only(dataset(simple(count), compact(elements), vlen()))


def test_a_global_heap_of_objects_without_size(harmless: Harmless) -> None:
    """Sixteen zero bytes are an object of index and size 0; libhdf5 goes round for ever."""
    content = with_heap(b"GCOL\1\0\0\0" + struct.pack("<Q", 4096) + bytes(4080), 5)
    harmless(content)
    refuses(content)


@pytest.mark.parametrize("size", HUGE)
def test_a_global_heap_object_of_impossible_size(harmless: Harmless, size: int) -> None:
    head = struct.pack("<HHIQ", 7, 1, 0, size)
    content = with_heap(b"GCOL\1\0\0\0" + struct.pack("<Q", 4096) + head + bytes(4064), 1 << 30)
    harmless(content)
    refuses(content)


@pytest.mark.parametrize("size", [16, 4096, *HUGE])
def test_a_global_heap_of_impossible_size(harmless: Harmless, size: int) -> None:
    content = with_heap(b"GCOL\1\0\0\0" + struct.pack("<Q", size), 5)
    harmless(content)
    refuses(content)


def test_elements_that_share_one_large_object(harmless: Harmless) -> None:
    """4,000 sequences that are all the same 48,000 bytes: as much as is asked for, no more."""
    head = struct.pack("<HHIQ", 7, 1, 0, 48_000)
    body = struct.pack("<Q", 16 + 16 + 48_000) + head + bytes(48_000)
    content = with_heap(b"GCOL\1\0\0\0" + body, 12_000, count=4000)
    harmless(content)


# -- filters


def bomb(path: Path, stored: bytes, **how: Any) -> Path:
    """A dataset of one chunk of 1024 bytes, of which this is stored."""
    with h5py.File(path, "w", libver="latest") as file:
        data = file.create_dataset("d", (1024,), "u1", chunks=(1024,), **how)
        data.id.write_direct_chunk((0,), stored)
    return path


def zeros(mebibytes: int) -> bytes:
    squeeze = zlib.compressobj(1)
    parts = [squeeze.compress(bytes(1 << 20)) for _ in range(mebibytes)]
    return b"".join([*parts, squeeze.flush()])


def test_a_decompression_bomb(harmless: Harmless, tmp_path: Path) -> None:
    path = bomb(tmp_path / "file.h5", zeros(600), compression="gzip")
    harmless(path)
    assert isinstance(refuses(path), purehdf.LimitError)


def test_a_bomb_behind_a_checksum(harmless: Harmless, tmp_path: Path) -> None:
    stored = zeros(600) + bytes(4)
    path = bomb(tmp_path / "file.h5", stored, compression="gzip", fletcher32=True)
    harmless(path)
    refuses(path)


@pytest.mark.parametrize("way", ["lzf", "szip", "scaleoffset"])
def test_noise_in_other_filters(harmless: Harmless, tmp_path: Path, way: str) -> None:
    how = {"scaleoffset": 0} if way == "scaleoffset" else {"compression": way}
    random = np.random.default_rng(1)
    for i in range(20):
        noise = random.bytes(int(random.integers(1, 300))) if i else b"\xff\xff\xff" * 300
        harmless(bomb(tmp_path / f"{i}.h5", noise, **how))


@pytest.mark.parametrize(
    "stored", [b"", b"\0", zlib.compress(b"ab"), zlib.compress(bytes(1024))[:-5]]
)
def test_too_little_to_inflate(harmless: Harmless, tmp_path: Path, stored: bytes) -> None:
    path = bomb(tmp_path / "file.h5", stored or b"\0", compression="gzip")
    harmless(path)
    refuses(path)
