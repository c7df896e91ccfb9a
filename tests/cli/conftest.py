"""Running the command line inside the test's process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from purehdf.cli.main import main

FILES = Path(__file__).parents[2] / "fixtures" / "files"


class Ran(NamedTuple):
    """Exit code, standard output and standard error."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Run ``purehdf ARGUMENTS`` in the folder of the generated files."""
    monkeypatch.chdir(FILES)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def run_main(*arguments: str) -> Ran:
        try:
            code = main(arguments)
        except SystemExit as error:  # argparse
            code = error.code if isinstance(error.code, int) else 1
        return Ran(code, *capsys.readouterr())

    return run_main
