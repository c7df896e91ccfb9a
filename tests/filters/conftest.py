"""What encodes for the tests: h5py, with the filters of hdf5plugin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import h5py
import hdf5plugin  # noqa: F401  (makes its filters known to h5py)
import numpy as np
import pytest

from purehdf.filters import decode_chunk
from purehdf.format.messages.filter_pipeline import Filter
from purehdf.limits import Limits


def pipeline(dataset: h5py.Dataset) -> list[Filter]:
    """The pipeline of a dataset, as h5py tells it."""
    plist = dataset.id.get_create_plist()
    steps = (plist.get_filter(i) for i in range(plist.get_nfilters()))
    return [Filter(code, name, bool(flags & 1), values) for code, flags, values, name in steps]


def chunks(dataset: h5py.Dataset) -> Iterator[tuple[Any, np.ndarray]]:
    """Every stored chunk: its place in the dataset, and its elements as purehdf decodes them."""
    filters = pipeline(dataset)
    shape = dataset.chunks
    size = int(np.prod(shape)) * dataset.dtype.itemsize
    for i in range(dataset.id.get_num_chunks()):
        offset = dataset.id.get_chunk_info(i).chunk_offset
        mask, stored = dataset.id.read_direct_chunk(offset)
        data = decode_chunk(stored, filters, mask, size, Limits())
        place = tuple(slice(o, o + n) for o, n in zip(offset, shape, strict=True))
        yield place, np.frombuffer(data, dataset.dtype).reshape(shape)


def assert_same(dataset: h5py.Dataset) -> None:
    """Our bytes of every chunk are the bytes that h5py reads."""
    values = dataset[...]
    seen = 0
    for place, chunk in chunks(dataset):
        expected = values[place]
        found = chunk[tuple(slice(n) for n in expected.shape)]
        assert found.tobytes() == expected.tobytes()
        seen += 1
    assert seen


def decoded_and_plain(
    file: h5py.File,
    kind: h5py.h5t.TypeID,
    values: np.ndarray,
    *filters: tuple[int, tuple[int, ...]],
) -> tuple[bytes, bytes]:
    """Write values of a file type twice, filtered and not: what we decode, and what is stored."""
    found = []
    for steps in (filters, ()):
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_chunk(values.shape)
        for code, parameters in steps:
            plist.set_filter(code, h5py.h5z.FLAG_OPTIONAL, parameters)
        space = h5py.h5s.create_simple(values.shape)
        handle = h5py.h5d.create(file.id, str(len(file)).encode(), kind, space, plist)
        handle.write(h5py.h5s.ALL, h5py.h5s.ALL, values)
        h5py.h5f.flush(file.id)
        mask, stored = handle.read_direct_chunk((0,) * values.ndim)
        size = values.size * kind.get_size()
        filtered = pipeline(h5py.Dataset(handle))
        found.append(bytes(decode_chunk(stored, filtered, mask, size, Limits())))
    return found[0], found[1]


Check = Callable[..., h5py.Dataset]


@pytest.fixture
def file() -> Iterator[h5py.File]:
    """A file of h5py in memory."""
    with h5py.File.in_memory() as file:
        yield file


@pytest.fixture
def check(file: h5py.File) -> Check:
    """Write an array through filters of h5py, and compare what purehdf decodes."""

    def write_and_compare(data: np.ndarray, **options: Any) -> h5py.Dataset:
        options.setdefault("chunks", data.shape)
        name = str(len(file))
        file.create_dataset(name, data=data, **options)
        # Opened again: the data that the lossy filters got is in the cache of the first one.
        assert_same(file[name])
        return file[name]

    return write_and_compare


def series(kind: str, dtype: str, count: int) -> np.ndarray:
    """Numbers of some character: "noise", "smooth", "constant", "sparse" or "small"."""
    rng = np.random.default_rng(count)
    type_ = np.dtype(dtype)
    native = type_.newbyteorder("=")
    if kind == "constant":
        values = np.full(count, 3, native)
    elif kind == "smooth":
        values = (50 * np.sin(np.arange(count) / 40) + 50).astype(native)
    elif kind == "sparse":
        values = ((rng.random(count) < 0.01) * 7).astype(native)
    elif kind == "small":
        values = rng.integers(0, 6, count).astype(native)
    elif type_.kind == "f":
        values = rng.normal(0, 1e3, count).astype(native)
    else:
        border = np.iinfo(native)
        values = rng.integers(border.min, border.max, count, native, endpoint=True)
    return values.astype(type_)


CHARACTERS = ("noise", "smooth", "constant", "sparse", "small")
INTEGERS = ("u1", "i1", "<u2", ">u2", "<i2", ">i2", "<u4", ">u4", "<i4", ">i4", "<u8", "<i8", ">i8")
FLOATS = ("<f4", ">f4", "<f8", ">f8")
