"""``purehdf ls``."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from purehdf.cli.main import main

FILES = Path(__file__).parents[2] / "fixtures" / "files"
Run = Callable[..., Any]


def test_a_line_of_a_dataset(run: Run) -> None:
    code, out, err = run("ls", "climate.nc")
    assert (code, err) == (0, "")
    line = next(line for line in out.splitlines() if "temperature" in line)
    assert " ".join(line.split()) == (
        "├── temperature (24, 18, 36) float32 chunked (8, 9, 18) shuffle, gzip-4 "
        "19 KiB of 60.8 KiB (3.19×) 6 attributes"
    )


def test_columns_are_under_each_other(run: Run) -> None:
    lines = run("ls", "climate.nc").out.splitlines()
    places = {line.index("float32") for line in lines if "float32" in line}
    assert len(places) == 1


def test_the_first_line_is_about_the_file(run: Run) -> None:
    first = run("ls", "userblock_512.h5").out.splitlines()[0]
    assert first == "userblock_512.h5: 12.7 KiB, superblock version 0, user block of 512 B"


def test_nesting_is_drawn(run: Run) -> None:
    assert run("ls", "links_soft.h5").out.splitlines()[1:] == [
        "/",
        "├── absolute -> /group/numbers",
        "├── group/",
        "│   ├── dotted -> ./numbers",
        "│   ├── numbers  (3)  int32  contiguous  12 B",
        "│   └── relative -> numbers",
        "├── through -> to group/relative",
        "└── to group -> /group",
    ]


def test_dangling_links_are_no_error(run: Run) -> None:
    code, out, _ = run("ls", "links_dangling.h5")
    assert code == 0
    assert "nowhere -> /not/there (dangling)" in out


def test_an_object_with_two_names_is_described_once(run: Run) -> None:
    out = run("ls", "links_two_names.h5").out
    assert out.count("int32") == 1
    assert "second = /first" in out


def test_a_cycle_ends(run: Run) -> None:
    out = run("ls", "links_hard_cycle.h5").out
    assert "self/ = /group" in out
    assert "up/ = /\n" in out


def test_an_unreadable_object_is_marked_in_its_place(run: Run) -> None:
    code, out, err = run("ls", "damaged_signature_object_header.h5")
    assert (code, err) == (1, "")
    assert "└── data  ! object header (IV.A.1) at byte 0xb3 of /data" in out


def test_a_file_that_is_no_hdf5_file(run: Run) -> None:
    code, out, err = run("ls", "../README.md")
    assert (code, out) == (1, "")
    assert err.startswith("purehdf: ../README.md: superblock (II.A)")
    assert err.count("\n") == 1


def test_where_to_begin_and_how_deep(run: Run) -> None:
    for arguments in (["climate.nc", "/stations"], ["climate.nc/stations"]):
        lines = run("ls", *arguments).out.splitlines()
        assert lines[1].startswith("/stations")
        assert len(lines) == 5
    assert "height" not in run("ls", "climate.nc", "--depth", "1").out


def test_attributes_and_details(run: Run) -> None:
    out = run("ls", "-al", "climate.nc").out
    assert '@units = "K"' in out
    assert "@DIMENSION_LIST = [[-> /time], [-> /lat], [-> /lon]]" in out
    assert "12 of 12 chunks stored, version 1 B-tree" in out
    assert "maximum shape (unlimited, 18, 36)" in out


def test_json(run: Run) -> None:
    tree = json.loads(run("ls", "--json", "-a", "climate.nc").out)
    found = {child["name"]: child for child in tree["children"]}
    assert found["temperature"]["shape"] == [24, 18, 36]
    assert found["temperature"]["storage"]["chunks"] == 12
    assert found["temperature"]["attributes"]["units"] == "K"
    assert found["stations"]["children"][0]["dtype"] == "float32 big-endian"


@pytest.mark.parametrize("path", sorted(FILES.iterdir()), ids=lambda path: path.name)
def test_every_file(path: Path, run: Run) -> None:
    for option in ("-al", "--json"):
        code, out, err = run("ls", option, path.name)
        assert code in (0, 1)
        assert out or err
        if not path.name.startswith("damaged"):
            assert out
            assert not err
        elif err and "is cut off" not in err:
            assert code == 1


def test_deep_nesting_as_text_and_json(run: Run) -> None:
    assert run("ls", "group_deep.h5").code == 0


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("color", ["never", "always"])
def test_lines_are_as_long_as_the_terminal_is_wide(
    color: str, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setenv("COLUMNS", "72")
    whole = run("ls", "climate.nc", "-a").out.splitlines()
    shown = {}
    for options in ([], ["--long"]):
        terminal = Terminal()
        monkeypatch.setattr("sys.stdout", terminal)
        assert main(["ls", "climate.nc", "-a", "--color", color, *options]) == 0
        shown[len(options)] = re.sub(r"\x1b\[[0-9;]*m", "", terminal.getvalue()).splitlines()
    assert shown[0] == [line if len(line) <= 72 else line[:71] + "…" for line in whole]
    assert max(map(len, whole)) > 72
    assert max(map(len, shown[1])) > 72


def test_progress_is_shown_on_a_terminal(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    assert run("ls", "group_1000.h5").err == ""
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    assert run("ls", "group_1000.h5").code == 0
    shown = terminal.getvalue().split("\r\x1b[K")
    assert shown == ["", *(f"{i}00 links" for i in range(1, 11)), ""]
