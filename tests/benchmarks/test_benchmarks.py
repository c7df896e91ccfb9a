"""The benchmarks run, and their checks of answers hold.  Times are not looked at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("resource", reason="the benchmarks count CPU time as Unix does")

from benchmarks.__main__ import MARKS, made, main
from benchmarks.case import Case, Goal, Way, fingerprint
from benchmarks.cases import CASES
from benchmarks.rounds import Outcome, compare
from benchmarks.table import as_markdown, as_text
from benchmarks.worker import Failure, Run, Worker, measure

SCALE = 0.0005
NEEDS = {"references-virtualizarr": ("virtualizarr", "2.8"), "xarray": ("h5netcdf", None)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("benchmarks")


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_answers_agree(case: Case, folder: Path) -> None:
    if case.name in NEEDS:
        module, version = NEEDS[case.name]
        pytest.importorskip(module, version)
    path = made(case, folder, SCALE)
    answers = {
        library: fingerprint(way.answer(path, way.run(path)))
        for library, way in case.ways.items()
        if library in (case.baseline, "purehdf")
    }
    assert answers["purehdf"] == answers[case.baseline]
    assert set(case.goals) <= set(case.ways)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (np.arange(3), np.arange(3), True),
        (np.arange(3), np.arange(3, dtype="f8"), False),
        (np.arange(4), np.arange(4).reshape(2, 2), False),
        (np.arange(4)[::2], np.array([0, 2]), True),
        ([np.arange(3)], [np.arange(3) + 1], False),
        (np.array([b"a"], object), np.array(["a"], object), True),
        ({"a": np.float64(1), "b": 2}, {"b": 2, "a": 1.0}, True),
        ([("a", (1, 2))], [("a", (2, 1))], False),
        (None, 0, False),
    ],
)
def test_fingerprints(one: object, other: object, same: bool) -> None:
    assert (fingerprint(one) == fingerprint(other)) == same


def outcome(library: str, seconds: float, answer: str, problem: str = "") -> Outcome:
    run = Run(seconds, seconds, answer, 8, 1 << 20)
    return Outcome(library, run, [run], problem)


def test_the_table() -> None:
    ways = dict.fromkeys(("h5py", "purehdf", "pyfive", "hidefix", "numpy alone"), Way(len))
    ways["numpy alone"] = Way(len, checked=False)
    case = Case("c", "work", "f", lambda path, scale: None, ways, {"purehdf": Goal(0.5)})
    found = [
        outcome("h5py", 2.0, "right"),
        outcome("purehdf", 0.5, "right"),
        outcome("pyfive", 0.1, "other"),
        outcome("hidefix", 0.1, "", "refuses: ValueError: no"),
        outcome("numpy alone", 0.2, ""),
    ]
    compare(case, found)
    text = [line.split() for line in as_text(case, found).splitlines()]
    assert text[2][-3:] == ["goal", "x0.5:", "met"]
    assert "x0.25" in text[2]
    assert text[3] == ["pyfive", "wrong"]
    assert text[4] == ["hidefix", "refuses:", "ValueError:", "no"]
    with pytest.raises(Failure, match="nothing to compare with: h5py: crashes"):
        compare(case, [outcome("h5py", 1.0, "right", "crashes"), *found[1:]])
    rows = as_markdown({"c": case}, {"c": found}, "head").splitlines()
    assert "| work | 2 s | 0.25 (0.25) | wrong | refuses | 0.10 (0.10) | purehdf x0.5 |" in rows
    assert "| work | 1 | 1 | - | - | 1 |" in rows


def test_the_command(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"above\n{MARKS[0]}\nold\n{MARKS[1]}\nbelow\n")
    options = f"--scale {SCALE} --rounds 1 --files {folder} --markdown {page}".split()
    assert main([*options, "--only", "compound", "--libraries", "purehdf"]) == 0
    assert "compound-gzip: compound, 1,000,000 rows" in capsys.readouterr().out
    text = page.read_text()
    assert (text[:6], text[-7:], "old" in text) == ("above\n", "\nbelow\n", False)
    assert text.count("| compound, 1,000,000 rows, contiguous |") == 2  # times and memory


@pytest.mark.parametrize(
    ("library", "problem"),
    [("nowhere", "not installed: nowhere"), ("h5py", "refuses: FileNotFoundError")],
)
def test_a_worker_says_what_is_wrong(library: str, problem: str) -> None:
    worker = Worker("compound", library, Path("nowhere.h5"), timeout=60)
    try:
        with pytest.raises(Failure, match=problem):
            worker.prepared().run()
    finally:
        worker.close()


def test_what_is_no_answer_is_wrong(tmp_path: Path) -> None:
    way = Way(lambda path: None, lambda path, found: found.shape)
    assert measure(way, tmp_path, False, lambda: None).answer is None
    with pytest.raises(Failure, match="wrong: AttributeError: 'NoneType'"):
        measure(way, tmp_path, True, lambda: None)
