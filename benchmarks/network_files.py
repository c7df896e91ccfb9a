"""The files of the benchmarks over a network, as h5py writes them by default."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["FILES", "write_missing"]

OLD, NEW = ("earliest", "v108"), ("v110", "v110")


def _datasets(path: Path, libver: Any, **options: Any) -> None:
    """1,000 contiguous datasets of 64 KiB: 66 MB."""
    import h5py

    with h5py.File(path, "w", libver=libver, **options) as file:
        for i in range(1000):
            file[f"variable {i:04d}"] = np.full(8192, i, "<f8")


def _chunks(path: Path, libver: Any, maxshape: Any, **options: Any) -> None:
    """100 datasets of 1,000 chunks of 512 bytes: 51 MB, and their indexes."""
    import h5py

    with h5py.File(path, "w", libver=libver, **options) as file:
        for i in range(100):
            values = np.arange(80 * 800, dtype="<f8").reshape(80, 800) + i
            file.create_dataset(f"variable {i:03d}", data=values, chunks=(8, 8), maxshape=maxshape)


def _variable(path: Path, **options: Any) -> None:
    """One variable of 10 MB."""
    import h5py

    values = np.random.default_rng(1).normal(280, 10, (1250, 1000)).round(2)
    with h5py.File(path, "w") as file:
        file.create_dataset("d", data=values, **options)


_CLUSTERED: dict[str, Any] = {"meta_block_size": 1 << 20}
_PAGED: dict[str, Any] = {"fs_strategy": "page", "fs_page_size": 4 << 20}
FILES: dict[str, Callable[[Path], None]] = {
    "list-old.h5": partial(_datasets, libver=OLD),
    "list-new.h5": partial(_datasets, libver=NEW),
    "list-paged.h5": partial(_datasets, libver=NEW, **_PAGED),
    "index-old.h5": partial(_chunks, libver=OLD, maxshape=None),
    "index-extensible.h5": partial(_chunks, libver=NEW, maxshape=(None, 800)),
    "index-old-clustered.h5": partial(_chunks, libver=OLD, maxshape=None, **_CLUSTERED),
    "index-extensible-clustered.h5": partial(
        _chunks, libver=NEW, maxshape=(None, 800), **_CLUSTERED
    ),
    "read-gzip.h5": partial(_variable, chunks=(125, 1000), compression=4, shuffle=True),
    "read-raw.h5": _variable,
}


def write_missing(folder: Path) -> None:
    """Write those of the files that are not in `folder` yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, write in FILES.items():
        if not (folder / name).exists():
            write(folder / "unfinished.h5")
            (folder / "unfinished.h5").rename(folder / name)
