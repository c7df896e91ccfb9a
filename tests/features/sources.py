"""Building files of sources and virtual datasets."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
from h5py import h5s

from fixtures.generate.virtual import UNLIMITED, space, virtual

__all__ = ["UNLIMITED", "h5s", "rows", "source", "space", "virtual"]


def source(path: Path, name: str, data: np.ndarray, **how: object) -> Path:
    """Write a dataset into a file of its own, or one more into it."""
    path.parent.mkdir(exist_ok=True)
    with h5py.File(path, "a", libver="latest") as file:
        file.create_dataset(name, data=data, **how)
    return path


def rows(count: int, length: int) -> np.ndarray:
    """Numbers that each tell where they belong."""
    return np.arange(count * length, dtype="<i4").reshape(count, length)
