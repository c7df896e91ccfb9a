"""Several files as one, and the files of this machine that make a family."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from purehdf.errors import SourceError
from purehdf.source import (
    BytesSource,
    JoinedSource,
    MappedSource,
    open_family,
    open_source,
    with_members,
)


@dataclass
class Members:
    family_size: int | None = None
    parts: tuple[tuple[str, int], ...] = ()
    end: int | None = None


def joined(*members: tuple[int, bytes]) -> JoinedSource:
    return JoinedSource("whole", [(start, BytesSource(data)) for start, data in members])


@pytest.fixture
def family(tmp_path: Path) -> Path:
    for i, data in enumerate([b"0123", b"4567", b"89"]):
        (tmp_path / f"a.0-00{i}.h5").write_bytes(data)
    return tmp_path


def test_ranges_may_cross_members() -> None:
    whole = joined((0, b"abc"), (3, b"defg"), (7, b"hi"))
    assert whole.size == 9
    wave = [(0, 9), (2, 4), (3, 7), (8, 100), (20, 30), (5, 5)]
    expected = [b"abcdefghi", b"cd", b"defg", b"i", b"", b""]
    assert list(map(bytes, whole.read(wave))) == expected
    assert list(map(bytes, asyncio.run(whole.read_async(wave)))) == expected


def test_what_no_member_holds_is_zero() -> None:
    whole = joined((10, b"xyz"), (0, b"abc"), (1 << 63, b"end"), (1 << 62, b""))
    assert bytes(whole.read([(2, 12)])[0]) == b"c" + bytes(7) + b"xy"
    assert whole.size == (1 << 63) + 3
    assert whole.holes == [(3, 10), (13, 1 << 63)]
    assert bytes(whole.read([((1 << 63) - 1, (1 << 63) + 9)])[0]) == b"\0end"


def test_a_hole_is_never_read_whole() -> None:
    whole = joined((0, b"abc"), (1 << 63, b"end"))
    with pytest.raises(SourceError, match="are in no member"):
        whole.read([(0, 1 << 60)])


@pytest.mark.parametrize("starts", [[], [1], [0, 0], [3, 5]])
def test_members_have_places(starts: list[int]) -> None:
    with pytest.raises(SourceError):
        joined(*((start, b"x") for start in starts))


def test_closing_closes_all() -> None:
    members = [BytesSource(b"abc"), BytesSource(b"def")]
    JoinedSource("whole", [(0, members[0]), (3, members[1])]).close()
    for member in members:
        with pytest.raises(ValueError, match="closed"):
            member.read([(0, 1)])


def test_a_pattern(family: Path) -> None:
    source = open_source(str(family / "a.0-%03d.h5"))
    assert isinstance(source, JoinedSource)
    assert bytes(source.read([(0, 99)])[0]) == b"0123456789"
    source.close()


def test_a_file_whose_name_looks_like_a_pattern(tmp_path: Path) -> None:
    path = tmp_path / "100%d"
    path.write_bytes(b"content")
    assert isinstance(open_source(str(path)), MappedSource)


def test_a_family_is_complete_or_says_what_is_missing(family: Path) -> None:
    assert open_family(str(family / "a.0-%03d.h5"), 4, 12).size == 10
    with pytest.raises(FileNotFoundError, match=r"b-000\.h5"):
        open_family(str(family / "b-%03d.h5"))
    (family / "a.0-001.h5").unlink()
    with pytest.raises(FileNotFoundError, match=r"a\.0-001\.h5"):
        open_family(str(family / "a.0-%03d.h5"), 4, 10)


def test_a_family_by_its_first_member(family: Path) -> None:
    source = with_members(open_source(family / "a.0-000.h5"), Members(4, end=10))
    assert source.name == str(family / "a.0-000.h5")
    assert bytes(source.read([(3, 9)])[0]) == b"345678"
    assert with_members(source, Members(4)) is source
    with pytest.raises(SourceError, match="number 0"):
        with_members(open_source(family / "a.0-001.h5"), Members(4))


@pytest.mark.parametrize("name", ["x-m.h5", "x.raw"])
def test_parts_with_names(tmp_path: Path, name: str) -> None:
    (tmp_path / "x-m.h5").write_bytes(b"meta")
    (tmp_path / "x.raw").write_bytes(b"raw")
    members = Members(parts=(("%s-m.h5", 0), ("%s.raw", 100)))
    source = with_members(open_source(tmp_path / name), members)
    assert bytes(source.read([(2, 101)])[0]) == b"ta" + bytes(96) + b"r"
    source.close()
    opened = open_source(tmp_path / name)
    (tmp_path / ("x.raw" if name == "x-m.h5" else "x-m.h5")).unlink()
    with pytest.raises(FileNotFoundError):
        with_members(opened, members)
    opened.close()


@pytest.mark.parametrize("template", ["../%s.raw", "sub/%s.raw", "/etc/%s", "link-%s", "%s\0"])
def test_names_do_not_lead_out_of_the_folder(tmp_path: Path, template: str) -> None:
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    for path in (folder / "x-m.h5", folder / "sub" / "x.raw", tmp_path / "x.raw"):
        path.write_bytes(b"data")
    (folder / "link-x").symlink_to(tmp_path / "x.raw")
    source = open_source(folder / "x-m.h5")
    with pytest.raises(SourceError, match="must lie in the folder"):
        with_members(source, Members(parts=(("%s-m.h5", 0), (template, 100))))


def test_other_sources_stay_as_they_are(tmp_path: Path) -> None:
    source = BytesSource(b"data")
    assert with_members(source, Members(4)) is source
    (tmp_path / "y.h5").write_bytes(b"data")
    path = open_source(tmp_path / "y.h5")
    assert with_members(path, None) is path
    with pytest.raises(SourceError, match="rename"):
        with_members(path, Members(parts=(("%s-m.h5", 0),)))
