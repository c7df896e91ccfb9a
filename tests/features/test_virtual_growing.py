"""Virtual datasets that grow with their sources: unlimited mappings, and names by number."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

import purehdf

from .sources import UNLIMITED, rows, source, space, virtual

SameValues = Callable[[Path, str], np.ndarray]


def test_it_follows_its_source(tmp_path: Path, same_values: SameValues) -> None:
    source(tmp_path / "s.h5", "data", rows(3, 4), maxshape=(None, 4), chunks=(2, 2))
    with h5py.File(tmp_path / "v.h5", "w", libver="latest") as file:
        every = ((0, 0), (UNLIMITED, 1), (1, 1), (1, 4))
        virtual(file, "v", (1, 4), [(space((1, 4), every), "s.h5", "data", space((1, 4), every))])
    for length in (3, 7, 0, 5):
        with h5py.File(tmp_path / "s.h5", "a") as file:
            file["data"].resize((length, 4))
            file["data"][...] = rows(length, 4) + 1
        found = same_values(tmp_path / "v.h5", "v")
        np.testing.assert_array_equal(found, rows(length, 4) + 1)


def test_several_sources_in_turn(tmp_path: Path, same_values: SameValues) -> None:
    """Two sources of different lengths: what the shorter one lacks is fill value."""
    for name, length in (("a", 5), ("b", 8)):
        source(tmp_path / f"{name}.h5", "data", rows(1, length)[0], maxshape=(None,), chunks=(3,))
    with h5py.File(tmp_path / "v.h5", "w", libver="latest") as file:
        mappings = []
        for i, name in enumerate("ab"):
            put = space((2,), ((i,), (UNLIMITED,), (2,), (1,)))
            taken = space((1,), ((0,), (UNLIMITED,), (1,), (1,)))
            mappings.append((put, f"{name}.h5", "data", taken))
        virtual(file, "v", (2,), mappings, fill=-1)
    found = same_values(tmp_path / "v.h5", "v")
    assert found[::2].tolist() == [0, 1, 2, 3, 4, -1, -1, -1]
    assert found[1::2].tolist() == list(range(8))


def test_blocks_from_a_source_with_steps(tmp_path: Path, same_values: SameValues) -> None:
    source(tmp_path / "s.h5", "data", rows(1, 23)[0], maxshape=(None,), chunks=(4,))
    with h5py.File(tmp_path / "v.h5", "w", libver="latest") as file:
        put = space((1,), ((1,), (UNLIMITED,), (5,), (3,)))
        taken = space((1,), ((2,), (UNLIMITED,), (4,), (2,)))
        virtual(file, "v", (1,), [(put, "s.h5", "data", taken)], fill=-1)
    same_values(tmp_path / "v.h5", "v")


@pytest.mark.parametrize("present", [[], [0], [0, 1, 2], [0, 1, 3], [1, 2], list(range(12))])
def test_files_by_number(tmp_path: Path, present: list[int], same_values: SameValues) -> None:
    """h5py's view reaches to the first source that is missing."""
    for i in present:
        source(tmp_path / f"part-{i}.h5", "data", rows(2, 3) + 100 * i)
    with h5py.File(tmp_path / "v.h5", "w", libver="latest") as file:
        put = space((2, 3), ((0, 0), (UNLIMITED, 1), (2, 1), (2, 3)))
        virtual(file, "v", (2, 3), [(put, "part-%b.h5", "data", space((2, 3)))], fill=-1)
    found = same_values(tmp_path / "v.h5", "v")
    assert len(found) == 2 * next(i for i in range(13) if i not in present)


def test_datasets_by_number_with_a_percent_sign(tmp_path: Path, same_values: SameValues) -> None:
    path = tmp_path / "file%.h5"
    with h5py.File(path, "w", libver="latest") as file:
        for i in range(3):
            file[f"100% {i}"] = rows(1, 4)[0] + 10 * i
        put = space((1,), ((2,), (UNLIMITED,), (6,), (4,)))
        virtual(file, "v", (1,), [(put, ".", "100%% %b", space((4,)))], fill=-1)
        put = space((1,), ((2,), (UNLIMITED,), (6,), (4,)))
        virtual(file, "file too", (1,), [(put, "file%%.h5", "100%% %b", space((4,)))], fill=-1)
    for name in ("v", "file too"):
        assert same_values(path, name).shape == (18,)


def test_parts_of_one_that_grows(tmp_path: Path) -> None:
    for i in range(4):
        source(tmp_path / f"{i}.h5", "data", rows(3, 5) + 100 * i)
    with h5py.File(tmp_path / "v.h5", "w", libver="latest") as file:
        put = space((3, 5), ((0, 0), (UNLIMITED, 1), (4, 1), (3, 5)))
        virtual(file, "v", (3, 5), [(put, "%b.h5", "data", space((3, 5)))], fill=-1)
    with purehdf.File(tmp_path / "v.h5") as file:
        whole = file["v"][()]
        assert whole.shape == (15, 5)
        assert whole[3].tolist() == [-1] * 5
        for args in [np.s_[2:9:3, 1], np.s_[-1], np.s_[[0, 3, 4, 14], ::2], whole[:, 0] > 100]:
            np.testing.assert_array_equal(file["v"][args], whole[args])
