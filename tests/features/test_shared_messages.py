"""Shared object header messages (III.I): the fixtures share, and larger files are read."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from h5py import h5f, h5p

from fixtures.generate.hdf5 import V18, create, set_property

Same = Callable[[Path], None]
EVERY = 0x1FFF & ~1


@pytest.mark.parametrize(
    ("name", "lists", "trees", "copies"),
    [
        ("shared_messages_list.h5", 1, 0, 1),
        ("shared_messages_btree.h5", 0, 1, 1),
        ("shared_messages_several.h5", 5, 0, 4),  # it is smaller than what that index takes
    ],
)
def test_the_fixtures_share(
    fixture_file: Callable[[str], Path], name: str, lists: int, trees: int, copies: int
) -> None:
    data = fixture_file(name).read_bytes()
    assert data.count(b"SMTB") == 1
    assert data.count(b"SMLI") == lists
    assert data.count(b"BTHD") == trees
    assert data.count(b"kelvin") == copies
    assert data.count(b"valid range") == 1


@pytest.mark.parametrize("most", [0, 30, 5000])
def test_many_objects(tmp_path: Path, same: Same, most: int) -> None:
    """As a list, as a B-tree, and as a list that became a B-tree."""
    path = tmp_path / "file.h5"
    fcpl = h5p.create(h5p.FILE_CREATE)
    set_property("shared_mesg_nindexes", fcpl, ctypes.c_uint(2))
    for i, types in enumerate((0x1000, 0x082A)):
        index = (ctypes.c_uint(n) for n in (i, types, 0))
        set_property("shared_mesg_index", fcpl, *index)
    set_property("shared_mesg_phase_change", fcpl, ctypes.c_uint(most), ctypes.c_uint(most // 2))
    with create(path, V18, fcpl=fcpl) as file:
        for i in range(60):
            dtype = np.dtype([(f"field {j}", "<f4") for j in range(i % 4 + 1)])
            data = file.create_dataset(
                f"data {i}",
                data=np.ones((i % 5 + 1, 2), dtype),
                chunks=(1, 2),
                compression=i % 3 + 1,
                fillvalue=np.zeros((), dtype),
            )
            for j in range(i % 12):
                data.attrs[f"attribute {j}"] = np.bytes_(b"text" * (i % 3 + 1))
            data.attrs["large"] = np.zeros(1000 * (i % 2) + 1000)
    same(path)


def test_a_committed_type_is_not_in_the_heap(tmp_path: Path, same: Same) -> None:
    path = tmp_path / "file.h5"
    fcpl = h5p.create(h5p.FILE_CREATE)
    set_property("shared_mesg_nindexes", fcpl, ctypes.c_uint(1))
    index = (ctypes.c_uint(n) for n in (0, EVERY & 0x182A, 0))
    set_property("shared_mesg_index", fcpl, *index)
    with create(path, (h5f.LIBVER_V110, h5f.LIBVER_V110), fcpl=fcpl) as file:
        file["type"] = np.dtype([("a", "<i4"), ("b", "S3")])
        for i in range(3):
            data = file.create_dataset(f"data {i}", (4,), file["type"])
            data.attrs.create("same", np.zeros((), data.dtype), dtype=file["type"])
    same(path)
