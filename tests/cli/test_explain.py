"""``purehdf explain``."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import pytest

FILES = Path(__file__).parents[2] / "fixtures" / "files"
Run = Callable[..., Any]


def test_a_byte(run: Run) -> None:
    code, out, err = run("explain", "superblock_v0.h5", "0x8e")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "byte 0x8e (142) of /",
        "  field    entries used",
        "  value    1",
        "  range    0x8e to 0x8f (2 bytes)",
        "  section  III.A.1 of the HDF5 file format specification",
        "  in       version 1 B-tree node  0x88 to 0x2a7 (544 bytes), III.A.1",
        "",
        "  000070  10 00 10 00 00 00 00 00 20 03 00 00 00 00 00 00  ........ .......",
        "  000080  60 00 00 00 00 00 00 00 54 52 45 45 00 00[01 00] `.......TREE....",
        "                                                    ^^",
        "  000090  ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff  ................",
    ]


def test_colour_marks_the_field(run: Run) -> None:
    out = run("explain", "superblock_v0.h5", "0x8e", "--color", "always").out
    assert "\x1b[1;7;33m01\x1b[0m \x1b[1;33m00\x1b[0m" in out
    assert "^^" not in out


@pytest.mark.parametrize("offset", ["142", "0x8e", "0X8E", "0b10001110"])
def test_offsets(run: Run, offset: str) -> None:
    assert "entries used" in run("explain", "superblock_v0.h5", offset).out


def test_several_offsets(run: Run) -> None:
    out = run("explain", "superblock_v0.h5", "0", "8").out
    assert [line for line in out.splitlines() if line.startswith("byte")] == [
        "byte 0x0 (0)",
        "byte 0x8 (8)",
    ]


@pytest.mark.parametrize("offset", ["-1", "zero", "1.5", "08"])
def test_what_is_no_offset(run: Run, offset: str) -> None:
    assert run("explain", "superblock_v0.h5", offset).code == 2


def test_neither_offset_nor_map(run: Run) -> None:
    code, out, err = run("explain", "superblock_v0.h5")
    assert (code, out) == (2, "")
    assert "an OFFSET or --map is wanted" in err


def test_an_object(run: Run) -> None:
    """Its header, and what bytes are asked for besides."""
    code, out, err = run("explain", "climate.nc/temperature", "8")
    assert (code, err) == (0, "")
    head, field, value, *_ = out.splitlines()
    assert head == "byte 0x10cc (4300) of /temperature"
    assert (field.split(), value.split()) == (["field", "signature"], ["value", '"OHDR"'])
    assert "\nbyte 0x8 (8)\n" in out


def test_an_object_behind_a_user_block(run: Run) -> None:
    found = json.loads(run("explain", "userblock_512.h5/group/text", "--json").out)
    assert found["base_address"] == 512
    assert found["bytes"][0]["chain"][0]["title"] == "object header"
    assert found["bytes"][0]["paths"] == ["/group/text"]


def test_an_object_that_is_not_there(run: Run) -> None:
    code, out, err = run("explain", "climate.nc/temperatur")
    assert (code, out) == (1, "")
    assert err.startswith("purehdf: climate.nc/temperatur: /temperatur: no link 'temperatur'")


def test_an_object_of_another_file(run: Run, tmp_path: Path) -> None:
    shutil.copy(FILES / "links_external.h5", tmp_path)
    with h5py.File(tmp_path / "other file.h5", "w") as other:
        other["group/data"] = 1
    code, _, err = run("explain", f"{tmp_path}/links_external.h5/elsewhere")
    assert code == 1
    assert err.endswith(f"lies in another file: explain {tmp_path}/other file.h5\n")


def test_past_the_end(run: Run) -> None:
    code, out, err = run("explain", "superblock_v0.h5", "12513")
    assert (code, out) == (1, "")
    assert err == ("purehdf: superblock_v0.h5: no byte 0x30e1: the file has 0x30e1 (12513) bytes\n")


def test_the_map(run: Run) -> None:
    code, out, _ = run("explain", "superblock_v0.h5", "--map")
    lines = out.splitlines()
    assert code == 0
    assert lines[1].split() == ["0x0", "0x60", "96", "superblock"]
    assert any("6 chunks, (0, 0) to (2, 1)" in line for line in lines)
    assert lines[-1] == "12513 bytes, 0 of them unaccounted for, in 0 gaps"


def test_the_nested_map(run: Run) -> None:
    out = run("explain", "superblock_v0.h5", "--map", "--nested").out
    assert run("explain", "superblock_v0.h5", "--nested").out == out
    assert "    data layout message" in out


def test_a_map_of_damage(run: Run) -> None:
    code, out, _ = run("explain", "damaged_version_local_heap.h5", "--map")
    assert code == 1
    assert "unaccounted for" in out
    assert "! local heap (III.D) at byte 0x2ac of /: version" in out


def test_json(run: Run) -> None:
    found = json.loads(run("explain", "superblock_v0.h5", "0x8e", "--map", "--json").out)
    assert found["bytes"][0]["field"] == "entries used"
    assert found["map"][0]["title"] == "superblock"
    assert found["problems"] == []
