"""Szip against the encoder that h5py carries (libaec)."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

from purehdf.errors import FormatError, LimitError, TruncatedError
from purehdf.filters import szip

from .conftest import CHARACTERS, Check, decoded_and_plain, series

NN, EC = 32, 4


@pytest.mark.parametrize("option", ["nn", "ec"])
@pytest.mark.parametrize("character", CHARACTERS)
@pytest.mark.parametrize("dtype", ["u1", "<i2", ">u2", "<u4", ">f4", "<f8", ">i8"])
def test_equals_h5py(check: Check, dtype: str, character: str, option: str) -> None:
    for block in (2, 8, 10, 32):
        for count in (64, 1003, 9000):
            data = series(character, dtype, count)
            check(data, compression="szip", compression_opts=(option, block))


@pytest.mark.parametrize("shape", [(7, 33), (40, 8), (3, 5, 50), (2, 4097), (300, 3)])
def test_scanlines_of_any_shape(check: Check, shape: tuple[int, ...]) -> None:
    data = series("smooth", "<i2", int(np.prod(shape))).reshape(shape)
    for block in (8, 16):
        check(data, compression="szip", compression_opts=("nn", block))


def test_edge_chunks_and_other_filters(check: Check) -> None:
    data = series("smooth", "<u4", 47 * 29).reshape(47, 29)
    check(
        data,
        chunks=(20, 11),
        compression="szip",
        compression_opts=("nn", 16),
        shuffle=True,
        fletcher32=True,
    )


@pytest.mark.parametrize("mask", [NN, EC, NN | 1, EC | 2 | 1, NN | 128])
@pytest.mark.parametrize("order", ["STD_U32LE", "STD_U32BE"])
@pytest.mark.parametrize(
    ("precision", "size", "offset"),
    [(1, 1, 0), (5, 1, 0), (12, 2, 0), (12, 2, 3), (20, 4, 0), (24, 4, 0), (25, 4, 0), (20, 4, 5)],
)
def test_samples_of_any_width(
    file: h5py.File, order: str, precision: int, size: int, offset: int, mask: int
) -> None:
    kind = getattr(h5py.h5t, order).copy()
    kind.set_precision(precision)
    kind.set_offset(0)
    kind.set_size(size)
    kind.set_offset(offset)
    for character in CHARACTERS:
        values = series(character, "u4", 700) & ((1 << precision) - 1)
        found, plain = decoded_and_plain(file, kind, values.astype("u4"), (4, (mask, 16)))
        assert found == plain


def test_long_runs_of_zeros(check: Check) -> None:
    """Segments of 64 blocks, a run to the end of one, runs of more than five blocks."""
    for start in (1, 130, 1000, 2047, 2048, 3900):
        for end in (start + 1, start + 9, start + 200, start + 1500, 4096):
            data = np.zeros(8192, "u1")
            data[start : end : max(1, (end - start) // 3)] = 9
            for block in (2, 4, 8, 16, 32):
                check(data, compression="szip", compression_opts=("nn", block))
                check(data, compression="szip", compression_opts=("ec", block))


def encode(file: h5py.File) -> tuple[bytes, tuple[int, ...]]:
    dataset = file.create_dataset(
        "x",
        data=series("smooth", "<i2", 4000),
        chunks=(1000,),
        compression="szip",
        compression_opts=("nn", 16),
    )
    dataset.flush()
    return dataset.id.read_direct_chunk((0,))[1], dataset.id.get_create_plist().get_filter(0)[2]


def test_every_truncation_is_refused(file: h5py.File) -> None:
    stored, parameters = encode(file)
    assert len(szip.decode(stored, parameters, 2000)) == 2000
    for length in range(len(stored) - 2):
        with pytest.raises(TruncatedError):
            szip.decode(stored[:length], parameters, 2000)


def test_the_size_is_checked_first(file: h5py.File) -> None:
    stored, parameters = encode(file)
    with pytest.raises(LimitError):
        szip.decode(stored, parameters, 1999)
    with pytest.raises(LimitError):
        szip.decode(b"\xff" * 4 + stored[4:], parameters, 2000)


@pytest.mark.parametrize(
    "parameters",
    [
        (),
        (169, 16, 16),
        (169, 0, 16, 100),
        (169, 7, 16, 100),
        (169, 34, 16, 100),
        (169, 16, 0, 100),
        (169, 16, 48, 100),
        (169, 16, 16, 0),
        (169, 16, 16, 1 << 31),
    ],
)
def test_impossible_parameters(parameters: tuple[int, ...]) -> None:
    with pytest.raises(FormatError):
        szip.decode(b"\x10\0\0\0" + bytes(100), parameters, 2000)


def test_a_difference_that_no_samples_have() -> None:
    # One block of two samples of 1 bit, split with k = 0: two zeros and a one are a 2.
    stream = 0b001_0_001_1 << 24
    with pytest.raises(FormatError, match="no samples have"):
        szip.decode(b"\x02\0\0\0" + stream.to_bytes(4, "big"), (32, 2, 1, 2), 100)


def test_a_run_of_zeros_that_leaves_its_scanline() -> None:
    stream = 0b000_0_0_000001 << 21  # reference 0, six blocks of zeros where there is one
    with pytest.raises(FormatError, match="leaves its scanline"):
        szip.decode(b"\x02\0\0\0" + stream.to_bytes(4, "big"), (32, 2, 1, 2), 100)
