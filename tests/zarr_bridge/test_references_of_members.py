"""References into files that are spread over several: each leads to the file with the bytes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import zarr

from purehdf.zarr_bridge import (
    References,
    index_many,
    open_index,
    references,
    save_index,
    to_kerchunk,
    write_kerchunk,
)
from purehdf.zarr_bridge.kerchunk import kerchunk_dict

from .reference_store import open_group

VALUES = np.arange(6000).reshape(60, 100)


def _write(pattern: Path, **options: Any) -> None:
    with h5py.File(pattern, "w", **options) as f:
        f["whole"] = VALUES
        f.create_dataset("chunked", data=VALUES, chunks=(3, 50))
        f.create_dataset("packed", data=VALUES, chunks=(5, 100), compression="gzip")
        f["time"] = np.arange(60)
        f["time"].make_scale("time")
        f["chunked"].dims[0].attach_scale(f["time"])


@pytest.fixture
def pattern(tmp_path: Path) -> Path:
    """A family, by its pattern: members of 4096 bytes."""
    _write(tmp_path / "part-%02d.h5", driver="family", memb_size=4096)
    return tmp_path / "part-%02d.h5"


def _first(pattern: Path) -> Path:
    return pattern.with_name("part-00.h5")


TARGETS = [lambda pattern: str(pattern), _first]


def _open(refs: Any) -> Any:
    return open_group(refs, References("", 2, {}, {}, []))


def _check(group: Any) -> None:
    for name in ("whole", "chunked", "packed"):
        assert np.array_equal(group[name][...], VALUES)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("threshold", [0, 500])
def test_kerchunk(target: Callable[[Path], Any], threshold: int, pattern: Path) -> None:
    refs = to_kerchunk(target(pattern), inline_threshold=threshold)
    _check(_open(refs))
    urls = {each[0] for each in refs["refs"].values() if isinstance(each, list)}
    assert len(urls) > 5
    for url, offset, size in (e for e in refs["refs"].values() if isinstance(e, list)):
        assert offset + size <= Path(url).stat().st_size


def test_what_is_in_two_members_is_inlined_or_left_out(pattern: Path) -> None:
    found = references(_first(pattern))
    how = {entry.path: entry.how for entry in found.report}
    assert how["/whole"] == how["/chunked"] == "inlined"
    assert 0 < len(found.arrays["chunked"].inlined) < len(found.arrays["chunked"].offset)
    small = references(_first(pattern), embed_threshold=40_000)
    (left,) = small.left_out
    assert left.path == "/whole"
    assert "begin in one and end in another" in left.reason
    cut = references(_first(pattern), embed_threshold=40_000, max_chunksize=800)
    assert cut.left_out == []
    _check(_open(kerchunk_dict(cut)))


def test_url_says_where_members_are(pattern: Path) -> None:
    refs = to_kerchunk(_first(pattern), url="s3://bucket/part-00.h5")["refs"]
    urls = {each[0] for each in refs.values() if isinstance(each, list)}
    assert "s3://bucket/part-15.h5" in urls
    with pytest.raises(ValueError, match=r"end in its name, part-00\.h5"):
        to_kerchunk(_first(pattern), url="s3://bucket/other.h5")


def test_a_member_that_is_missing(pattern: Path) -> None:
    pattern.with_name("part-03.h5").unlink()
    with pytest.raises(FileNotFoundError, match=r"part-03\.h5"):
        references(_first(pattern))


def test_a_split_file(tmp_path: Path) -> None:
    access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    access.set_fapl_split(b"-m.h5", h5py.h5p.DEFAULT, b"-r.h5", h5py.h5p.DEFAULT)
    with h5py.File(h5py.h5f.create(str(tmp_path / "x").encode(), fapl=access)) as f:
        f["whole"] = f["chunked"] = VALUES
        f.create_dataset("packed", data=VALUES, chunks=(5, 100), compression="gzip")
    refs = to_kerchunk(tmp_path / "x-m.h5")
    _check(_open(refs))
    assert refs["refs"]["whole/0.0"][0] == str(tmp_path / "x-r.h5")
    save_index(tmp_path / "x-m.h5", tmp_path / "x.idx")
    store = open_index(tmp_path / "x.idx").store()
    assert np.array_equal(zarr.open_group(store, mode="r")["packed"][...], VALUES)


@pytest.mark.parametrize("target", TARGETS)
def test_a_saved_index(target: Callable[[Path], Any], pattern: Path, tmp_path: Path) -> None:
    saved = save_index(target(pattern), tmp_path / "family.idx")
    index = open_index(tmp_path / "family.idx")
    assert index.to_kerchunk() == saved.to_kerchunk() == to_kerchunk(target(pattern))
    group = zarr.open_group(index.store(), mode="r", zarr_format=2)
    _check(group)
    assert not index.refresh()
    pattern.with_name("part-04.h5").touch()
    assert index.refresh()


def test_joined(pattern: Path, tmp_path: Path) -> None:
    (tmp_path / "next").mkdir()
    for path in tmp_path.glob("part-*.h5"):
        shutil.copy(path, tmp_path / "next")
    urls = [str(_first(pattern)), str(tmp_path / "next" / "part-00.h5")]
    group = _open(index_many(urls, concat_dim="time").to_kerchunk())
    assert np.array_equal(group["chunked"][...], np.concatenate([VALUES, VALUES]))
    assert np.array_equal(group["packed"][...], VALUES)


@pytest.mark.filterwarnings("ignore:The 'fastparquet' engine is deprecated")
def test_parquet(pattern: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    pytest.importorskip("fastparquet")
    write_kerchunk(_first(pattern), tmp_path / "refs.parq")
    _check(_open(tmp_path / "refs.parq"))


def test_virtualizarr(pattern: Path) -> None:
    pytest.importorskip("virtualizarr", minversion="2.8")
    stores = pytest.importorskip("obstore.store")
    registry = pytest.importorskip("obspec_utils.registry").ObjectStoreRegistry()
    registry.register("file://", stores.LocalStore())
    from purehdf.zarr_bridge.virtualizarr import HDFParser

    store = HDFParser(strict=False)(_first(pattern).as_uri(), registry)
    _check(zarr.open_group(store, mode="r"))
