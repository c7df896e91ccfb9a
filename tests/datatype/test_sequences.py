"""Many sequences at once are read as columns; the result is that of one by one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import purehdf
from purehdf.datatype import sequences
from purehdf.errors import FormatError, LimitError

COUNT, ID = 900, 16  # elements, and bytes of one in the file


def text(i: int) -> str:
    return "" if i % 7 == 0 else f"number {i} " + "é" * (i * i % 90)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Strings and sequences, written in turns and out of order, some of them never."""
    made = tmp_path / "made.h5"
    order = np.random.default_rng(0).permutation(COUNT).tolist()
    with h5py.File(made, "w") as f:
        s = f.create_dataset("s", (COUNT,), h5py.string_dtype())
        v = f.create_dataset("v", (COUNT,), h5py.vlen_dtype(np.dtype("<i4")))
        for i in order[: COUNT * 2 // 3]:
            s[i] = text(i)
            v[i] = np.arange(i % 11)
        f["one"] = np.array([text(i) for i in range(COUNT)], object)
    return made


def read(path: Path, name: str) -> list[Any]:
    with purehdf.File(path) as f:
        return [value.tolist() if name == "v" else value for value in f[name][...]]


def patched(path: Path, name: str, change: Callable[[Any], None]) -> None:
    """Change the stored elements of a dataset: address, index and length are their fields."""
    with h5py.File(path) as f:
        start = f[name].id.get_offset()
    data = bytearray(path.read_bytes())
    fields = [("length", "<u4"), ("address", "<u8"), ("index", "<u4")]
    change(np.frombuffer(data, fields, COUNT, start))
    path.write_bytes(data)


def one_by_one(path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    with monkeypatch.context() as patch:
        patch.setattr(sequences, "_FEW", COUNT + 1)
        return read(path, name)


@pytest.mark.parametrize("name", ["s", "v", "one"])
def test_as_h5py_reads_it(path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with h5py.File(path) as f:
        want = [value.tolist() if name == "v" else value for value in f[name][...]]
    assert read(path, name) == want
    assert one_by_one(path, name, monkeypatch) == want


@pytest.mark.parametrize("name", ["s", "v"])
def test_elements_that_share_objects_and_others_cut_short(
    path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(ids: Any) -> None:
        written = np.flatnonzero(ids["length"] > 2)
        ids[written[::3]] = ids[written[0]]
        ids["length"][written[1::3]] -= 1

    patched(path, name, change)
    assert read(path, name) == one_by_one(path, name, monkeypatch)


def test_a_string_ends_at_its_first_zero(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_bytes(path.read_bytes().replace(b"number 1", b"num\0er 1"))
    found = read(path, "one")
    assert found[1] == b"num"
    assert found == one_by_one(path, "one", monkeypatch)


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("index", 60_000, "no such object"),
        ("index", 1 << 31, "no such object"),
        ("length", (1 << 32) - 1, "too short"),
    ],
)
@pytest.mark.parametrize("name", ["one", "v"])
def test_elements_that_lead_nowhere(
    path: Path, name: str, field: str, value: int, problem: str
) -> None:
    def change(ids: Any) -> None:
        ids[field][np.flatnonzero(ids["length"])[5]] = value

    patched(path, name, change)
    with pytest.raises(FormatError, match=problem):
        read(path, name)


def test_a_small_heap_makes_no_large_array(tmp_path: Path) -> None:
    """Each element is another piece of the same object."""
    path = tmp_path / "made.h5"
    with h5py.File(path, "w") as f:
        d = f.create_dataset("d", (COUNT,), h5py.string_dtype())
        d[0] = "x" * 60_000

    def change(ids: Any) -> None:
        ids[:] = ids[0]
        ids["length"] -= np.arange(COUNT, dtype="u4")

    patched(path, "d", change)
    limits = purehdf.Limits(metadata_bytes=1_000_000)
    with purehdf.File(path, limits=limits) as f, pytest.raises(LimitError, match="share"):
        _ = f["d"][...]
    assert sum(map(len, read(path, "d"))) == sum(60_000 - i for i in range(COUNT))
