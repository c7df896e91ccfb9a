"""Files that are large enough to cost something, made once for all tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

OLD = ("earliest", "v108")
NEW = ("v110", "v110")
LINKS = 10_000


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Make a file of :data:`MAKERS`, or find it made."""
    folder = tmp_path_factory.mktemp("cost")

    def find(name: str) -> Path:
        path = folder / f"{name}.h5"
        if not path.exists():
            MAKERS[name](path)
        return path

    return find


def _groups(path: Path, libver: tuple[str, str]) -> None:
    """10,000 groups in one: their own structures lie between the nodes that list them."""
    with h5py.File(path, "w", libver=libver) as file:
        many = file.create_group("many")
        for i in range(LINKS):
            h5py.h5g.create(many.id, b"group %05d" % i)


def _datasets(path: Path, libver: tuple[str, str], apart: int) -> None:
    """100 datasets, whose headers lie `apart` bytes or more from each other."""
    with h5py.File(path, "w", libver=libver) as file:
        hundred = file.create_group("hundred")
        for i in range(100):
            hundred.create_dataset(f"dataset {i:02d}", data=np.full(apart, i, "u1"))
            file.flush()


def _chunks(
    path: Path,
    shape: tuple[int, ...],
    maxshape: tuple[int | None, ...] | None,
    libver: tuple[str, str],
    early: bool = False,
) -> None:
    """Chunks of 8 bytes."""
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    if early:
        plist.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    with h5py.File(path, "w", libver=libver) as file:
        dataset = file.create_dataset(
            "data", shape, "<f8", chunks=(1,) * len(shape), maxshape=maxshape, dcpl=plist
        )
        dataset[...] = np.arange(np.prod(shape)).reshape(shape)


def _large(path: Path) -> None:
    """Data of 8 MB: contiguous, and in chunks of 80 kB."""
    values = np.arange(1_000_000, dtype="<f8").reshape(1000, 1000)
    with h5py.File(path, "w", libver=NEW) as file:
        file["contiguous"] = values
        file.create_dataset("chunked", data=values, chunks=(100, 100))


def _single(path: Path) -> None:
    with h5py.File(path, "w", libver=NEW) as file:
        file.create_dataset("data", data=np.arange(10.0), chunks=(10,))


MAKERS: dict[str, Callable[[Path], None]] = {
    "links_old": lambda path: _groups(path, OLD),
    "links_dense": lambda path: _groups(path, NEW),
    "datasets_old": lambda path: _datasets(path, OLD, 64),
    "datasets_new": lambda path: _datasets(path, NEW, 64),
    "datasets_old_apart": lambda path: _datasets(path, OLD, 100_000),
    "datasets_new_apart": lambda path: _datasets(path, NEW, 100_000),
    "tree_v1": lambda path: _chunks(path, (20_000,), None, OLD),
    "single": _single,
    "implicit": lambda path: _chunks(path, (20_000,), None, NEW, early=True),
    "fixed": lambda path: _chunks(path, (1_000,), None, NEW),
    "fixed_pages": lambda path: _chunks(path, (20_000,), None, NEW),
    "extensible": lambda path: _chunks(path, (20_000,), (None,), NEW),
    "tree_v2": lambda path: _chunks(path, (200, 100), (None, None), NEW),
    "large": _large,
}
