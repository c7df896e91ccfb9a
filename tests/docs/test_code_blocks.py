"""Every code block of the documentation runs, in a folder that holds ``file.nc``.

``python``   executed; the blocks of one page share their names, in order
``pycon``    executed, and the output shown is compared (doctest's rules, ``...`` allowed)
``console``  each ``$ purehdf ...`` line runs with exit code 0, and the output lines shown
             below it occur in the real output, in order; a line ``...`` stands for any lines
``sh``       only the set-up commands that ``.ci/run`` takes out of README.md word for word
``text``     a drawing or a message; nothing to run

Any other kind of block fails, so that none can be skipped by mistake.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
COMMAND = re.compile(r"<!-- command: (\w+) -->")
FENCE = re.compile(r"^```+")


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, its text, the line it starts on, the line above it."""

    language: str
    text: str
    line: int
    above: str


def blocks_of(page: str) -> list[Block]:
    """All fenced blocks of a page of Markdown, in order."""
    blocks = []
    lines = iter(enumerate(page.splitlines(), 1))
    above = ""
    for number, line in lines:
        fence = FENCE.match(line.strip())
        if fence is None:
            above = line
            continue
        text = []
        for _, inner in lines:
            if inner.strip() == fence[0]:
                break
            text.append(inner)
        else:
            raise ValueError(f"the block of line {number} has no end")
        language = line.strip().removeprefix(fence[0])
        blocks.append(Block(language, "\n".join(text) + "\n", number, above))
    return blocks


def run_python(block: Block, page: str, names: dict[str, Any]) -> None:
    # The empty lines make a traceback name the line of the page.
    code = compile("\n" * block.line + block.text, page, "exec", dont_inherit=True)
    exec(code, names)


def run_pycon(block: Block, page: str, names: dict[str, Any]) -> None:
    test = doctest.DocTestParser().get_doctest(block.text, names, page, page, block.line)
    if not test.examples:
        raise ValueError(f"{page}:{block.line}: a pycon block without a prompt")
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=options, verbose=False)
    runner.run(test, out=report.append, clear_globs=False)
    if runner.summarize(verbose=False).failed:
        raise AssertionError("".join(report))
    names.update(test.globs)


def run_console(block: Block, page: str, names: dict[str, Any]) -> None:
    commands = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    if commands[0].strip() or len(commands) == 1:
        raise ValueError(f"{page}:{block.line}: a console block starts with '$ '")
    for command in commands[1:]:
        line, _, shown = command.partition("\n")
        program, *arguments = shlex.split(line, comments=True)
        if program != "purehdf":
            raise ValueError(f"{page}:{block.line}: '$ {line}' does not run purehdf")
        output = run_purehdf(arguments)
        missing = first_missing(shown.splitlines(), output.splitlines())
        assert missing is None, f"$ {line}\nshows no line {missing!r}, but:\n{output}"


def run_purehdf(arguments: list[str]) -> str:
    """What ``purehdf ARGUMENTS`` prints, in the current directory."""
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-m", "purehdf", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
    )
    assert done.returncode == 0, f"purehdf {arguments}: {done.returncode}\n{done.stderr}"
    return done.stdout


def first_missing(shown: list[str], real: list[str]) -> str | None:
    """The first line shown that does not occur in the real output, after those before it."""
    rest = iter([line.rstrip() for line in real])
    for line in shown:
        wanted = line.rstrip()
        if wanted and wanted != "..." and wanted not in rest:
            return line
    return None


def check_sh(block: Block, page: str, names: dict[str, Any]) -> None:
    if page != "README.md" or not COMMAND.fullmatch(block.above):
        raise ValueError(f"{page}:{block.line}: an sh block that .ci/run does not run")


def nothing_to_run(block: Block, page: str, names: dict[str, Any]) -> None:
    pass


RUNNERS: dict[str, Callable[[Block, str, dict[str, Any]], None]] = {
    "python": run_python,
    "pycon": run_pycon,
    "console": run_console,
    "sh": check_sh,
    "text": nothing_to_run,
}


def run_page(page: str, text: str) -> int:
    """Run every block of a page; returns how many there were."""
    names: dict[str, Any] = {"__name__": "__main__"}
    blocks = blocks_of(text)
    for block in blocks:
        if block.language not in RUNNERS:
            raise ValueError(f"{page}:{block.line}: a block of unknown kind {block.language!r}")
        RUNNERS[block.language](block, page, names)
    return len(blocks)


@pytest.fixture
def folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fixture_file: Callable[[str], Path]
) -> Path:
    """The folder that the pages speak of, as the current directory."""
    shutil.copy(fixture_file("climate.nc"), tmp_path / "file.nc")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_blocks_of_page(page: Path, folder: Path) -> None:
    text = page.read_text()
    name = page.relative_to(ROOT).as_posix()
    fences = len(re.findall(r"^\s*```", text, flags=re.MULTILINE))
    assert run_page(name, text) == fences / 2


def test_set_up_commands_are_one_line_each() -> None:
    commands = {
        COMMAND.sub(r"\1", block.above): block.text
        for block in blocks_of((ROOT / "README.md").read_text())
        if block.language == "sh"
    }
    assert set(commands) == {"main", "test"}
    assert all(text.count("\n") == 1 for text in commands.values())
    # .ci/run takes them from README.md; a second copy could drift from it.
    assert not [
        text for text in commands.values() if text.strip() in Path(ROOT / ".ci/run").read_text()
    ]


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
            assert target.startswith("https://") or (page.parent / target).exists(), (page, target)


# A page that is wrong in one way, and the words of the complaint.
WRONG_PAGES = {
    "raises": ("```python\n1 / 0\n```", ZeroDivisionError, "division"),
    "other output": ("```pycon\n>>> 1 + 1\n3\n```", AssertionError, "Expected"),
    "no prompt": ("```pycon\n1 + 1\n```", ValueError, "without a prompt"),
    "unknown kind": ("```js\n1\n```", ValueError, "unknown kind 'js'"),
    "no kind": ("```\n1\n```", ValueError, "unknown kind ''"),
    "no end": ("```python\n1\n", ValueError, "no end"),
    "another program": ("```console\n$ ls\n```", ValueError, "does not run purehdf"),
    "no command": ("```console\npurehdf ls\n```", ValueError, "starts with"),
    "a failing command": ("```console\n$ purehdf ls missing.nc\n```", AssertionError, "missing"),
    "unmarked set-up": ("```sh\ntrue\n```", ValueError, "does not run"),
}


@pytest.mark.parametrize("case", WRONG_PAGES)
def test_a_wrong_page_fails(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, error, words = WRONG_PAGES[case]
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=words):
        run_page("README.md", text)


def test_lines_shown_are_looked_for_in_order() -> None:
    real = ["a", "b  ", "c", "d"]
    assert first_missing(["a", "...", "c", ""], real) is None
    assert first_missing(["b", "a"], real) == "a"
    assert first_missing(["e"], real) == "e"


def test_blocks_of_one_page_share_their_names() -> None:
    page = (
        "```python\nx = 2\n```\n```pycon\n>>> y = x + 1\n>>> y\n3\n```\n```python\n1 / (y - 2)\n```"
    )
    assert run_page("README.md", page) == 3
