"""Elements that are no plain numbers: text of variable length and compounds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from .bulk import GZIP
from .case import Case, Goal
from .libraries import LIKE_H5PY, like_h5py, through_zarr, whole

__all__ = ["CASES"]

RECORD = [("time", "<i8"), ("x", "<f8"), ("y", "<f8"), ("quality", "u1"), ("station", "S8")]


def _write_strings(path: Path, scale: float) -> None:
    import h5py

    texts = [f"station {number % 977} of {number}" for number in range(int(1e6 * scale) or 1)]
    with h5py.File(path, "w") as file:
        file.create_dataset("d", data=texts, dtype=h5py.string_dtype())


def _write_records(options: Mapping[str, Any], path: Path, scale: float) -> None:
    import h5py

    number = np.arange(max(10_000, int(1e6 * scale)))
    records = np.empty(len(number), RECORD)
    records["time"], records["x"], records["y"] = number, number % 977 / 8, np.sqrt(number)
    records["quality"], records["station"] = number % 5, (number % 97).astype("S8")
    with h5py.File(path, "w") as file:
        file.create_dataset("d", data=records, **options)


CASES = [
    Case(
        "strings",
        "1,000,000 strings of variable length",
        "strings.h5",
        _write_strings,
        like_h5py(whole),
        {"purehdf": Goal(1.5)},
    ),
    Case(
        "compound",
        "compound, 1,000,000 rows, contiguous",
        "compound.h5",
        partial(_write_records, {}),
        like_h5py(whole) | through_zarr(whole),
        {"purehdf": Goal(0.8)},
    ),
    Case(
        "compound-gzip",
        "compound, 1,000,000 rows, gzip and shuffle",
        "compound-gzip.h5",
        partial(_write_records, {"chunks": (10_000,), **GZIP}),
        like_h5py(whole, (*LIKE_H5PY, "purehdf[fast]")) | through_zarr(whole),
        {"purehdf": Goal(0.8)},
    ),
]
