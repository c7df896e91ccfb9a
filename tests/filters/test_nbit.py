"""N-bit against the encoder of h5py: what it packs, and what the same type stores plainly."""

from __future__ import annotations

import h5py
import numpy as np
import pytest
from h5py import h5t
from hypothesis import given, settings
from hypothesis import strategies as st

from purehdf.errors import FormatError, LimitError, TruncatedError
from purehdf.filters import nbit

from .conftest import decoded_and_plain

NBIT = (5, ())


def integer(base: h5t.TypeID, size: int, precision: int, offset: int) -> h5t.TypeID:
    kind = base.copy()
    kind.set_offset(0)
    if size * 8 < kind.get_precision():
        kind.set_precision(precision)
        kind.set_size(size)
    else:
        kind.set_size(size)
        kind.set_precision(precision)
    kind.set_offset(offset)
    return kind


@st.composite
def integers(draw: st.DrawFn) -> h5t.TypeID:
    base = draw(
        st.sampled_from([h5t.STD_I32LE, h5t.STD_U32LE, h5t.STD_I32BE, h5t.STD_U64BE, h5t.STD_I64LE])
    )
    size = draw(st.integers(1, 8))
    # The library creates no dataset of a type that could do with half its size.
    precision = draw(st.integers(4 * size if size > 1 else 1, 8 * size))
    return integer(base, size, precision, draw(st.integers(0, 8 * size - precision)))


@settings(max_examples=150)
@given(kind=integers(), count=st.integers(1, 40), seed=st.integers(0, 9))
def test_integers_of_any_bits(kind: h5t.TypeID, count: int, seed: int) -> None:
    values = np.random.default_rng(seed).integers(-(2**62), 2**62, count)
    with h5py.File.in_memory() as file:
        found, plain = decoded_and_plain(file, kind, values, NBIT)
    # The bits around the significant ones are not always zero where they are stored.
    size, offset = kind.get_size(), kind.get_offset()
    mask = ((1 << kind.get_precision()) - 1) << offset
    order = "little" if kind.get_order() == h5t.ORDER_LE else "big"
    kept = bytes(mask.to_bytes(size, order)) * count
    assert found == bytes(a & b for a, b in zip(plain, kept, strict=True))


@pytest.mark.parametrize("base", [h5t.IEEE_F32LE, h5t.IEEE_F32BE])
def test_a_float_of_twenty_bits(file: h5py.File, base: h5t.TypeID) -> None:
    kind = base.copy()
    kind.set_fields(26, 20, 6, 7, 13)
    kind.set_offset(7)
    kind.set_precision(20)
    kind.set_ebias(31)
    values = np.random.default_rng(0).normal(0, 100, (13, 7)).astype("f4")
    found, plain = decoded_and_plain(file, kind, values, NBIT)
    assert found == plain


SMALL = integer(h5t.STD_I32LE, 4, 17, 3)
LARGE = integer(h5t.STD_I64BE, 8, 33, 11)
TEXT = h5t.C_S1.copy()
TEXT.set_size(5)


def compound(size: int, **members: tuple[int, h5t.TypeID]) -> h5t.TypeID:
    kind = h5t.create(h5t.COMPOUND, size)
    for name, (offset, member) in members.items():
        kind.insert(name.encode(), offset, member)
    return kind


# The encoder of HDF5 loses what follows an array of arrays or of compounds: those come last.
INNER = compound(22, a=(1, SMALL), s=(6, TEXT), b=(12, LARGE))
NESTED = {
    "holes": (INNER, compound(17, a=(0, h5t.NATIVE_INT32), s=(4, TEXT), b=(9, h5t.NATIVE_INT64))),
    "array of compounds": (
        compound(160, z=(2, h5t.STD_U16BE), x=(9, h5t.array_create(INNER, (2, 3)))),
        compound(
            104,
            z=(0, h5t.NATIVE_UINT16),
            x=(
                2,
                h5t.array_create(
                    compound(17, a=(0, h5t.NATIVE_INT32), s=(4, TEXT), b=(9, h5t.NATIVE_INT64)),
                    (2, 3),
                ),
            ),
        ),
    ),
    "array of arrays": (
        compound(
            64,
            t=(1, h5t.array_create(TEXT, (2,))),
            y=(14, h5t.array_create(h5t.array_create(SMALL, (3,)), (2, 2))),
        ),
        compound(
            58,
            t=(0, h5t.array_create(TEXT, (2,))),
            y=(10, h5t.array_create(h5t.array_create(h5t.NATIVE_INT32, (3,)), (2, 2))),
        ),
    ),
}


@pytest.mark.parametrize("name", NESTED)
def test_nested_types(file: h5py.File, name: str) -> None:
    """Compounds with holes, strings and arrays; both byte orders."""
    kind, memory = NESTED[name]
    values = np.random.default_rng(5).integers(0, 256, (11, memory.get_size()), "u1")
    raw = []
    for filtered in (True, False):
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_chunk((11,))
        if filtered:
            plist.set_filter(5, 0)
        handle = h5py.h5d.create(
            file.id, str(filtered).encode(), kind, h5py.h5s.create_simple((11,)), plist
        )
        handle.write(h5py.h5s.ALL, h5py.h5s.ALL, values, mtype=memory)
        h5py.h5f.flush(file.id)
        raw.append(handle.read_direct_chunk((0,))[1])
        if filtered:
            parameters = handle.get_create_plist().get_filter(0)[2]
    assert len(raw[0]) < len(raw[1])
    assert bytes(nbit.decode(raw[0], parameters, len(raw[1]))) == raw[1]


def test_many_values_at_once(file: h5py.File) -> None:
    """More of them than are unpacked at a time, inside an array type too."""
    kind = integer(h5t.STD_U32LE, 4, 19, 0)
    values = np.random.default_rng(1).integers(0, 2048, 200_000).astype("u4")
    found, plain = decoded_and_plain(file, kind, values, NBIT)
    assert found == plain
    parameters = (0, 0, 5, 3, 160_004, 2, 0, 2, 80_000, 1, 4, 0, 11, 0, 80_000, 2, 80_000, 1, 4)
    packed = np.packbits((values[:, None] >> np.arange(10, -1, -1)) & 1).tobytes()
    out = np.frombuffer(nbit.decode(packed, (*parameters, 0, 11, 0), 800_020), "<u4")
    assert (out.reshape(5, -1)[:, :-1] == values.reshape(5, -1)).all()


def test_full_precision_is_not_packed() -> None:
    assert nbit.decode(b"abc", (3, 1, 7), 100) == b"abc"


ATOMIC = (8, 0, 10, 1, 4, 0, 12, 0)


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ((), TruncatedError),
        (ATOMIC[:7], TruncatedError),
        ((8, 0, 11, *ATOMIC[3:]), TruncatedError),
        ((8, 0, 1 << 30, *ATOMIC[3:]), LimitError),
        ((8, 0, 10, 1, 0, 0, 12, 0), FormatError),
        ((8, 0, 10, 1, 4, 2, 12, 0), FormatError),
        ((8, 0, 10, 1, 4, 0, 0, 0), FormatError),
        ((8, 0, 10, 1, 4, 0, 12, 21), FormatError),
        ((8, 0, 10, 5, 4, 0, 12, 0), FormatError),
        ((8, 0, 1, 3, 4, 2, 0, 4, 3, 1, 4, 3), FormatError),
        ((8, 0, 1, 3, 4, 1, 2, 4, 3), FormatError),
        ((8, 0, 1, *(2, 8) * 1000, 4, 8), LimitError),
    ],
)
def test_impossible_parameters(parameters: tuple[int, ...], error: type[Exception]) -> None:
    with pytest.raises(error):
        nbit.decode(bytes(15), parameters, 4096)


def test_the_parameters_of_a_dataset_are_understood_once() -> None:
    nbit._element.cache_clear()
    parameters = (8, 0, 4, 1, 4, 0, 32, 0)
    for _ in range(3):
        assert bytes(nbit.decode(bytes(range(16)), parameters, 16))[:4] == b"\3\2\1\0"
    assert nbit._element.cache_info().misses == 1
