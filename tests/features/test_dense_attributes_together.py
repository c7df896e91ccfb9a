"""Attributes in dense storage of objects that are opened together, which are read together."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

import purehdf
from tests.cost.counting import SAME_LIBRARY, Counted

OBJECTS, ATTRIBUTES = 300, 20


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Datasets with their attributes in fractal heaps; of every seventh in the header."""
    path = tmp_path_factory.mktemp("dense") / "dense.h5"
    with h5py.File(path, "w", libver="latest") as file:
        for i in range(OBJECTS):
            dataset = file.create_dataset(f"d{i:03}", data=np.arange(3) + i)
            for k in range(2 if i % 7 == 0 else ATTRIBUTES + i % 3):
                dataset.attrs[f"a{k:02}"] = f"{i} {k}" if k % 5 == 0 else i * 1000 + k
        file["d000"].attrs["large"] = np.zeros(7000)
    return path


def attributes(file: purehdf.File | h5py.File) -> dict[str, dict[str, str]]:
    return {
        name: {key: repr(np.asarray(value).tolist()) for key, value in item.attrs.items()}
        for name, item in file.items()
    }


def test_all_are_right(path: Path) -> None:
    with h5py.File(path) as oracle, purehdf.File(path) as file:
        assert attributes(file) == attributes(oracle)
    with h5py.File(path) as oracle, purehdf.File(path.read_bytes()) as file:
        assert [dict(file[name].attrs) for name in ("d001", "d299")] == [
            dict(oracle[name].attrs) for name in ("d001", "d299")
        ]


def test_damage_of_one_hides_no_other(path: Path) -> None:
    """The leaf of one B-tree, a root block of one heap, and the header of another one."""
    data = bytearray(path.read_bytes())
    for signature, number in ((b"BTLF\0\x08", 20), (b"FHDB", 30), (b"FRHP", 40)):
        at = -1
        for _ in range(number):
            at = data.index(signature, at + 1)
        data[at + 20] ^= 1
    with h5py.File(path) as oracle, purehdf.File(bytes(data)) as file:
        expected, spoilt = attributes(oracle), []
        for name, item in file.items():
            try:
                found = {k: repr(np.asarray(v).tolist()) for k, v in item.attrs.items()}
            except purehdf.ChecksumError:
                spoilt.append(name)
            else:
                assert found == expected[name]
    assert len(spoilt) == 3


def test_over_a_network(path: Path) -> None:
    """A wave for each batch of 128 objects: all that belongs to their attributes lies together."""
    counted = Counted(path)
    counted.cost(lambda file: list(file.items()))
    cost = counted.cost(lambda file: [len(item.attrs) for item in file.values()])
    assert cost.waves <= 6
    if SAME_LIBRARY:
        assert cost == (3, 3, 254879)


def test_damage_of_one_block_hides_no_other(tmp_path: Path) -> None:
    """Of a heap with several direct blocks one is damaged: what lies in the others is read."""
    path = tmp_path / "blocks.h5"
    with h5py.File(path, "w", libver="latest") as file:
        for i in range(200):
            file.attrs[f"a{i:03}"] = np.full(20, i)
    data = bytearray(path.read_bytes())
    third = data.index(b"FHDB", data.index(b"FHDB", data.index(b"FHDB") + 1) + 1)
    data[third + 200] ^= 1
    with purehdf.File(bytes(data)) as file:
        names = [name for name in file.attrs if name.startswith("a")]
        assert 150 < len(names) < len(file.attrs) == 200
        assert all((file.attrs[name] == int(name[1:])).all() for name in names)
        for name in set(file.attrs) - set(names):
            with pytest.raises(purehdf.ChecksumError):
                file.attrs[name]


def test_a_bad_info_message_of_one_hides_no_other(path: Path) -> None:
    """What says where the attributes of one object lie has an unknown version."""
    data, at = bytearray(path.read_bytes()), -1
    for _ in range(10):
        at = data.index(b"\x15\x12\0", at + 1)  # attribute info message of 18 bytes
    data[at + 4] = 9
    with h5py.File(path) as oracle, purehdf.File(bytes(data), verify_checksums=False) as file:
        expected, spoilt = attributes(oracle), []
        for name, item in file.items():
            try:
                found = {k: repr(np.asarray(v).tolist()) for k, v in item.attrs.items()}
            except purehdf.VersionError:
                spoilt.append(name)
            else:
                assert found == expected[name]
    assert len(spoilt) == 1
