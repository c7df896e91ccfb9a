"""The built wheel, in Pyodide with numpy and nothing else, reads what h5py read.

One run of node serves all tests.  Where node, npm or the registry is missing they skip and say
so; under ``CI=true`` only a missing node lets them skip.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.browser import check_fixtures, pyodide_setup
from tests.browser.conftest import SECONDS

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FIXTURES = ROOT / "fixtures"
MANIFEST = json.loads((FIXTURES / "MANIFEST.json").read_text(encoding="utf-8"))
REQUIRES = {e["name"]: e["requires"] for e in MANIFEST["files"] if e["expect"] == "values"}
NODE_SECONDS = 600

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def node() -> str:
    try:
        return pyodide_setup.find_node()
    except pyodide_setup.Unavailable as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def pyodide(node: str) -> Path:
    """Folder of Pyodide's files."""
    try:
        return pyodide_setup.ensure_files()
    except pyodide_setup.Unavailable as reason:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def wheel(pyodide: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", f"--outdir={folder}", str(ROOT)]
    if importlib.util.find_spec("hatchling"):
        command.append("--no-isolation")
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def report(node: str, pyodide: Path, wheel: Path, pytestconfig: pytest.Config) -> dict[str, Any]:
    """What run.mjs prints."""
    paths = (HERE / "run.mjs", pyodide, pyodide / pyodide_setup.NUMPY_WHEEL, wheel, FIXTURES, HERE)
    command = [node, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=NODE_SECONDS)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    pytestconfig.stash[SECONDS] = found["seconds"]
    return found


@pytest.fixture(scope="session")
def native() -> dict[str, Any]:
    """The same checks in this interpreter."""
    return check_fixtures.run(FIXTURES)


def test_the_wheel_is_for_every_platform(wheel: Path) -> None:
    assert wheel.name.endswith("-py3-none-any.whl")


def test_nothing_but_numpy_and_the_wheel_is_installed(report: dict[str, Any]) -> None:
    assert report["installed"] == ["numpy", "purehdf"]


def test_the_wheel_is_what_was_imported(report: dict[str, Any]) -> None:
    assert report["location"].endswith("/site-packages/purehdf/__init__.py")


def test_only_the_standard_library_and_numpy_are_imported(report: dict[str, Any]) -> None:
    assert report["foreign"] == []


def test_every_readable_fixture_was_read(report: dict[str, Any]) -> None:
    for results in report["ways"].values():
        assert sorted(results) == sorted(REQUIRES)


@pytest.mark.parametrize("name", REQUIRES)
@pytest.mark.parametrize("way", check_fixtures.WAYS)
def test_fixture(name: str, way: str, report: dict[str, Any], native: dict[str, Any]) -> None:
    result = report["ways"][way][name]
    unsupported = result["unsupported"]
    assert result["failures"] == {}
    assert unsupported.keys() == native[way][name]["unsupported"].keys()
    if unsupported:
        assert REQUIRES[name], f"a basic feature is refused: {unsupported}"
        pytest.xfail(f"needs {', '.join(REQUIRES[name])}: {unsupported}")


def test_the_import_is_not_dear(report: dict[str, Any]) -> None:
    """Relative to numpy's own, so that a slow machine does not matter."""
    seconds = report["seconds"]
    assert seconds["import purehdf"] < 5 * seconds["import numpy"]
