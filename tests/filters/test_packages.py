"""Filters of optional packages against the encoders of hdf5plugin."""

from __future__ import annotations

import sys
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
from purehdf.filters import bitshuffle, blosc, blosc2, lz4, zfp, zstd

from .conftest import CHARACTERS, Check, pipeline, series

DTYPES = ("u1", "<i2", ">i4", ">f8")

LOSSLESS: dict[str, Any] = {
    "zstd": hdf5plugin.Zstd(3),
    "zstd of blocks": hdf5plugin.Zstd(19),
    "lz4": hdf5plugin.LZ4(),
    "lz4 of small blocks": hdf5plugin.LZ4(nbytes=1000),
    "bitshuffle": hdf5plugin.Bitshuffle(cname="none"),
    "bitshuffle of small blocks": hdf5plugin.Bitshuffle(nelems=16, cname="none"),
    "bitshuffle lz4": hdf5plugin.Bitshuffle(cname="lz4"),
    "bitshuffle lz4 of small blocks": hdf5plugin.Bitshuffle(nelems=64, cname="lz4"),
    "bitshuffle zstd": hdf5plugin.Bitshuffle(cname="zstd", clevel=5),
    **{
        f"blosc {name} {shuffle}": hdf5plugin.Blosc(cname=name, clevel=5, shuffle=shuffle)
        for name in ("blosclz", "lz4", "lz4hc", "snappy", "zlib", "zstd")
        for shuffle in (0, 1, 2)
    },
    "blosc stored": hdf5plugin.Blosc(cname="lz4", clevel=0),
}

BLOSC2 = {
    f"{name} {filters}": hdf5plugin.Blosc2(cname=name, clevel=5, filters=filters)
    for name in ("blosclz", "lz4", "lz4hc", "zlib", "zstd")
    for filters in (0, 1, 2)
}

ZFP = {
    "rate": hdf5plugin.Zfp(rate=11),
    "high rate": hdf5plugin.Zfp(rate=40),
    "precision": hdf5plugin.Zfp(precision=14),
    "accuracy": hdf5plugin.Zfp(accuracy=0.01),
    "reversible": hdf5plugin.Zfp(reversible=True),
    "expert": hdf5plugin.Zfp(minbits=17, maxbits=3000, maxprec=40, minexp=-100),
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", LOSSLESS)
def test_lossless(check: Check, name: str, dtype: str) -> None:
    for character in CHARACTERS:
        for count in (1, 13, 1003, 9000):
            check(series(character, dtype, count), **LOSSLESS[name])


@pytest.mark.parametrize("name", LOSSLESS)
def test_edge_chunks_and_other_filters(check: Check, name: str) -> None:
    data = series("smooth", "<u4", 47 * 29).reshape(47, 29)
    check(data, chunks=(20, 11), **LOSSLESS[name])
    check(data, chunks=(20, 11), fletcher32=True, **LOSSLESS[name])


@pytest.mark.parametrize("name", LOSSLESS)
def test_compound_and_strings(check: Check, name: str) -> None:
    data = np.zeros(501, [("a", "<i4"), ("b", "S7"), ("c", ">f8", (2,))])
    data["a"] = np.arange(501)
    data["b"] = [str(i).encode() for i in range(501)]
    check(data, **LOSSLESS[name])
    check(data["b"].copy(), **LOSSLESS[name])


@pytest.mark.parametrize("name", BLOSC2)
def test_blosc2(check: Check, name: str) -> None:
    pytest.importorskip("blosc2")
    for dtype in DTYPES:
        for character in CHARACTERS:
            data = series(character, dtype, 3003)
            check(data, **BLOSC2[name])
            check(data.reshape(33, 91), chunks=(10, 40), **BLOSC2[name])
            check(data.reshape(3, 7, 11, 13), chunks=(2, 5, 11, 9), **BLOSC2[name])


def test_blosc2_of_many_dimensions(check: Check) -> None:
    pytest.importorskip("blosc2")
    data = series("smooth", "<f4", 3**8)
    check(data.reshape((3,) * 8), **hdf5plugin.Blosc2())
    check(data.reshape((1, 1, 27, 1, 243)), **hdf5plugin.Blosc2())
    check(series("smooth", "<f8", 1 << 18).reshape(512, 512), **hdf5plugin.Blosc2())


@pytest.mark.parametrize("name", ZFP)
@pytest.mark.parametrize("dtype", ["<i4", "<i8", "<f4", "<f8"])
def test_zfp(check: Check, name: str, dtype: str) -> None:
    pytest.importorskip("zfpy")
    if dtype[1] == "i" and name == "accuracy":
        return  # zfp's accuracy is one of floating-point numbers
    for character in ("smooth", "constant", "noise"):
        data = series(character, dtype, 24 * 35)
        check(data, **ZFP[name])
        check(data.reshape(24, 35), chunks=(10, 16), **ZFP[name])
        check(data.reshape(4, 6, 35), chunks=(3, 6, 17), **ZFP[name])
        check(data.reshape(4, 6, 5, 7), **ZFP[name])


MODULES = {
    "blosc": (blosc.decode, ["numcodecs.blosc", "blosc2"], "numcodecs or blosc2"),
    "zstd": (
        zstd.decode,
        ["compression.zstd", "backports.zstd", "numcodecs.zstd"],
        "numcodecs",
    ),
    "lz4": (lz4.decode, ["lz4.block", "numcodecs.lz4"], "lz4 or numcodecs"),
    "zfp": (zfp.decode, ["zfpy", "imagecodecs"], "zfpy or imagecodecs"),
    "blosc2": (blosc2.decode, ["blosc2"], "blosc2"),
}
ZFP_HEADER = (0x1001500, int.from_bytes(b"zfp\5", "little"), 3 << 4, 31 << 20)


@pytest.mark.parametrize("name", MODULES)
def test_a_missing_package_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    decode, modules, packages = MODULES[name]
    for module in modules:
        monkeypatch.setitem(sys.modules, module, None)
    parameters = ZFP_HEADER if name == "zfp" else (7, 8)
    data = {
        "blosc": b"\2\1\0\4" + bytes(12),
        "zstd": bytes.fromhex("28b52ffd20000100000000"),
        "lz4": bytes(12),
        "zfp": bytes(100),
        "blosc2": b"\x9e\xa8b2frame\0" + bytes(100),
    }[name]
    with pytest.raises(FilterUnavailableError) as caught:
        decode(data, parameters, 1000)
    message = str(caught.value)
    assert f"filter {name} (id " in message
    assert f"parameters {list(parameters)}" in message
    assert packages in message
    assert "pip install purehdf[filters]" in message


@pytest.mark.parametrize("module", ["compression.zstd", "backports.zstd", "numcodecs.zstd"])
def test_every_decoder_of_zstd(check: Check, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip(module)
    monkeypatch.setattr(zstd, "MODULES", (module,))
    check(series("smooth", "<f4", 5000), **hdf5plugin.Zstd())
    check(series("smooth", "<f4", 5000), **hdf5plugin.Bitshuffle(cname="zstd"))


@pytest.mark.parametrize("missing", ["lz4.block", "numcodecs.lz4"])
def test_every_decoder_of_lz4(check: Check, missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    pytest.importorskip("numcodecs.lz4" if missing == "lz4.block" else "lz4.block")
    check(series("smooth", "<f4", 5000), **hdf5plugin.LZ4())
    check(series("smooth", "<f4", 5000), **hdf5plugin.Bitshuffle(cname="lz4"))


def test_blosc_by_blosc2(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("blosc2")
    monkeypatch.setitem(sys.modules, "numcodecs.blosc", None)
    for name, options in LOSSLESS.items():
        if name.startswith("blosc"):
            check(series("smooth", "<f4", 5000), **options)


@pytest.mark.parametrize("name", LOSSLESS)
def test_every_truncation_is_refused(check: Check, name: str) -> None:
    data = series("smooth", "<u2", 505)
    dataset = check(data, **LOSSLESS[name])
    _, stored = dataset.id.read_direct_chunk((0,))
    step = pipeline(dataset)[0]
    decode = {
        32001: blosc.decode,
        32004: lz4.decode,
        32008: bitshuffle.decode,
        32015: zstd.decode,
    }[step.id]
    plain = step.id == 32008 and step.parameters[4] == 0
    for length in range(len(stored)):
        try:
            out = decode(stored[:length], step.parameters, 1010)
        except FormatError:
            continue
        assert plain  # bitshuffle alone does not know how long its data was
        assert len(out) == length


BOMBS: dict[str, tuple[Any, bytes, tuple[int, ...]]] = {
    "lz4": (lz4.decode, b"\x7f" + bytes(7) + b"\0\0\4\0" + bytes(8), ()),
    "bitshuffle": (bitshuffle.decode, b"\x7f" + bytes(7) + b"\0\0\4\0" + bytes(8), (0, 4, 2, 0, 2)),
    "blosc": (blosc.decode, b"\2\1\0\4\0\0\0\x7f\0\0\1\0\x10\0\0\0", ()),
    "blosc2": (blosc2.decode, b"\x9e\xa8b2frame\0" + b"\x7f" * 100, ()),
    "zstd": (zstd.decode, bytes.fromhex("28b52ffda0ffffff7f01000000"), ()),
    "zfp": (zfp.decode, bytes(100), (0, ZFP_HEADER[1], 0xFFFFFFF0, 31 << 20 | 0xFFFFF)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_declared_sizes_are_checked_first(name: str) -> None:
    decode, data, parameters = BOMBS[name]
    with pytest.raises(LimitError):
        decode(data, parameters, 100_000)


def test_zstd_without_a_size() -> None:
    """A frame may leave its size open: what decodes a stream can read it, within the limit."""
    zstd_module = pytest.importorskip("backports.zstd")
    compressor = zstd_module.ZstdCompressor()
    frame = compressor.compress(b"a" * 5000) + compressor.flush()
    assert zstd._content_size(frame) is None
    assert zstd.decode_frame(zstd_module, frame, 5000) == b"a" * 5000
    with pytest.raises(LimitError):
        zstd.decode_frame(zstd_module, frame, 4999)
    with pytest.raises(FormatError, match="does not declare"):
        zstd.decode_frame(pytest.importorskip("numcodecs.zstd"), frame, 5000)


def test_zfp_of_the_other_byte_order(check: Check) -> None:
    """A writer of the other byte order stored its header, and expects its data, swapped."""
    pytest.importorskip("zfpy")
    dataset = check(series("smooth", "<f4", 1000), **hdf5plugin.Zfp(rate=9))
    stored = dataset.id.read_direct_chunk((0,))[1]
    parameters = pipeline(dataset)[0].parameters
    swapped = tuple(int.from_bytes(p.to_bytes(4, "little"), "big") for p in parameters)
    found = np.frombuffer(zfp.decode(stored, swapped, 4000), ">f4")
    assert (found == dataset[...]).all()


def test_zfp_refuses_too_few_bytes() -> None:
    with pytest.raises(TruncatedError):
        zfp.decode(bytes(10), (0, ZFP_HEADER[1], 999 << 4, 2000 << 20), 4096)
    with pytest.raises(FormatError, match="no zfp header"):
        zfp.decode(bytes(10), (0, 1, 2, 3), 4096)


def test_what_is_not_supported() -> None:
    with pytest.raises(UnsupportedError):
        bitshuffle.decode(bytes(100), (0, 4, 2, 0, 9), 100)


@pytest.mark.parametrize("parameters", [(), (0, 4), (0, 4, 0), (0, 4, 2, 7)])
def test_impossible_parameters_of_bitshuffle(parameters: tuple[int, ...]) -> None:
    with pytest.raises(FormatError):
        bitshuffle.decode(bytes(100), parameters, 100)
