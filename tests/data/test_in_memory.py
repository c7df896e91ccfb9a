"""Elements that lie in memory: views of them, and copies of what is selected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import purehdf
from purehdf.data import in_memory

NUMBERS = np.arange(24, dtype=">i4").reshape(4, 6)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "made.h5"
    with h5py.File(made, "w") as f:
        f["plain"] = NUMBERS
        f["scalar"] = 2.5
        f["nothing"] = np.empty((0, 3), "i2")
        f["pairs"] = np.zeros(3, [("a", "<i2"), ("b", "<f8", (2,))])
        f.create_dataset("arrays", (2,), np.dtype(("<i4", (3,))))[:] = np.arange(6).reshape(2, 3)
        f["null"] = h5py.Empty("f4")
        f["strings"] = ["a", "b"]
        f.create_dataset("chunked", data=NUMBERS, chunks=(2, 2))
        f.create_dataset("never written", (5,), "i4")
        f.create_virtual_dataset("virtual", h5py.VirtualLayout((3,), "i4"))
        space, kind = h5py.h5s.create_simple((3,)), h5py.h5t.STD_I32LE
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_layout(h5py.h5d.COMPACT)
        compact = h5py.h5d.create(f.id, b"compact", kind, space, plist)
        compact.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([1, 2, 3], "<i4"))
        f.create_dataset("external", (3,), "i4", external=[(made.with_suffix(".raw"), 0, 12)])
    return made


@pytest.mark.parametrize("name", ["plain", "scalar", "pairs", "arrays", "compact"])
def test_a_view_of_the_file(path: Path, name: str) -> None:
    with purehdf.File(path) as f:
        want, found = f[name][...], f[name].memmap()
        other = np.asarray(f[name], copy=False)
    for view in (found, other):  # the file is closed, and they are still good
        assert (view.dtype, view.shape, view.tobytes()) == (want.dtype, want.shape, want.tobytes())
        assert not view.flags.writeable
        assert not view.flags.owndata


def test_a_view_copies_nothing(path: Path) -> None:
    data = bytearray(path.read_bytes())
    with purehdf.File(data) as f:
        view = f["plain"].memmap()
        at = data.index(NUMBERS.tobytes())
        data[at : at + 4] = (77).to_bytes(4, "big")
        assert view[0, 0] == 77
        assert np.shares_memory(view, np.frombuffer(data, np.uint8))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("strings", "type"),
        ("chunked", "one piece"),
        ("virtual", "one piece"),
        ("external", "one piece"),
        ("never written", "not in memory"),
    ],
)
def test_no_view(path: Path, name: str, why: str) -> None:
    with purehdf.File(path) as f:
        for view in (f[name].memmap, lambda: np.asarray(f[name], copy=False)):
            with pytest.raises(ValueError, match=f"makes a copy: .*{why}"):
                view()


def test_no_view_of_a_stream_or_of_another_type(path: Path) -> None:
    not_here = pytest.raises(ValueError, match="not in memory")
    with path.open("rb") as stream, purehdf.File(stream) as f, not_here:
        f["plain"].memmap()
    with purehdf.File(path) as f:
        assert np.asarray(f["plain"], ">i4", copy=False).dtype == ">i4"
        with pytest.raises(ValueError, match="copy"):
            np.asarray(f["plain"], "<i4", copy=False)
        with pytest.raises(TypeError, match="no array"):
            np.asarray(f["null"], copy=False)


@pytest.mark.parametrize("share", [1, 50, 1 << 20])
@pytest.mark.parametrize(
    "selection",
    [
        np.s_[...],
        np.s_[1:3],
        np.s_[::2, ::-1],
        np.s_[2],
        np.s_[[0, 3], 1:5:2],
        np.s_[:, [1, 5]],
        NUMBERS % 5 == 0,
    ],
    ids=str,
)
def test_a_copy_of_what_is_selected(
    path: Path, selection: Any, share: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_memory, "_SHARE", share)
    with purehdf.File(path) as f:
        found = f["plain"][selection]
        assert found.flags.writeable
        assert found.dtype == NUMBERS.dtype
        assert found.tolist() == NUMBERS[selection].tolist()
        assert f["nothing"][...].shape == (0, 3)
