"""Bring Pyodide and numpy's wheel for it to this machine, once, for the tests under node.

Both come out of npm packages of exact versions.  Only the files named in ``PACKAGES`` are
taken out, and each is checked against the SHA-256 recorded here, when it is brought and
every time it is used.  numpy's wheel lies in a package whose other files have another
licence: nothing but this one file is unpacked, and nothing is ever committed.

Run as a script, this module fills the cache and prints its folder.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NUMPY_WHEEL = "numpy-2.2.5-cp313-cp313-pyodide_2025_0_wasm32.whl"
OLDEST_NODE = 18  # the oldest that this Pyodide starts on
NPM_SECONDS = 300


@dataclass(frozen=True)
class Package:
    """An npm package, and the SHA-256 of each member that is wanted from it."""

    spec: str
    members: dict[str, str]


PACKAGES = (
    Package(
        "pyodide@0.29.5",
        {
            "package/pyodide.mjs": (
                "510ca14305230018f50c40fb81be673afd68080e70ce7733fcce6600dd6a1714"
            ),
            "package/pyodide.asm.js": (
                "356c42f69e1695397e9d8670bd3c2e678248cde76e18bdae1731e848537b47d7"
            ),
            "package/pyodide.asm.wasm": (
                "54309a5a2cfd757b1f0fdbc9093c92503f7b341500110329d932487183912718"
            ),
            "package/pyodide-lock.json": (
                "14d2c2dba101277999e17135e653d8f15389ad1437f53eae213bf0c3cdff723d"
            ),
            "package/python_stdlib.zip": (
                "831fd1e535084b972f87c6a35275de3d236efd5166f5e77ce89497710635e73c"
            ),
        },
    ),
    Package(
        "@bentopdf/pymupdf-wasm@0.11.16",
        {
            f"package/assets/{NUMPY_WHEEL}": (
                "125230b4c3ecd08803e5c43f1162e017c0718d9f253146225a705a952b9c16c2"
            )
        },
    ),
)


class Unavailable(Exception):
    """This machine cannot run Pyodide: a tool is missing, or the registry is out of reach."""


class WrongBytes(Exception):
    """The registry delivered a file that is not the recorded one, or none."""


def cache_folder() -> Path:
    """Where the files are kept: ``$PUREHDF_PYODIDE_CACHE``, else a git-ignored folder."""
    return Path(os.environ.get("PUREHDF_PYODIDE_CACHE") or ROOT / ".cache" / "pyodide").resolve()


def find_node() -> str:
    """Path of a node that is new enough; raises `Unavailable`."""
    node = shutil.which("node")
    if node is None:
        raise Unavailable("node is not installed")
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(said.strip().removeprefix("v").split(".")[0]) < OLDEST_NODE:
        raise Unavailable(f"node {said.strip()} is older than {OLDEST_NODE}")
    return node


def ensure_files() -> Path:
    """Folder that holds every file, checked; raises `Unavailable` or `WrongBytes`.

    Safe to call from several processes: a file appears under its name only when it is
    whole, and whoever comes second puts the same bytes there again.
    """
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n")
    for package in PACKAGES:
        if not all(_is_right(folder / Path(m).name, sha) for m, sha in package.members.items()):
            _bring(package, folder)
    return folder


def _is_right(path: Path, sha256: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def _bring(package: Package, folder: Path) -> None:
    # Inside the cache folder, so that a file can be renamed into place in one step.
    with (
        tempfile.TemporaryDirectory(dir=folder, prefix=".bring-") as scratch,
        tarfile.open(_npm_pack(package.spec, Path(scratch))) as archive,
    ):
        for member, sha256 in package.members.items():
            part = Path(scratch) / Path(member).name
            part.write_bytes(_member(archive, member, package.spec))
            if not _is_right(part, sha256):
                raise WrongBytes(f"{member} of {package.spec} is not the recorded file")
            os.replace(part, folder / part.name)


def _member(archive: tarfile.TarFile, member: str, spec: str) -> bytes:
    try:
        stream = archive.extractfile(member)
    except KeyError:
        stream = None
    if stream is None:
        raise WrongBytes(f"{spec} holds no file {member}")
    return stream.read()


def _npm_pack(spec: str, scratch: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise Unavailable(f"npm is not installed, and {spec} is not in the cache")
    options = ["--loglevel=error", "--fetch-retries=1", f"--pack-destination={scratch}"]
    try:
        done = subprocess.run(
            [npm, "pack", spec, *options],
            cwd=scratch,
            capture_output=True,
            text=True,
            timeout=NPM_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(f"npm pack {spec} took longer than {NPM_SECONDS} s") from None
    archives = list(scratch.glob("*.tgz"))
    if done.returncode != 0 or len(archives) != 1:
        raise Unavailable(f"npm pack {spec} failed: {done.stderr.strip()[:300]}")
    return archives[0]


if __name__ == "__main__":
    sys.stdout.write(f"{ensure_files()}\n")
