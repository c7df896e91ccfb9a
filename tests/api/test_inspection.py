"""What a file names, what is wrong with it, and its members whatever is wrong with them."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

import purehdf
from purehdf.source import BytesSource, CountingSource


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "sound.h5"
    with h5py.File(path, "w", libver="latest") as f:
        for name in "abc":
            f[f"group/{name}"] = np.arange(3)
            f[f"group/{name}"].attrs["number"] = 5
        f["soft"] = h5py.SoftLink("/nowhere")
        f.create_dataset("chunked", data=np.arange(100), chunks=(5,), maxshape=(None,))
        f.create_dataset("strings", data=["one", "two"])
    return path


def flipped(path: Path, name: str) -> bytes:
    """The file with a byte of the header of object `name` changed, behind its messages' sizes."""
    with purehdf.File(path) as f:
        message = f[name]._header.messages[0]
    data = bytearray(path.read_bytes())
    data[message.offset + len(message.body) - 1] ^= 1
    return bytes(data)


def test_members(path: Path) -> None:
    with purehdf.File(flipped(path, "group/b")) as f:
        found = dict(f["group"].members())
        assert list(found) == ["a", "b", "c"]
        assert found["a"].name == "/group/a"
        assert isinstance(found["b"], purehdf.ChecksumError)
        assert found["b"].path == "/group/b"
        assert isinstance(dict(f.members())["soft"], purehdf.LinkNotFoundError)


def test_no_problems(path: Path) -> None:
    seen: list[str] = []
    with purehdf.File(path) as f:
        assert f.problems() == f.problems(seen.append) == []
        assert sorted(seen) == sorted(
            ["/", "/chunked", "/group", "/group/a", "/group/b", "/group/c", "/strings"]
        )


def test_problems_have_a_place(path: Path) -> None:
    with purehdf.File(flipped(path, "group/b")) as f:
        (problem,) = f.problems()
        assert isinstance(problem, purehdf.ChecksumError)
        assert (problem.path, problem.structure) == ("/group/b", "object header")
        assert problem.offset is not None
        assert f["group/c"][2] == 2


@pytest.mark.parametrize(
    ("signature", "paths"),
    [
        (b"TREE", ["/", "/chunked", "/group"]),
        (b"SNOD", ["/", "/group"]),
        (b"GCOL", ["/strings"]),
    ],
)
def test_problems_of_many_kinds(tmp_path: Path, signature: bytes, paths: list[str]) -> None:
    """All structures of a kind but the first are damaged, so that the objects are still found."""
    path = tmp_path / "damaged.h5"
    with h5py.File(path, "w") as f:
        f.create_dataset("chunked", data=np.arange(100), chunks=(5,))
        f["strings"] = ["one", "two"]
        f["strings"].attrs["note"] = "text of any length"
        f.create_group("group")["inside"] = 1
    data = path.read_bytes()
    root = data.index(signature) if paths[0] == "/" else -1
    damaged = data.replace(signature, b"XXXX")
    if root >= 0:
        damaged = damaged[:root] + signature + damaged[root + 4 :]
        paths = paths[1:]
    with purehdf.File(damaged) as f:
        found = f.problems()
    assert sorted(e.path or "" for e in found) == paths
    assert all(isinstance(e, purehdf.SignatureError) and e.offset is not None for e in found)


def test_elements_behind_the_end(tmp_path: Path) -> None:
    path = tmp_path / "cut.h5"
    with h5py.File(path, "w", libver="latest") as f:
        f["contiguous"] = np.arange(1000)
        f.create_dataset("chunked", data=np.arange(1000), chunks=(100,))
        f.flush()
        cut = f["chunked"].id.get_chunk_info(3).byte_offset
        assert f["contiguous"].id.get_offset() < cut
    with pytest.warns(purehdf.FileStateWarning, match="cut off"):
        f = purehdf.File(path.read_bytes()[:cut])
    assert [(e.path, e.found) for e in f.problems()] == [("/chunked", "7 outside")]
    assert f["chunked"][250] == 250


def test_reading_past_wrong_checksums(path: Path) -> None:
    damaged = flipped(path, "group")
    with purehdf.File(damaged) as f, pytest.raises(purehdf.ChecksumError, match="checksum"):
        _ = f["group"]
    for target in (damaged, CountingSource(BytesSource(damaged))):
        with purehdf.File(target, verify_checksums=False) as f:
            assert f["group/b"][2] == 2
            (problem,) = f.problems()
            assert isinstance(problem, purehdf.ChecksumError)
            assert problem.path == "/group"


def test_a_wrong_checksum_of_a_chunk(tmp_path: Path) -> None:
    path = tmp_path / "chunk.h5"
    with h5py.File(path, "w") as f:
        f.create_dataset("d", data=np.arange(4, dtype="u1"), chunks=(4,), fletcher32=True)
        place = f["d"].id.get_chunk_info(0).byte_offset
    data = bytearray(path.read_bytes())
    data[place] = 9
    with purehdf.File(data) as f, pytest.raises(purehdf.ChecksumError):
        _ = f["d"][...]
    with purehdf.File(data, verify_checksums=False) as f:
        assert f["d"][...].tolist() == [9, 1, 2, 3]


def test_externals_are_listed_and_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "names.h5"
    with h5py.File(path, "w", libver="latest") as f:
        f["group/link"] = h5py.ExternalLink("../other.h5", "/there")
        f.create_dataset("raw", (4,), "i4", external=[("a.bin", 0, 8), ("b.bin", 0, 8)])
        layout = h5py.VirtualLayout((3, 5), "f8")
        layout[0] = h5py.VirtualSource("one.h5", "x", (5,))
        layout[1] = h5py.VirtualSource("one.h5", "x", (5,))
        layout[2] = h5py.VirtualSource(".", "raw", (5,))
        f.create_virtual_dataset("virtual", layout)
        f["plain"] = 1

    def refuse(name: str) -> str:
        raise AssertionError(f"{name} is opened")

    with purehdf.File(path, external=refuse) as f:
        found = f.externals()
        assert sorted(found) == [
            ("link", "/group/link", "../other.h5", "/there"),
            ("storage", "/raw", "a.bin", None),
            ("storage", "/raw", "b.bin", None),
            ("virtual", "/virtual", "one.h5", "x"),
        ]
        assert found[0]._fields == ("kind", "path", "filename", "target")
        assert f.problems() == []
