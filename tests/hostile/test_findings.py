"""What mutants found: each place where purehdf once read something else than h5py."""

from __future__ import annotations

import struct
from pathlib import Path

import h5py
import numpy as np
import pytest

import purehdf
from tests.conftest import FIXTURE_FILES

from .mutate import mutant, seed_of
from .watch import finding


def change(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert data.count(old) == 1
    assert len(old) == len(new)
    path.write_bytes(data.replace(old, new))


def test_the_last_byte_of_an_attribute_name_is_never_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "file.h5"
    with h5py.File(path, "w", libver="earliest") as file:
        file.attrs["an attribute"] = 5
    change(path, b"an attribute\0", b"an attribute!")
    with h5py.File(path) as theirs, purehdf.File(path) as ours:
        assert list(ours.attrs) == list(theirs.attrs) == ["an attribute"]


@pytest.mark.parametrize("order", [2, 1 << 24])
def test_a_byte_order_that_is_none_is_refused(tmp_path: Path, order: int) -> None:
    path = tmp_path / "file.h5"
    with h5py.File(path, "w", libver="earliest") as file:
        file.create_dataset("d", data=np.arange(100.0), chunks=(100,), scaleoffset=3)
    front = struct.pack("<6I", 0, 3, 100, 1, 8, 0)  # type, factor, number, class, size, sign
    change(path, front + struct.pack("<I", 0), front + struct.pack("<I", order))
    with (
        purehdf.File(path) as file,
        pytest.raises(purehdf.FormatError, match="byte order"),
    ):
        file["d"][()]


def test_only_absolute_names_are_sought_beside_the_file(tmp_path: Path) -> None:
    """libhdf5 does not take ``elsewhere/other.h5`` for ``other.h5``."""
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["x"] = 5
    with h5py.File(tmp_path / "file.h5", "w") as file:
        file["x"] = h5py.ExternalLink("elsewhere/other.h5", "/x")
    for library in (h5py, purehdf):
        with library.File(tmp_path / "file.h5") as file, pytest.raises(KeyError):
            file["x"]


@pytest.mark.parametrize(
    ("seed", "number"),
    [
        ("virtual_layouts.h5", 309),  # a mapping of all of 2**50 elements
        ("virtual_unlimited.h5", 362),  # a mapping of another rank than its dataset
        ("virtual_layouts_v1.h5", 2044),  # such a mapping of a dataset that may grow
        ("attributes_others_v3.h5", 569),  # an integer of half a gibibyte
        ("attributes_others_v1.h5", 633),  # an enumeration that is larger than its base
    ],
)
def test_what_fuzzing_found(seed: str, number: int) -> None:
    assert finding(mutant(seed_of(FIXTURE_FILES / seed), number)) == []
