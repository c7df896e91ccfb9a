"""Filters of the package imagecodecs against the encoders of hdf5plugin."""

from __future__ import annotations

import sys
from itertools import product
from typing import Any

import hdf5plugin
import numpy as np
import pytest

from purehdf.errors import (
    FilterUnavailableError,
    FormatError,
    LimitError,
    TruncatedError,
    UnsupportedError,
)
from purehdf.filters import fcidecomp, htj2k, sperr

from .conftest import Check, pipeline, series

SMALL_INTEGERS = ("u1", "i1", "<u2", "<i2")

SPERR: dict[str, dict[str, Any]] = {
    "rate": {"rate": 9.5},
    "psnr": {"peak_signal_to_noise_ratio": 70},
    "absolute": {"absolute": 1e-3},
    "absolute, swapped": {"absolute": 1e-2, "swap": True},
}


@pytest.fixture(autouse=True)
def _package() -> None:
    pytest.importorskip("imagecodecs")


def stored(dataset: Any) -> tuple[bytes, tuple[int, ...], int]:
    """The first chunk, the parameters of its only filter, and its size when decoded."""
    _, data = dataset.id.read_direct_chunk((0,) * dataset.ndim)
    size = int(np.prod(dataset.chunks)) * dataset.dtype.itemsize
    return data, pipeline(dataset)[0].parameters, size


def field(shape: tuple[int, ...], dtype: str = "<f4") -> np.ndarray:
    return series("smooth", "<f8", int(np.prod(shape))).reshape(shape).astype(dtype) / 7


@pytest.mark.parametrize("dtype", SMALL_INTEGERS)
@pytest.mark.parametrize("character", ["smooth", "constant", "sparse", "small"])
def test_jpeg_ls(check: Check, character: str, dtype: str) -> None:
    for shape in ((40, 50), (4, 300), (3, 24, 31), (4, 20, 25)):
        data = series(character, dtype, int(np.prod(shape))).reshape(shape)
        check(data, compression=hdf5plugin.FciDecomp())


@pytest.mark.parametrize("dtype", SMALL_INTEGERS)
@pytest.mark.parametrize("character", ["noise", "smooth", "constant", "sparse", "small"])
def test_high_throughput_jpeg_2000(check: Check, character: str, dtype: str) -> None:
    for shape in ((1,), (77,), (40, 50), (1, 9, 1, 13), (50, 1), (20, 31, 3)):
        data = series(character, dtype, int(np.prod(shape))).reshape(shape)
        check(data, compression=hdf5plugin.Htj2k())


@pytest.mark.parametrize(("dtype", "name"), [*product(("<f4", "<f8"), SPERR)])
def test_sperr(check: Check, name: str, dtype: str) -> None:
    for shape in ((20, 33), (1, 64, 9), (12, 17, 30)):
        check(field(shape, dtype), compression=hdf5plugin.Sperr(**SPERR[name]))
        noise = series("noise", dtype, int(np.prod(shape))).reshape(shape)
        check(noise, compression=hdf5plugin.Sperr(**SPERR[name]))


@pytest.mark.parametrize(("dtype", "mode"), [*product(("<f4", "<f8"), (1, 2))])
def test_sperr_with_missing_values(check: Check, mode: int, dtype: str) -> None:
    options = hdf5plugin.Sperr(absolute=1e-2, missing_value_mode=mode)
    for shape in ((50, 63), (20, 30, 17)):
        data = field(shape, dtype)
        check(data, compression=options)
        for places in (np.s_[3:20], np.s_[5, 7:9], np.s_[1:, 2:]):
            data[places] = np.nan if mode == 1 else -3e36
            check(data, compression=options)


def test_edge_chunks(check: Check) -> None:
    data = series("smooth", "<u2", 47 * 59).reshape(47, 59)
    for options in (hdf5plugin.Htj2k(), hdf5plugin.FciDecomp()):
        check(data, chunks=(20, 31), compression=options)
    check(field((47, 59)), chunks=(20, 31), compression=hdf5plugin.Sperr(rate=9))


def examples(check: Check) -> dict[str, tuple[Any, Any]]:
    image = series("smooth", "<u2", 600).reshape(20, 30)
    volume = field((10, 11, 12))
    return {
        "fcidecomp": (fcidecomp, check(image, compression=hdf5plugin.FciDecomp())),
        "htj2k": (htj2k, check(image, compression=hdf5plugin.Htj2k())),
        "sperr": (sperr, check(volume, compression=hdf5plugin.Sperr(rate=9))),
    }


def test_limit(check: Check) -> None:
    for module, dataset in examples(check).values():
        data, parameters, size = stored(dataset)
        assert len(module.decode(data, parameters, size)) == size
        with pytest.raises(LimitError):
            module.decode(data, parameters, size - 1)


def test_no_header(check: Check) -> None:
    for module, dataset in examples(check).values():
        data, parameters, size = stored(dataset)
        for stop in range(14):
            with pytest.raises(FormatError):
                module.decode(data[:stop], parameters, size)


def test_no_package(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    written = examples(check)
    monkeypatch.setitem(sys.modules, "imagecodecs", None)
    for name, (module, dataset) in written.items():
        with pytest.raises(FilterUnavailableError, match=rf"{name} .*imagecodecs.*\[filters\]"):
            module.decode(*stored(dataset))


def test_jpeg_ls_damaged(check: Check) -> None:
    data, parameters, size = stored(examples(check)["fcidecomp"][1])
    with pytest.raises(TruncatedError, match="header"):
        fcidecomp.decode(b"\xff\xd8\xff\xe8\0\4xx\xff\xda\0\2\xff\xd9", parameters, size)
    with pytest.raises(TruncatedError, match="end"):
        fcidecomp.decode(data[: len(data) // 2], parameters, size)
    with pytest.raises(FormatError, match="refuses"):  # 99 bits
        fcidecomp.decode(data[:6] + b"\x63" + data[7:], parameters, size)
    # A segment in front of the frame header is stepped over.
    assert fcidecomp.decode(data[:2] + b"\xff\xfe\0\4hi" + data[2:], parameters, size)


def test_htj2k_types(check: Check) -> None:
    data, parameters, size = stored(examples(check)["htj2k"][1])
    expected = htj2k.decode(data, parameters, size)
    assert htj2k.decode(data, (), size) == expected
    assert htj2k.decode(data, (1, 0x82), size) == expected
    for kind in (1, 0x81, 3, 4):
        with pytest.raises(FormatError, match="fit"):
            htj2k.decode(data, (1, kind), size)
    empty = data[:8] + data[16:24] + data[16:]
    with pytest.raises(FormatError, match="no samples"):
        htj2k.decode(empty, parameters, size)


def test_sperr_parameters(check: Check) -> None:
    data, parameters, size = stored(examples(check)["sperr"][1])
    packed, mode, *extents = parameters
    for wrong in ((), (packed,), parameters[:-1], (packed & ~3, mode, *extents)):
        with pytest.raises(FormatError, match="impossible"):
            sperr.decode(data, wrong, size)
    with pytest.raises(UnsupportedError):
        sperr.decode(data, (packed | 0xFC00, mode, *extents), size)
    with pytest.raises(FormatError, match="shape"):
        sperr.decode(data, (packed, mode, *extents[::-1]), size)
    with pytest.raises(FormatError, match="missing"):
        sperr.decode(b"\7" + data[1:], parameters, size)
    # Version 0 of the framing has no word about missing values.
    old = (packed & 0x3FF, mode, *extents)
    assert sperr.decode(data[1:], old, size) == sperr.decode(data, parameters, size)


def test_sperr_mask_ends_early(check: Check) -> None:
    values = field((20, 30))
    values[3:] = np.nan
    options = hdf5plugin.Sperr(rate=9, missing_value_mode=1)
    data, parameters, size = stored(check(values, compression=options))
    for length in (0, 32, 33, 40, 1 << 31):
        with pytest.raises(TruncatedError):
            sperr.decode(data[:1] + length.to_bytes(4, "little") + data[5:], parameters, size)
