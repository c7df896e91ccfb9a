"""Region references: ``dataset[reference]`` selects what h5py selects, in its shape."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from h5py import h5r, h5s

import purehdf

KINDS = ["block", "steps", "points", "irregular", "all", "none"]


@pytest.mark.parametrize("name", ["references_regions.h5", "references_regions_v2.h5"])
@pytest.mark.parametrize("kind", KINDS)
def test_fixture(fixture_file: Callable[[str], Path], name: str, kind: str) -> None:
    i = KINDS.index(kind)
    with h5py.File(fixture_file(name)) as theirs, purehdf.File(fixture_file(name)) as ours:
        wanted = theirs["grid"][theirs["regions"][i]]
        found = ours["grid"][ours["regions"][i]]
        assert found.shape == wanted.shape
        assert found.dtype == wanted.dtype
        np.testing.assert_array_equal(found, wanted)
        assert ours[ours["regions"][i]] == ours["grid"]


def test_in_an_attribute_and_null(fixture_file: Callable[[str], Path]) -> None:
    with purehdf.File(fixture_file("references_regions.h5")) as file:
        np.testing.assert_array_equal(file["grid"][file.attrs["region"]], file["grid"][1:4, 2:6])
        null = file["regions"][len(KINDS)]
        assert not null
        with pytest.raises(ValueError, match="does not lead to this dataset"):
            file["grid"][null]


def draw(random: np.random.Generator, shape: tuple[int, ...]) -> h5s.SpaceID:
    """A selection out of a few hyperslabs, or some points."""
    space = h5s.create_simple(shape)
    if random.random() < 0.3:
        rows = np.stack([random.integers(0, n, 7) for n in shape], axis=1)
        space.select_elements(np.unique(rows, axis=0))
        return space
    for i in range(random.integers(1, 4)):
        start = [int(random.integers(0, n)) for n in shape]
        block = [int(random.integers(1, 3)) for _ in shape]
        block = [min(b, n - s) for b, n, s in zip(block, shape, start, strict=True)]
        stride = [b + int(random.integers(0, 3)) for b in block]
        count = [
            int(random.integers(1, max((n - s - b) // t + 2, 2)))
            for n, s, b, t in zip(shape, start, block, stride, strict=True)
        ]
        op = h5s.SELECT_SET if i == 0 else h5s.SELECT_OR
        space.select_hyperslab(tuple(start), tuple(count), tuple(stride), tuple(block), op=op)
    return space


@pytest.mark.parametrize("libver", ["earliest", "v110", "latest"])
@pytest.mark.parametrize("chunks", [None, True])
def test_drawn(tmp_path: Path, libver: str, chunks: bool | None) -> None:
    path = tmp_path / "file.h5"
    random = np.random.default_rng(5)
    with h5py.File(path, "w", libver=libver) as file:
        for rank in (1, 2, 3):
            shape = tuple(int(n) for n in random.integers(4, 9, rank))
            data = np.arange(np.prod(shape)).reshape(shape)
            grid = file.create_dataset(f"grid {rank}", data=data, chunks=chunks)
            refs = file.create_dataset(f"regions {rank}", (40,), h5py.regionref_dtype)
            for i in range(40):
                refs[i] = h5r.create(grid.id, b".", h5r.DATASET_REGION, draw(random, shape))
    with h5py.File(path) as theirs, purehdf.File(path) as ours:
        for rank in (1, 2, 3):
            for i in range(40):
                wanted = theirs[f"grid {rank}"][theirs[f"regions {rank}"][i]]
                found = ours[f"grid {rank}"][ours[f"regions {rank}"][i]]
                assert found.shape == wanted.shape
                np.testing.assert_array_equal(found, wanted)


def test_a_reference_to_another_dataset_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.h5"
    with h5py.File(path, "w") as file:
        file["a"], file["b"] = np.arange(5), np.arange(5)
        file.attrs.create("to a", file["a"].regionref[1:3], dtype=h5py.regionref_dtype)
    with purehdf.File(path) as file:
        assert file["a"][file.attrs["to a"]].tolist() == [1, 2]
        with pytest.raises(ValueError, match="does not lead to this dataset"):
            file["b"][file.attrs["to a"]]
