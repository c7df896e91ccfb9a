"""Many files at once, and joined."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from purehdf.zarr_bridge.many import index_many
from tests.cluster import two_workers

from .reference_store import ZARR_WARNS, open_group

pytestmark = ZARR_WARNS


@pytest.fixture
def days(tmp_path: Path) -> Callable[..., list[str]]:
    """Write files with a dimension "day" that follow each other."""

    def write(lengths: tuple[int, ...] = (4, 4, 3), **changes: Any) -> list[str]:
        paths, start = [], 0
        for i, length in enumerate(lengths):
            path = tmp_path / f"{i}.h5"
            with h5py.File(path, "w") as f:
                last = i == len(lengths) - 1
                _write(f, start, length, changes if last else {})
            paths.append(str(path))
            start += length
        return paths

    return write


def _write(f: h5py.File, start: int, length: int, changes: dict[str, Any]) -> None:
    day = f.create_dataset("day", data=np.arange(start, start + length), chunks=(2,))
    day.attrs["units"] = changes.get("units", "days since 2000-01-01")
    f["x"] = changes.get("x", np.arange(3.0))
    values = np.arange(start * 3, (start + length) * 3, dtype=changes.get("dtype", "i4"))
    data = f.create_dataset("data", data=values.reshape(-1, 3), chunks=(2, 3), compression="gzip")
    for i, name in enumerate(("day", "x")):
        f[name].make_scale(name)
        data.dims[i].attach_scale(f[name])


@pytest.mark.parametrize("threshold", [0, 500])
def test_joined(threshold: int, zarr_format: int, days: Callable[..., list[str]]) -> None:
    seen: list[tuple[int, int]] = []
    result = index_many(
        days(),
        concat_dim="day",
        zarr_format=zarr_format,
        inline_threshold=threshold,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert result.failures == []
    group = open_group(result.to_kerchunk(), next(iter(result.found.values())))
    assert np.array_equal(group["day"][...], np.arange(11))
    assert np.array_equal(group["data"][...], np.arange(33).reshape(11, 3))
    assert np.array_equal(group["x"][...], np.arange(3.0))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"lengths": (3, 4)}, "no multiple"),
        ({"units": "hours since 2000-01-01"}, "units of day"),
        ({"dtype": "i8"}, "another shape, type"),
        ({"x": np.arange(4.0)[1:]}, "other values"),
    ],
)
def test_what_does_not_fit(
    options: dict[str, Any], words: str, days: Callable[..., list[str]]
) -> None:
    result = index_many(days(**options), concat_dim="day")
    with pytest.raises(ValueError, match=words):
        result.to_kerchunk()


def test_files_that_fail_are_listed(days: Callable[..., list[str]], tmp_path: Path) -> None:
    bad = tmp_path / "bad.h5"
    bad.write_bytes(b"no HDF5 file")
    urls = [*days(), str(bad), str(tmp_path / "missing.h5")]
    result = index_many(urls, concat_dim="day", workers=2)
    assert list(result.found) == urls[:3]
    assert [failure.url for failure in result.failures] == urls[3:]
    assert "FileNotFoundError" in result.failures[1].reason
    with pytest.raises(ValueError, match=r"bad\.h5"):
        result.to_kerchunk()


def test_wrong_arguments(days: Callable[..., list[str]]) -> None:
    urls = days()
    with pytest.raises(ValueError, match="twice"):
        index_many([urls[0], urls[0]])
    with pytest.raises(ValueError, match="workers"):
        index_many(urls, workers=0)
    with pytest.raises(ValueError, match="concat_dim"):
        index_many(urls).to_kerchunk()
    with pytest.raises(ValueError, match="no array has a dimension"):
        index_many(urls[:1], concat_dim="week").to_kerchunk()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_on_a_cluster(days: Callable[..., list[str]], tmp_path: Path) -> None:
    """Several worker processes: each file is indexed in one of them."""
    pytest.importorskip("distributed")
    urls = [*days((2,) * 6), str(tmp_path / "missing.h5")]
    with (
        two_workers(tmp_path) as client,
    ):
        result = index_many(urls, client=client, concat_dim="day")
    assert list(result.found) == urls[:-1]
    assert [failure.url for failure in result.failures] == urls[-1:]
    here = index_many(urls[:-1], concat_dim="day").to_kerchunk()
    there = type(result)(result.found, [], "day").to_kerchunk()
    assert there == here
