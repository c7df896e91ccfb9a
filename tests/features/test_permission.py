"""Which other files a file may make us open: seven ways out of its folder, three mechanisms.

What is opened is seen by an audit hook, in a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import purehdf
from purehdf.format.checksum import lookup3
from tests.conftest import ROOT

from .sources import space, virtual

SECRET = [11, 22, 33, 44]
MECHANISMS = ["external link", "external storage", "virtual dataset"]

# Each names the secret, which lies outside; where {outside} is that folder.
ESCAPES = {
    "absolute path": "{outside}/secret",
    "parent": "../outside/secret",
    "symbolic link to the file": "link to secret",
    "folder that is a symbolic link": "linked folder/secret",
    "URL": "file://{outside}/secret",
    "NUL byte": "inside\0{outside}/secret",
    "home": "~/secret",
}
REFUSED = list(ESCAPES)[:4]


def write(path: Path, mechanism: str, name: str) -> Path:
    """A file with an object "x" whose elements are those of another file."""
    stand_in = name.replace("\0", "\1")  # no library writes it
    with h5py.File(path, "w", libver="latest") as file:
        if mechanism == "external link":
            file["x"] = h5py.ExternalLink(stand_in, "/x")
        elif mechanism == "external storage":
            file.create_dataset("x", (4,), "<i4", external=[(stand_in, 0, 16)])
        else:
            mapping = (space((4,)), stand_in.replace("%", "%%"), "x", space((4,)))
            virtual(file, "x", (4,), [mapping])
    if name != stand_in:
        put_nul(path, stand_in.encode(), name.encode())
    return path


def put_nul(path: Path, old: bytes, new: bytes) -> None:
    """Change a name, and the checksums of what it lies in."""
    data = path.read_bytes()
    at = data.index(old)
    changed = bytearray(data.replace(old, new))
    for start in (i for i in range(at) if lookup3_end(data, i, at)):
        end = lookup3_end(data, start, at)
        changed[end : end + 4] = lookup3(bytes(changed[start:end])).to_bytes(4, "little")
    path.write_bytes(changed)


def lookup3_end(data: bytes, start: int, at: int) -> int:
    """The end of a structure, or of a virtual dataset's mappings, around position `at`; or 0."""
    if data[start : start + 4] != b"OHDR" and data[start : start + 9] != b"\0\1" + bytes(7):
        return 0
    for end in range(at, min(at + 400, len(data) - 3)):
        if lookup3(data[start:end]) == int.from_bytes(data[end : end + 4], "little"):
            return end
    return 0


def put_secret(folder: Path, mechanism: str, name: str = "secret") -> None:
    if mechanism == "external storage":
        (folder / name).write_bytes(np.array(SECRET, "<i4").tobytes())
    else:
        with h5py.File(folder / name, "w") as file:
            file["x"] = np.array(SECRET, "<i4")


def run(jobs: list[dict[str, Any]], home: Path) -> list[dict[str, Any]]:
    """Read files in a process that watches what it opens."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.features.opening"],
        input=json.dumps(jobs),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"HOME": str(home), "PATH": "/usr/bin"},
        check=True,
    )
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    assert len(answers) == len(jobs)
    return answers


@pytest.fixture(scope="module")
def escapes(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str, str], Any]:
    """(mechanism, escape, policy) -> how it went."""
    jobs, keys = [], []
    top = tmp_path_factory.mktemp("escapes").resolve()
    for mechanism in MECHANISMS:
        inside, outside = top / mechanism / "inside", top / mechanism / "outside"
        inside.mkdir(parents=True)
        outside.mkdir()
        put_secret(outside, mechanism)
        (inside / "link to secret").symlink_to(outside / "secret")
        (inside / "linked folder").symlink_to(outside)
        for i, (escape, name) in enumerate(ESCAPES.items()):
            path = write(inside / f"{i}.h5", mechanism, name.format(outside=outside))
            for policy in ("folder", "none", "any"):
                jobs.append({"path": str(path), "external": policy, "how": "path"})
                keys.append((mechanism, escape, policy))
    home = top / "external link" / "outside"  # where "~" would lead
    answers = run(jobs, home)
    for job, answer in zip(jobs, answers, strict=True):
        answer["others"] = [p for p in answer["opened"] if p != job["path"] and str(top) in p]
        assert job["path"] in answer["opened"], "the hook sees nothing"
    return dict(zip(keys, answers, strict=True))


@pytest.mark.parametrize("policy", ["folder", "none"])
@pytest.mark.parametrize("escape", ESCAPES)
@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_no_way_out(escapes: dict[Any, Any], mechanism: str, escape: str, policy: str) -> None:
    answer = escapes[mechanism, escape, policy]
    assert answer["others"] == []
    found = answer["found"]["x"]
    if escape == "NUL byte" and mechanism == "virtual dataset":
        assert found[0] == "FormatError"  # the rest of the name stands where a selection should
    elif escape in REFUSED or policy == "none":
        assert found[0] == "ExternalAccessError"
        name = "inside" if escape == "NUL byte" else ESCAPES[escape].partition("}")[2]
        assert name in found[1]
    elif mechanism == "virtual dataset":
        assert found == [-1] * 4  # there is no such source
    else:
        assert found[0] in ("LinkNotFoundError", "MissingFileError")


@pytest.mark.parametrize("escape", REFUSED)
@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_whoever_permits_it_gets_it(escapes: dict[Any, Any], mechanism: str, escape: str) -> None:
    """The hook sees it too: what is counted as nothing above would have been noticed."""
    answer = escapes[mechanism, escape, "any"]
    assert answer["found"]["x"] == SECRET
    assert [Path(p).name for p in answer["others"]] == ["secret"]


@pytest.mark.parametrize("how", ["bytes", "file object"])
@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_what_is_no_local_file_opens_nothing(tmp_path: Path, mechanism: str, how: str) -> None:
    put_secret(tmp_path, mechanism)
    path = write(tmp_path / "file.h5", mechanism, "secret")
    jobs = [
        {"path": str(path), "external": policy, "how": how} for policy in (None, "folder", "any")
    ]
    for answer in run(jobs, tmp_path):
        assert [p for p in answer["opened"] if str(tmp_path) in p] == []
        assert answer["found"]["x"][0] == "ExternalAccessError"
        assert "'secret'" in answer["found"]["x"][1]


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_inside_the_folder(tmp_path: Path, mechanism: str) -> None:
    (tmp_path / "below").mkdir()
    put_secret(tmp_path / "below", mechanism)
    path = write(tmp_path / "file.h5", mechanism, "below/../below/secret")
    for policy in (None, "folder", "any", lambda name: tmp_path / name):
        with purehdf.File(path, external=policy) as file:
            assert file["x"][()].tolist() == SECRET
    with (
        purehdf.File(path, external="none") as file,
        pytest.raises(purehdf.ExternalAccessError, match="below/secret"),
    ):
        file["x"][()]


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_function_decides(tmp_path: Path, mechanism: str) -> None:
    put_secret(tmp_path, mechanism, "elsewhere")
    path = write(tmp_path / "file.h5", mechanism, "s3://bucket/name")
    asked: list[str] = []

    def known(name: str) -> str | None:
        asked.append(name)
        return str(tmp_path / "elsewhere")

    for opened in (path, path.read_bytes()):
        with purehdf.File(opened, external=known) as file:
            assert file["x"][()].tolist() == SECRET
    assert set(asked) == {"s3://bucket/name"}
    with (
        purehdf.File(path, external=lambda name: None) as file,
        pytest.raises(purehdf.ExternalAccessError, match="s3://bucket/name"),
    ):
        file["x"][()]


def test_one_refused_source_among_others_is_an_error(
    tmp_path: Path, fixture_file: Callable[[str], Path]
) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    put_secret(inside, "virtual dataset", "good")
    put_secret(tmp_path, "virtual dataset", "bad")
    with h5py.File(inside / "file.h5", "w", libver="latest") as file:
        first, second = (space((8,), ((start,), (4,))) for start in (0, 4))
        mappings = [(first, "good", "x", space((4,))), (second, "../bad", "x", space((4,)))]
        virtual(file, "v", (8,), mappings)
    with purehdf.File(inside / "file.h5") as file:
        with pytest.raises(purehdf.ExternalAccessError, match=r"\.\./bad"):
            file["v"][()]
        with pytest.raises(purehdf.ExternalAccessError, match=r"\.\./bad"):
            file["v"][6]
