"""The chunk tables of many datasets at a time."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

import purehdf

NAMES = "abcdefghijkl"
KINDS = {"extensible": (None,), "fixed": (1 << 12,), "tree": (None, None)}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path: Path = tmp_path_factory.mktemp("tables") / "many.h5"
    with h5py.File(path, "w", libver="latest") as made:
        for kind, most in KINDS.items():
            for i, name in enumerate(NAMES):
                shape = (100 + i,) if len(most) == 1 else (10 + i, 10)
                group = made.require_group(kind)
                data, chunks = np.zeros(shape, "i1"), (1,) * len(most)
                group.create_dataset(name, data=data, chunks=chunks, maxshape=most)
    return path.read_bytes()


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_the_table_of_its_dataset(file: bytes, kind: str) -> None:
    with purehdf.File(file) as made:
        tables = made[kind].chunk_tables()
        assert list(tables) == list(NAMES)
        for name, table in tables.items():
            assert str(table) == str(made[kind][name].chunk_table())
            assert len(table) == made[kind][name].size


@pytest.mark.parametrize(
    ("kind", "signature", "address"),
    [("extensible", b"EADB", 18), ("fixed", b"FADB", 14), ("tree", b"BTLF\0\x0a", 6)],
)
def test_a_checksum_that_differs(file: bytes, kind: str, signature: bytes, address: int) -> None:
    damaged = bytearray(file)
    place = file.rindex(signature)
    damaged[place + address] ^= 1
    with purehdf.File(bytes(damaged)) as made, pytest.raises(purehdf.ChecksumError) as caught:
        made[kind].chunk_tables()
    assert caught.value.structure is not None
    assert caught.value.offset is not None
    assert place < caught.value.offset < place + 40_000
    with purehdf.File(bytes(damaged), verify_checksums=False) as made:
        assert len(made[kind].chunk_tables()) == len(NAMES)
