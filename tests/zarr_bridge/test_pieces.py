"""Cutting runs of elements into chunks, and the codecs of a pipeline."""

from __future__ import annotations

from math import prod

import numcodecs
import numpy as np
import pytest

from purehdf import FilterUnavailableError
from purehdf.filters import decode_chunk
from purehdf.format.messages.filter_pipeline import Filter
from purehdf.limits import DEFAULT_LIMITS
from purehdf.zarr_bridge.codecs import Codec, codecs_of, encode
from purehdf.zarr_bridge.pieces import piece_shape

PIECES = {
    # shape, size of an element, limit -> shape of a piece
    ((), 8, 1): (),
    ((5,), 8, None): (5,),
    ((5,), 8, 8): (1,),
    ((5,), 8, 1): (1,),
    ((6,), 8, 32): (3,),
    ((7,), 8, 32): (4,),  # a prime: two pieces, the second is shorter
    ((0, 5), 8, 32): (1, 3),
    ((4, 6), 1, 12): (2, 6),
    ((4, 6), 1, 6): (1, 6),
    ((4, 6), 1, 5): (1, 3),
    ((1000, 1000, 10), 8, 2 << 20): (25, 1000, 10),
}


@pytest.mark.parametrize(("case", "piece"), PIECES.items())
def test_pieces(case: tuple[tuple[int, ...], int, int | None], piece: tuple[int, ...]) -> None:
    shape, size, limit = case
    assert piece_shape(shape, size, limit) == piece
    assert limit is None or prod(piece) * size <= max(limit, size)


DEFLATE = Filter(1, b"", False, (6,))
SHUFFLE = Filter(2, b"", False, (4,))
FLETCHER32 = Filter(3, b"", False, ())
LZF = Filter(32000, b"lzf", False, ())
ROUND = Filter(32022, b"BitGroom", False, (3, 4, 8, 0, 0))


def blosc(*parameters: int) -> Filter:
    return Filter(32001, b"blosc", True, parameters)


def blosc_codec(cname: str, clevel: int, shuffle: int, blocksize: int) -> Codec:
    options = {"cname": cname, "clevel": clevel, "shuffle": shuffle, "blocksize": blocksize}
    return Codec("blosc", options)


PIPELINES = {
    (): (),
    (DEFLATE,): (Codec("zlib", {"level": 6}),),
    (SHUFFLE, DEFLATE, FLETCHER32): (
        Codec("shuffle", {"elementsize": 4}),
        Codec("zlib", {"level": 6}),
        Codec("fletcher32", {}),
    ),
    (FLETCHER32, SHUFFLE, DEFLATE): (
        Codec("fletcher32", {}),
        Codec("shuffle", {"elementsize": 4}),
        Codec("zlib", {"level": 6}),
    ),
    (Filter(2, b"", False, (1,)),): (),
    (Filter(2, b"", False, (3,)),): "no multiple",
    (FLETCHER32, Filter(2, b"", False, (8,))): "no multiple",
    (DEFLATE, SHUFFLE): "no multiple",
    (LZF,): "lzf",
    (blosc(2, 2, 1, 80, 9, 2, 1),): (blosc_codec("lz4", 9, 2, 80),),
    (blosc(2, 2, 1, 80, 9, 2, 1, 5),): (blosc_codec("lz4", 9, 2, 80),),
    (blosc(2, 2, 1, 80),): (blosc_codec("blosclz", 5, 1, 80),),
    (blosc(2, 2, 1, 80, 9, 2, 3),): "blosc",  # Snappy
    (blosc(2, 2, 1, 80, 9, 2, 6),): "blosc",
    (Filter(32015, b"zstd", True, (3,)),): (Codec("zstd", {"level": 3}),),
    (Filter(32015, b"zstd", True, (1 << 31,)),): (Codec("zstd", {"level": 22}),),
    (ROUND, SHUFFLE, DEFLATE): (
        Codec("shuffle", {"elementsize": 4}),
        Codec("zlib", {"level": 6}),
    ),
}


@pytest.mark.parametrize(("filters", "expected"), PIPELINES.items())
def test_codecs(filters: tuple[Filter, ...], expected: tuple[Codec, ...] | str) -> None:
    found = codecs_of(filters, 80)
    if isinstance(expected, str):
        assert isinstance(found, str)
        assert expected in found
        return
    assert found == expected
    data = np.arange(80, dtype=np.uint8).tobytes()
    stored = encode(data, expected)
    assert bytes(decode_chunk(stored, filters, 0, 80, DEFAULT_LIMITS)) == data


def test_a_filter_that_nobody_has() -> None:
    with pytest.raises(FilterUnavailableError, match="filter 511"):
        codecs_of((Filter(511, b"", False, ()),), 80)


@pytest.mark.parametrize("length", [1, 2, 3, 719, 720, 721, 1440, 100_001])
@pytest.mark.parametrize("byte", [0, 1, 255])
def test_numcodecs_has_the_fletcher32_of_hdf5(length: int, byte: int) -> None:
    data = np.full(length, byte, np.uint8)
    stored = numcodecs.Fletcher32().encode(data)
    assert bytes(decode_chunk(bytes(stored), (FLETCHER32,), 0, length, DEFAULT_LIMITS)) == bytes(
        data
    )
