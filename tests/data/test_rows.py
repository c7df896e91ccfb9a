"""``for row in dataset``: the same as ``dataset[i]`` for each i, with fewer reads."""

from __future__ import annotations

from typing import Any

import h5py
import numpy as np
import pytest

import purehdf
from purehdf.data.rows import iterate_rows

DATA: dict[str, Any] = {
    "numbers": np.arange(50, dtype=">i2"),
    "table": np.arange(60.0).reshape(20, 3),
    "pairs": np.array([(1, 2.5), (3, 4.5)], [("a", "<i2"), ("b", "<f8")]),
    "fixed": np.array([b"ab", b"c"]),
    "flags": np.array([True, False]),
    "cube": np.arange(24, dtype="u1").reshape(2, 3, 4),
    "none": np.empty((0, 3)),
    "flat": np.empty((3, 0)),
}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("rows") / "made.h5"
    with h5py.File(path, "w") as f:
        for name, data in DATA.items():
            f[name] = data
        f.create_dataset("chunked", data=DATA["table"], chunks=(7, 2), compression=1)
        f["strings"] = ["a", "b", ""]
        f.create_dataset("ragged", (2,), h5py.vlen_dtype("<i4"))[:] = [np.arange(3), np.arange(1)]
        f.create_dataset("arrays", (2,), np.dtype(("<i4", (3,))))[:] = np.arange(6).reshape(2, 3)
    with purehdf.File(path) as opened:
        yield opened


@pytest.mark.parametrize("name", [*DATA, "chunked", "strings", "ragged", "arrays"])
def test_rows_are_what_indexing_gives(file: Any, name: str) -> None:
    dataset = file[name]
    found = list(dataset)
    assert len(found) == len(dataset)
    for i, row in enumerate(found):
        want = dataset[i]
        assert type(row) is type(want)
        assert np.array_equal(row, want)
        assert getattr(row, "dtype", None) == getattr(want, "dtype", None)
        assert getattr(row, "base", None) is None or row.base.ndim == 0  # that of its own


@pytest.mark.parametrize(
    ("shape", "itemsize", "chunk_rows", "reads"),
    [
        ((10, 3), 4, 4, [(0, 4), (4, 8), (8, 12)]),
        ((3, 1 << 20), 4, 3, [(0, 2), (2, 4)]),  # chunks that are too large for one read
        ((2, 1 << 22), 4, 2, [(0, 1), (1, 2)]),  # and rows
        ((5, 1 << 17), 4, None, [(0, 2), (2, 4), (4, 6)]),
        ((4, 0), 4, None, [(0, 1 << 20)]),
        ((0, 3), 4, 7, []),
    ],
)
def test_how_many_are_read_at_a_time(
    shape: tuple[int, ...], itemsize: int, chunk_rows: int | None, reads: list[Any]
) -> None:
    seen: list[Any] = []

    def read(rows: slice) -> list[int]:
        seen.append((rows.start, rows.stop))
        return list(range(shape[0]))[rows]

    assert list(iterate_rows(read, shape, itemsize, chunk_rows)) == list(range(shape[0]))
    assert seen == reads
