"""Contiguous and compact data as blocks: together they are all bytes, each of them once."""

from __future__ import annotations

from math import prod
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import purehdf
from purehdf.data import storage
from purehdf.data.storage import Blocks, blocks_of
from purehdf.errors import LimitError
from purehdf.format.context import Context
from purehdf.format.messages.data_layout import (
    BTreeV1Index,
    Chunked,
    Compact,
    Contiguous,
    DataLayout,
)
from purehdf.format.messages.dataspace import Dataspace
from purehdf.format.messages.fill_value import FillValue
from purehdf.format.messages.filter_pipeline import Filter
from purehdf.index.chunk_table import grid_of
from purehdf.limits import Limits
from purehdf.source import BytesSource, run
from purehdf.walk.datasets import DatasetRecord
from purehdf.walk.reader import Reader

START = 1000
BASE = 24


class Bytes:
    """A datatype, as far as storage looks at it."""

    def __init__(self, size: int) -> None:
        self.size = size


def record(
    shape: tuple[int, ...], layout: DataLayout, element_size: int, filters: tuple[Filter, ...] = ()
) -> DatasetRecord:
    space = Dataspace(shape, shape)
    return DatasetRecord(0, space, Bytes(element_size), layout, filters, FillValue(None), None)  # type: ignore[arg-type]


def blocks(found: DatasetRecord, reader: Reader | None = None) -> Blocks:
    return run(blocks_of(reader or Reader(Context(), BASE), found), BytesSource(b""))


def contiguous(size: int, address: int | None = START) -> Contiguous:
    return Contiguous(address, size)


@given(
    shape=st.lists(st.integers(1, 9), max_size=4).map(tuple),
    element_size=st.sampled_from([1, 3, 8]),
    run_bytes=st.integers(1, 300),
)
def test_runs_of_contiguous_data_follow_each_other(
    shape: tuple[int, ...], element_size: int, run_bytes: int
) -> None:
    size = prod(shape) * element_size
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage, "_RUN", run_bytes)
        found = blocks(record(shape, contiguous(size), element_size))
    grid = grid_of(shape, found.block_shape)
    places = np.array(list(np.ndindex(*grid)), np.int64).reshape(prod(grid), len(grid))
    end = START + BASE
    for place, stored in zip(places.tolist(), found.locate(places), strict=True):
        assert stored is not None
        assert stored.offset == end
        assert stored.size == prod(found.stored_shape(tuple(place))) * element_size
        assert stored.size <= max(run_bytes, element_size)
        end += stored.size
    assert end == START + BASE + size


def test_in_memory_contiguous_data_is_one_block() -> None:
    reader = Reader(Context(), 0, resident=memoryview(bytes(START + 24)))
    found = blocks(record((2, 3), contiguous(24), 4), reader)
    assert found.block_shape == (2, 3)
    assert found.locate(np.zeros((1, 2), int)) == [(START, 24, 0)]


def test_what_was_never_allocated_lies_nowhere() -> None:
    found = blocks(record((2, 3), contiguous(24, None), 4))
    assert found.locate(np.zeros((1, 2), int)) == [None]


def test_compact_data_is_in_the_header() -> None:
    found = blocks(record((3,), Compact(b"abcdef", 99), 2))
    assert found.data is not None
    assert bytes(found.data) == b"abcdef"
    assert found.locate(np.zeros((1, 1), int)) == [(0, 6, 0)]


def test_a_chunk_that_filters_decode_has_a_budget() -> None:
    layout = Chunked((100, 100), 8, BTreeV1Index(None), 3)
    reader = Reader(Context(), 0, limits=Limits(chunk_bytes=79_999))
    deflate = Filter(1, b"deflate", False, (6,))
    with pytest.raises(LimitError, match="at most 79999 bytes, found 80000"):
        blocks(record((1000, 1000), layout, 8, filters=(deflate,)), reader)
    assert blocks(record((1000, 1000), layout, 8), reader).block_shape == (100, 100)


def test_a_chunk_of_more_than_4_gib(tmp_path: Path) -> None:
    length = 2**32 + 16
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_chunk((length,))
    plist.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    plist.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    path = tmp_path / "sparse.h5"
    with h5py.File(path, "w", libver="latest") as file:
        space = h5py.h5s.create_simple((length,))
        written = h5py.h5d.create(file.id, b"d", h5py.h5t.NATIVE_UINT8, space, plist)
        offset = written.get_chunk_info(0).byte_offset
    with path.open("r+b") as raw:  # the file stays sparse: only these bytes take room on the disk
        raw.seek(offset + length - 3)
        raw.write(b"\1\2\3")
    with purehdf.File(path) as file:
        assert file["d"][-4:].tolist() == [0, 1, 2, 3]
