"""purehdf's codecs over raw bytes of the file, and chunks that are served in pieces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numcodecs
import numpy as np
import pytest
import zarr
from numpy.testing import assert_array_equal

from purehdf.zarr_bridge import HDF5Store, HDF5Zarr
from purehdf.zarr_bridge.own_codecs import OWN

from .conftest import Make

hdf5plugin = pytest.importorskip("hdf5plugin")

FILTERS: dict[str, dict[str, Any]] = {
    "szip": {"compression": "szip"},
    "scaleoffset": {"scaleoffset": 0},
    "lzf": {"compression": "lzf"},
    "lz4": dict(hdf5plugin.LZ4()),
    "bitshuffle": dict(hdf5plugin.Bitshuffle()),
}


@pytest.mark.parametrize("name", FILTERS)
def test_raw_bytes_with_own_codecs_equal_h5py(make_file: Make, zarr_format: int, name: str) -> None:
    values = np.arange(1000, dtype="<i4") // 50  # LZF skips what it cannot make smaller

    def write(f: Any) -> None:
        f.create_dataset("x", data=values, chunks=(300,), **FILTERS[name])

    path = make_file(write)
    bridge = HDF5Zarr(path, zarr_format=zarr_format)
    assert [entry.how for entry in bridge.report()] == ["raw"]
    assert f"purehdf.{name}" in str(bridge.zgroup["x"].metadata.to_dict())
    assert_array_equal(bridge.zgroup["x"][...], values)
    plain = HDF5Store(path, zarr_format=zarr_format, own_codecs=False)
    assert [entry.how for entry in plain.report()] == ["decoded"]


def test_masks_and_own_codecs(make_file: Make, zarr_format: int) -> None:
    def write(f: Any) -> None:
        made = f.create_dataset("x", (24,), "<i4", chunks=(8,), compression="lzf")
        made[:] = 1
        made.id.write_direct_chunk((8,), np.arange(8, dtype="<i4").tobytes(), filter_mask=1)

    bridge = HDF5Zarr(make_file(write), zarr_format=zarr_format)
    assert_array_equal(bridge.zgroup["x"][...], [*[1] * 8, *range(8), *[1] * 8])
    assert [entry.how for entry in bridge.report()] == ["decoded"]


@pytest.mark.parametrize("codec", OWN.values())
def test_they_decode_only(codec: Any) -> None:
    made = numcodecs.get_codec({"id": codec.codec_id, "parameters": [1], "limit": 10})
    with pytest.raises(NotImplementedError, match="only decodes"):
        made.encode(b"")


@pytest.mark.parametrize("shape", [(10, 7), (6, 7), (1, 7)])
@pytest.mark.parametrize("chunk", [(10, 7), (12, 9), (5, 7), (4, 4)])
@pytest.mark.parametrize("size", [8, 24, 60, 500])
def test_unfiltered_chunks_in_pieces(
    make_file: Make, shape: tuple[int, ...], chunk: tuple[int, ...], size: int
) -> None:
    values = np.arange(np.prod(shape), dtype="<i4").reshape(shape)

    def write(f: Any) -> None:
        f.create_dataset("x", data=values, chunks=chunk, maxshape=(None, None))

    path: Path = make_file(write)
    array = zarr.open_array(HDF5Store(path, max_chunksize=size), path="x", mode="r")
    assert_array_equal(array[...], values)
    whole = all(n <= c for n, c in zip(shape, chunk, strict=True))
    assert not whole or np.prod(array.chunks) * 4 <= size
    with h5py.File(path) as f:
        assert_array_equal(f["x"][...], array[...])
