"""Family, split and multi files, as h5py writes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import pytest
from h5py import h5f

import purehdf
from purehdf.errors import SourceError
from purehdf.source import Source, open_source, run, with_members
from purehdf.walk.members import FileMembers, find_members

from .made import fill, multi, same

LIBVERS = ["earliest", "latest"]


def members_of(path: Path) -> FileMembers | None:
    source = open_source(path)
    try:
        return run(find_members(source.resident, source.size), source)
    finally:
        source.close()


def whole(path: Path) -> Source:
    return with_members(open_source(path), members_of(path))


def write(path: Path, **settings: Any) -> None:
    with h5py.File(path, "w", **settings) as file:
        fill(file)


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    write(tmp_path / "plain.h5")
    return tmp_path / "plain.h5"


@pytest.mark.parametrize("libver", LIBVERS)
@pytest.mark.parametrize("size", [512, 1000, 100_000])
def test_family(tmp_path: Path, plain: Path, libver: str, size: int) -> None:
    pattern = str(tmp_path / "part-%03d.h5")
    write(Path(pattern), driver="family", memb_size=size, libver=libver)
    with purehdf.File(pattern) as found, h5py.File(plain) as expected:
        same(found, expected)
    first = tmp_path / "part-000.h5"
    members = members_of(first)
    assert members is not None
    assert members.family_size == size
    with purehdf.File(whole(first)) as found, h5py.File(plain) as expected:
        same(found, expected)


def test_a_member_is_missing(tmp_path: Path) -> None:
    write(tmp_path / "part-%d.h5", driver="family", memb_size=1024)
    (tmp_path / "part-3.h5").unlink()
    with pytest.raises(FileNotFoundError, match=r"part-3\.h5"):
        whole(tmp_path / "part-0.h5")


@pytest.mark.parametrize("libver", LIBVERS)
def test_split(tmp_path: Path, plain: Path, libver: str) -> None:
    write(tmp_path / "two", driver="split", libver=libver)
    with purehdf.File(whole(tmp_path / "two-m.h5")) as found, h5py.File(plain) as expected:
        same(found, expected)
    (tmp_path / "two-r.h5").unlink()
    with pytest.raises(FileNotFoundError, match=r"two-r\.h5"):
        whole(tmp_path / "two-m.h5")


def test_split_with_other_names(tmp_path: Path, plain: Path) -> None:
    names = {"meta_ext": b".meta", "raw_ext": b".data"}
    write(tmp_path / "two", driver="split", **names)
    with purehdf.File(whole(tmp_path / "two.meta")) as found, h5py.File(plain) as expected:
        same(found, expected)
    (tmp_path / "two.meta").rename(tmp_path / "three")
    with pytest.raises(SourceError, match="rename it back"):
        whole(tmp_path / "three")


@pytest.mark.parametrize("low", [h5f.LIBVER_EARLIEST, h5f.LIBVER_V18, h5f.LIBVER_LATEST])
def test_multi(tmp_path: Path, plain: Path, low: int) -> None:
    first = multi(tmp_path / "six", fill, low)
    with purehdf.File(whole(first)) as found, h5py.File(plain) as expected:
        same(found, expected)
    (tmp_path / "six-o.h5").unlink()
    with pytest.raises(FileNotFoundError, match=r"six-o\.h5"):
        whole(first)


def test_whole_files(plain: Path, tmp_path: Path) -> None:
    assert members_of(plain) is None
    (tmp_path / "no.h5").write_bytes(b"no HDF5 file")
    assert members_of(tmp_path / "no.h5") is None
