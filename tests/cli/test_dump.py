"""``purehdf dump``."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import purehdf
from purehdf.cli.main import main

FILES = Path(__file__).parents[2] / "fixtures" / "files"
Run = Callable[..., Any]


def test_a_dataset(run: Run) -> None:
    code, out, err = run("dump", "climate.nc/temperature")
    assert (code, err) == (0, "")
    for line in (
        "/temperature  dataset",
        "  maxshape    (unlimited, 18, 36)",
        "  layout      chunked (8, 9, 18), version 1 B-tree, 12 of 12 chunks stored",
        "              gzip-4 (id 1, parameters [4], optional)",
        "  fill value  -9999.0",
        '    units           "K"',
        "    [[[262.6, 262.7, 262.9, ..., 262.6, 262.5, 262.5],",
    ):
        assert line in out.splitlines()


def test_the_path_may_stand_apart(run: Run) -> None:
    wanted = run("dump", "climate.nc/stations/height")
    assert run("dump", "climate.nc", "stations/height") == wanted
    assert run("dump", "climate.nc/stations", "height") == wanted
    assert run("dump", "climate.nc", "/stations/height") == wanted


def test_abbreviation_shows_the_corners(run: Run) -> None:
    """Only the corners are read; they are the values that numpy would show of the whole."""
    with purehdf.File(FILES / "climate.nc") as file:
        whole = file["temperature"][...]
    text = np.array2string(whole, separator=", ", threshold=1000, max_line_width=100)
    out = run("dump", "climate.nc/temperature").out
    shown = "\n".join(line[4:] for line in out.partition("  values\n")[2].splitlines())
    assert shown.split() == text.split()


def test_full(run: Run) -> None:
    out = run("dump", "climate.nc/temperature", "--full").out
    values = out.partition("  values\n")[2]
    assert "..." not in values
    with purehdf.File(FILES / "climate.nc") as file:
        assert values.count(",") == file["temperature"].size - 1


def test_selection(run: Run) -> None:
    out = run("dump", "climate.nc/temperature", "-s", "0, :2, [1, 3]").out
    assert "  values of [0, :2, [1, 3]]" in out
    found = json.loads(run("dump", "climate.nc/temperature", "-s", "0, :2, 1", "--json").out)
    with purehdf.File(FILES / "climate.nc") as file:
        assert found["values"] == file["temperature"][0, :2, 1].tolist()


@pytest.mark.parametrize(
    ("selection", "code"), [("1:x", 2), ("", 2), ("a", 2), ("1:2:3:4", 2), ("99, 0, 0", 1)]
)
def test_a_selection_that_cannot_be(run: Run, selection: str, code: int) -> None:
    found = run("dump", "climate.nc/temperature", "-s", selection)
    assert found.code == code
    assert "purehdf" in found.err


def test_a_group_with_its_members(run: Run) -> None:
    lines = run("dump", "climate.nc").out.splitlines()
    assert lines[0] == "/  group"
    assert "  7 members" in lines
    assert "    stations/" in lines
    assert '    Conventions    "CF-1.10"' in lines


def test_selection_of_a_group(run: Run) -> None:
    code, _, err = run("dump", "climate.nc/stations", "-s", "0")
    assert code == 1
    assert "is no dataset" in err


def test_recursive(run: Run) -> None:
    out = run("dump", "-r", "climate.nc").out
    assert "/stations/height  dataset" in out
    assert out.count("  dataset\n") == 9


def test_strings_references_and_compounds(run: Run) -> None:
    assert (
        '    [([[1, 2, 3], [4, 5, 6]], "abc", True)'
        in run("dump", "datatype_compound.h5/array").out
    )
    assert "-> /" in run("dump", "-r", "datatype_reference.h5").out


def test_a_compound_type_has_a_line_for_each_member(run: Run) -> None:
    assert (
        "point: compound{x: float64, y: float32 big-endian}"
        in run("dump", "datatype_compound.h5/nested").out
    )


@pytest.mark.parametrize("path", sorted(FILES.iterdir()), ids=lambda path: path.name)
def test_every_file(path: Path, run: Run) -> None:
    code, out, err = run("dump", "-r", path.name)
    assert code in (0, 1)
    assert out or err
    assert json.loads(run("dump", "-r", "--json", path.name).out or "[]") is not None


def test_damage_is_told_in_place(run: Run) -> None:
    code, out, _ = run("dump", "-r", "damaged_deflate.h5")
    assert code == 1
    assert "! " in out


def test_no_such_object(run: Run) -> None:
    code, _, err = run("dump", "climate.nc/temperatur")
    assert code == 1
    assert "did you mean 'temperature'?" in err


def test_arrays_are_as_wide_as_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for columns, wanted in (("60", 60), ("300", 104), ("5", 40)):
        monkeypatch.setenv("COLUMNS", columns)
        monkeypatch.setattr("sys.stdout", Terminal())
        assert main(["dump", str(FILES / "climate.nc"), "lon", "--color", "never"]) == 0
        text = sys.stdout.getvalue().partition("  values\n")[2]
        assert wanted - 8 < max(map(len, text.splitlines())) <= wanted
