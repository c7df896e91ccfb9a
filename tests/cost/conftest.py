"""Files that are large enough to cost something, made once for all tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

OLD = ("earliest", "v108")
NEW = ("v110", "v110")
LINKS = 10_000
NETWORK_DATASETS = 300


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


def _apart(path: Path, libver: tuple[str, str], **options: Any) -> None:
    """Datasets whose elements, of 20 KiB each, lie between their headers."""
    with h5py.File(path, "w", libver=libver, **options) as file:
        for i in range(NETWORK_DATASETS):
            file[f"variable {i:04d}"] = np.full(2560, i, "<f8")


def _indexes(path: Path, libver: tuple[str, str], maxshape: tuple[int | None, ...] | None) -> None:
    """10 datasets of 1,000 chunks, of 512 bytes each."""
    with h5py.File(path, "w", libver=libver) as file:
        for i in range(10):
            values = np.arange(80 * 800, dtype="<f8").reshape(80, 800) + i
            file.create_dataset(f"variable {i:02d}", data=values, chunks=(8, 8), maxshape=maxshape)


def _ten_megabytes(path: Path, **options: Any) -> None:
    values = np.random.default_rng(1).normal(280, 10, (1250, 1000)).round(2)
    with h5py.File(path, "w") as file:
        file.create_dataset("d", data=values, **options)


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
    "list_old": lambda path: _apart(path, OLD),
    "list_new": lambda path: _apart(path, NEW),
    "list_paged": lambda path: _apart(path, NEW, fs_strategy="page", fs_page_size=4 << 20),
    "index_old": lambda path: _indexes(path, OLD, None),
    "index_extensible": lambda path: _indexes(path, NEW, (None, 800)),
    "read_gzip": lambda path: _ten_megabytes(path, chunks=(125, 1000), compression=1, shuffle=True),
    "read_raw": _ten_megabytes,
}
