"""All attributes of an object at once: the values are those that each one gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import purehdf
from purehdf.errors import FormatError, PureHDFError
from purehdf.source import BytesSource, CountingSource

VALUES: dict[str, Any] = {
    "scalar": 0.5,
    "big-endian": np.array(7, ">i4"),
    "numbers": np.arange(6).reshape(2, 3),
    "nothing": np.zeros((0, 2)),
    "string": "länger",
    "strings": np.array(["a", "", "ccc"], object),
    "fixed": np.bytes_(b"abc"),
    "flag": np.bool_(True),
    "complex": 1 + 2j,
    "compound": np.array((1, 2.0), [("a", "<i4"), ("b", "<f8")]),
    "opaque": np.void(b"\1\2\3"),
    "time": np.array("2001-02-03", "M8[D]").astype(h5py.opaque_dtype("M8[D]")),
}


@pytest.fixture(params=["earliest", "latest"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    made = tmp_path / "made.h5"
    with h5py.File(made, "w", libver=request.param) as f:
        for name in ("one", "two"):
            attrs = f.create_group(name).attrs
            for key, value in VALUES.items():
                attrs[key] = value
            attrs["empty"] = h5py.Empty("f4")
            attrs["reference"] = f[name].ref
            attrs.create("array", np.arange(6).reshape(2, 3), (2, 3), np.dtype((np.int64, (2, 3))))
            attrs.create("vlen", [np.arange(2), np.arange(3)], dtype=h5py.vlen_dtype(np.int16))
            texts = np.array(["x", "yy"], object)
            attrs.create("texts", texts, (2,), np.dtype((h5py.string_dtype(), (2,))))
    return made


def plain(value: Any) -> Any:
    """What can be compared: class, dtype and elements."""
    dtype = value.dtype.str if isinstance(value, np.ndarray | np.generic) else None
    listed = value.tolist() if dtype else value
    if isinstance(listed, list) and isinstance(listed[0] if listed else None, np.ndarray):
        listed = [each.tolist() for each in listed]
    return type(value).__name__, dtype, listed


def test_items_and_values_are_those_of_each(path: Path) -> None:
    with purehdf.File(path) as f:
        for name in ("one", "two"):  # the second one finds what the first has left
            items = f[name].attrs.items()
            assert len(items) == len(list(items)) == len(VALUES) + 5
            each = {key: f[name].attrs[key] for key in f[name].attrs}
            assert {k: plain(v) for k, v in items} == {k: plain(v) for k, v in each.items()}
            values = list(map(plain, f[name].attrs.values()))
            assert values == [plain(v) for _, v in items]


def test_they_are_h5pys(path: Path) -> None:
    same = [*VALUES, "array", "vlen", "texts"]
    with purehdf.File(path) as f, h5py.File(path) as wanted:
        found = dict(f["two"].attrs.items())
        assert {k: plain(found[k]) for k in same} == {
            k: plain(wanted["two"].attrs[k]) for k in same
        }


def test_values_are_nobody_elses(path: Path) -> None:
    with purehdf.File(path) as f:
        dict(f["one"].attrs.items())["numbers"][:] = -1
        f["one"].attrs["numbers"][:] = -1
        assert dict(f["two"].attrs.items())["numbers"].tolist() == [[0, 1, 2], [3, 4, 5]]
        assert f["one"].attrs["numbers"].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_an_unreadable_one_raises_in_its_turn(tmp_path: Path) -> None:
    path = tmp_path / "made.h5"
    with h5py.File(path, "w") as f:
        for name in ("a", "b", "c"):
            f.attrs[name] = f"text of {name}"
    data = path.read_bytes()
    at = data.index(b"text of b") - 16
    path.write_bytes(data[:at] + b"\x77\0" + data[at + 2 :])  # the object has another index
    with purehdf.File(path) as f:
        items = iter(f.attrs.items())
        assert next(items) == ("a", "text of a")
        with pytest.raises(FormatError) as error:
            next(items)
        assert error.value.path == "/@b"
        with pytest.raises(FormatError) as alone:
            _ = f.attrs["b"]
        assert str(alone.value) == str(error.value)
        assert f.attrs["c"] == "text of c"


def test_a_damaged_message_is_listed_and_raises(tmp_path: Path) -> None:
    path = tmp_path / "made.h5"
    with h5py.File(path, "w") as f:
        f.attrs["bad"] = 1.0
        f.attrs["good"] = 2.0
    data = bytearray(path.read_bytes())
    data[data.index(b"bad\0") - 8] = 9  # the version
    path.write_bytes(data)
    with purehdf.File(path) as f:
        assert f.attrs["good"] == 2.0
        assert len(f.attrs) == 2
        with pytest.raises(PureHDFError, match="version"):
            dict(f.attrs.items())


def test_heaps_are_read_side_by_side(tmp_path: Path) -> None:
    path = tmp_path / "made.h5"
    with h5py.File(path, "w") as f:
        for i in range(5):  # each in a collection of its own
            f.attrs[f"a{i}"] = "x" * 5000
            f.create_dataset(f"apart{i}", data=np.zeros(200_000))
    source = CountingSource(BytesSource(path.read_bytes()))
    with purehdf.File(source) as f:
        len(f.attrs)
        before = f.io_stats().waves
        assert set(f.attrs.values()) == {"x" * 5000}
        assert f.io_stats().waves == before + 1
