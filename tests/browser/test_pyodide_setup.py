"""What is taken out of an npm package is the recorded file, or nothing."""

from __future__ import annotations

import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from tests.browser import pyodide_setup
from tests.browser.pyodide_setup import Package, Unavailable, WrongBytes

CONTENT = b"what the package holds"
MEMBER = "package/wanted.bin"
RECORDED = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An npm that packs one member; the list says what was asked of it."""
    asked: list[str] = []

    def pack(spec: str, scratch: Path) -> Path:
        asked.append(spec)
        path = scratch / "packed.tgz"
        with tarfile.open(path, "w:gz") as archive:
            for name in (MEMBER, "package/unwanted.bin"):
                info = tarfile.TarInfo(name)
                info.size = len(CONTENT)
                archive.addfile(info, io.BytesIO(CONTENT))
        return path

    monkeypatch.setattr(pyodide_setup, "_npm_pack", pack)
    monkeypatch.setenv("PUREHDF_PYODIDE_CACHE", str(tmp_path / "cache"))
    return asked


def want(monkeypatch: pytest.MonkeyPatch, members: dict[str, str]) -> None:
    monkeypatch.setattr(pyodide_setup, "PACKAGES", (Package("some@1.0.0", members),))


def test_only_the_wanted_file_is_kept(registry: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    want(monkeypatch, {MEMBER: RECORDED})
    folder = pyodide_setup.ensure_files()
    assert (folder / "wanted.bin").read_bytes() == CONTENT
    assert {path.name for path in folder.iterdir()} == {"wanted.bin", ".gitignore"}


def test_a_file_is_brought_once_and_again_if_damaged(
    registry: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    want(monkeypatch, {MEMBER: RECORDED})
    folder = pyodide_setup.ensure_files()
    pyodide_setup.ensure_files()
    assert registry == ["some@1.0.0"]
    (folder / "wanted.bin").write_bytes(b"half of")
    pyodide_setup.ensure_files()
    assert registry == ["some@1.0.0"] * 2
    assert (folder / "wanted.bin").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({MEMBER: hashlib.sha256(b"other").hexdigest()}, "not the recorded file"),
        ({"package/missing.bin": RECORDED}, "holds no file"),
    ],
)
def test_another_file_is_refused(
    members: dict[str, str],
    message: str,
    registry: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    want(monkeypatch, members)
    with pytest.raises(WrongBytes, match=message):
        pyodide_setup.ensure_files()
    assert [path.name for path in pyodide_setup.cache_folder().iterdir()] == [".gitignore"]


def test_missing_tools_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PUREHDF_PYODIDE_CACHE", str(tmp_path / "cache"))
    with pytest.raises(Unavailable, match="node is not installed"):
        pyodide_setup.find_node()
    with pytest.raises(Unavailable, match="npm is not installed"):
        pyodide_setup.ensure_files()


def test_an_npm_that_fails_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho no way there >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PUREHDF_PYODIDE_CACHE", str(tmp_path / "cache"))
    with pytest.raises(Unavailable, match="no way there"):
        pyodide_setup.ensure_files()
