"""Help, errors, exit codes, colour and encodings."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import purehdf
from purehdf.cli.main import main
from purehdf.cli.output import Output, printable, wants_colour
from purehdf.cli.selection import parse_selection_text
from purehdf.cli.target import split_target
from purehdf.cli.words import size_words

from ..source.range_server import serve

ROOT = Path(__file__).parents[2]
FILES = ROOT / "fixtures" / "files"
Run = Callable[..., Any]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("command", [(), ("ls",), ("dump",), ("explain",)])
def test_help(run: Run, command: tuple[str, ...]) -> None:
    code, out, _ = run(*command, "--help")
    assert code == 0
    assert "examples:\n  purehdf" in out


def test_version(run: Run) -> None:
    assert run("--version").out == f"purehdf {purehdf.__version__}\n"


@pytest.mark.parametrize("arguments", [(), ("look",), ("ls",), ("ls", "a", "b", "c"), ("ls", "-x")])
def test_wrong_usage(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).code == 2


def test_a_missing_file(run: Run) -> None:
    assert run("ls", "missing.nc") == (1, "", "purehdf: missing.nc: No such file or directory\n")


def test_a_missing_file_far_away(run: Run) -> None:
    """All that fsspec says is the name."""
    url = "memory://missing.nc"
    assert run("ls", url) == (1, "", f"purehdf: {url}: No such file or directory\n")


def test_a_url_is_said_once(run: Run) -> None:
    url = "http://127.0.0.1:1/file.nc"
    code, _, err = run("ls", url)
    assert (code, err.count(url)) == (1, 1)


@pytest.mark.parametrize(
    ("package", "command"), [("numcodecs", "index"), ("zarr", "index"), ("zarr", "copy")]
)
def test_a_missing_extra_is_named(package: str, command: str, tmp_path: Path) -> None:
    out = ["-o", str(tmp_path / "x.zarr")] if command == "index" else [str(tmp_path / "x.zarr")]
    script = (
        f"import sys; sys.modules[{package!r}] = None; from purehdf.cli.main import main;"
        f"sys.exit(main([{command!r}, 'fixtures/files/climate.nc', *{out!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.stderr.endswith("pip install purehdf[zarr]\n")
    assert done.stderr.startswith("purehdf: this needs ")
    assert done.returncode == 1


def test_as_a_module_and_without_colour_in_a_pipe() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "purehdf", "ls", str(FILES / "climate.nc")],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
    )
    assert done.returncode == 0, done.stderr
    assert "├── time" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_reader_that_goes_away() -> None:
    command = [sys.executable, "-m", "purehdf", "explain", str(FILES / "chunks_3000.h5"), "--map"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 141


def test_an_interruption(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*arguments: object, **options: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("purehdf.cli.main.list_objects", interrupt)
    assert run("ls", "climate.nc").code == 130


@pytest.mark.parametrize(
    ("mode", "terminal", "environment", "wanted"),
    [
        ("auto", True, {}, True),
        ("auto", False, {}, False),
        ("auto", True, {"NO_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": ""}, True),
        ("auto", False, {"FORCE_COLOR": "1"}, True),
        ("auto", True, {"TERM": "dumb"}, False),
        ("always", False, {"NO_COLOR": "1"}, True),
        ("never", True, {"FORCE_COLOR": "1"}, False),
    ],
)
def test_when_colour_is_used(
    mode: str, terminal: bool, environment: dict[str, str], wanted: bool
) -> None:
    assert wants_colour(mode, Terminal() if terminal else io.StringIO(), environment) is wanted


def test_a_terminal_gets_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    for name, value in (("NO_COLOR", ""), ("FORCE_COLOR", ""), ("TERM", "xterm")):
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", terminal)
    assert main(["ls", str(FILES / "climate.nc")]) == 0
    assert "\x1b[1mtemperature\x1b[0m" in terminal.getvalue()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_a_terminal_that_cannot_show_everything(
    encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    for name in ("names_utf8.h5", "datatype_enum.h5", "climate.nc"):
        assert main(["ls", "-a", str(FILES / name)]) == 0
    sys.stdout.flush()
    assert b"|-- " in raw.getvalue()


def test_names_cannot_command_the_terminal() -> None:
    assert printable("a\x1b[2Jb\n") == r"a\x1b[2Jb\n"
    assert printable("\udcff") == r"\udcff"
    assert printable("é 雪") == "é 雪"
    stream = io.StringIO()
    Output(stream).line("plain")
    assert stream.getvalue() == "plain\n"


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("0", (0,)),
        ("-1, :", (-1, slice(None))),
        (" 1:5:2 ,..., [1, 2]", (slice(1, 5, 2), Ellipsis, [1, 2])),
        ("::-1", (slice(None, None, -1),)),
        ("[0],1", ([0], 1)),
    ],
)
def test_selections(text: str, index: tuple[Any, ...]) -> None:
    assert parse_selection_text(text) == index


@pytest.mark.parametrize(
    "text", ["", "a", "1.5", "1,,2", "[1", "1]", "[]", "__import__('os')", "1 2"]
)
def test_what_is_no_selection(text: str) -> None:
    with pytest.raises(ValueError, match=r"selection|integer"):
        parse_selection_text(text)


def test_the_file_in_a_target(tmp_path: Path) -> None:
    folder = tmp_path / "a.nc"
    folder.mkdir()
    file = folder / "b.h5"
    file.write_bytes(b"")
    assert split_target(f"{file}") == (str(file), "/")
    assert split_target(f"{file}/g/x") == (str(file), "/g/x")
    assert split_target(f"{folder}/none/x") == (f"{folder}/none/x", "/")
    assert split_target("https://host/a.nc/g/x") == ("https://host/a.nc", "/g/x")
    assert split_target("https://host/a?x=1") == ("https://host/a?x=1", "/")


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (47206, "46.1 KiB"), (1 << 30, "1 GiB")],
)
def test_sizes(size: int, words: str) -> None:
    assert size_words(size) == words


def test_reading_from_afar_shows_a_line_that_goes_away(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with serve() as server:
        server.content = (FILES / "climate.nc").read_bytes()
        assert run("ls", server.url).code == 0
    shown = terminal.getvalue().split("\r\x1b[K")
    assert "1 request, " in shown[1]
    assert shown[-1] == ""
