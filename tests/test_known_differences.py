"""KNOWN_DIFFERENCES.md: each difference is there, and each has a test of its name here."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from h5py import h5p

import purehdf
from fixtures.generate.hdf5 import create, dataset, dcpl, set_undefined_fill
from tests.conftest import ROOT
from tests.features.sources import source, space, virtual
from tests.hostile.maker import (
    CONTINUATION,
    INT32,
    LINK_INFO,
    Maker,
    compact,
    contiguous,
    hard_link,
    simple,
)
from tests.hostile.maker import dataset as messages


def test_all_are_listed() -> None:
    text = (ROOT / "KNOWN_DIFFERENCES.md").read_text("utf-8")
    listed = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    tested = [name.removeprefix("test_") for name in globals() if name.startswith("test_")]
    assert sorted(listed) == sorted(set(tested) - {"all_are_listed"})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.h5"


def h5py_reads(path: Path, name: str = "d") -> Any:
    with h5py.File(path) as file:
        return file[name][()]


def purehdf_reads(path: Path, name: str = "d") -> Any:
    with purehdf.File(path) as file:
        return file[name][()]


# -- purehdf is right


def test_chunk_positions(path: Path) -> None:
    values = np.arange(60, dtype="<i4").reshape(10, 6)
    with h5py.File(path, "w", libver="latest") as file:
        file.create_dataset("d", data=values, chunks=(2, 2), maxshape=(10, None))
    raw = path.read_bytes()

    def wrong(chunks: list[Any]) -> int:
        """Chunks whose bytes are not those of the place that they are said to be in."""
        return sum(
            raw[c.byte_offset : c.byte_offset + c.size]
            != values[c.chunk_offset[0] :, c.chunk_offset[1] :][:2, :2].tobytes()
            for c in chunks
        )

    for library, expected in ((h5py, True), (purehdf, False)):
        with library.File(path) as file:
            number = file["d"].id.get_num_chunks()
            chunks = [file["d"].id.get_chunk_info(i) for i in range(number)]
            assert bool(wrong(chunks)) is expected


@pytest.mark.parametrize("dtype", [">i4", ">f8", ">c8"])
def test_big_endian_sequences(path: Path, dtype: str) -> None:
    values = np.array([1, 2, 3], dtype)
    with h5py.File(path, "w") as file:
        file.create_dataset("d", (1,), h5py.vlen_dtype(np.dtype(dtype)))[0] = values
    assert purehdf_reads(path)[0].tolist() == values.tolist()
    assert h5py_reads(path)[0].tolist() != values.tolist()


def test_unlimited_in_short_lengths(path: Path) -> None:
    plist = dcpl()
    plist.set_chunk((2,))
    with create(path, sizes=(8, 4)) as file:
        dataset(file, "d", (4,), "<i4", plist, (None,))
    with h5py.File(path) as theirs, purehdf.File(path) as ours:
        assert theirs["d"].maxshape == (0xFFFFFFFF,)
        assert ours["d"].maxshape == (None,)


def test_sequences_in_fill_values(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file.create_dataset("d", (2,), [("name", h5py.string_dtype())])
    with h5py.File(path) as theirs, purehdf.File(path) as ours:
        assert theirs["d"].fillvalue["name"] is None
        assert ours["d"].fillvalue["name"] == b""
        assert theirs["d"][0]["name"] == ours["d"][0]["name"] == b""


def stored(path: Path, chunk: bytes) -> None:
    with h5py.File(path, "w") as file:
        data = file.create_dataset("d", (1024,), "u1", chunks=(1024,), compression=1)
        data.id.write_direct_chunk((0,), chunk)


def test_short_chunks(path: Path) -> None:
    stored(path, zlib.compress(b"ab"))
    assert h5py_reads(path)[:2].tobytes() == b"ab"
    with pytest.raises(purehdf.TruncatedError):
        purehdf_reads(path)


def test_keys_behind_the_last_chunk(path: Path) -> None:
    with h5py.File(path, "w", libver="earliest") as file:
        values = np.arange(1, 17, dtype="<i4").reshape(4, 4)
        file.create_dataset("d", data=values, chunks=(2, 2))
    data = bytearray(path.read_bytes())
    last = data.index(b"TREE\1") + 24 + 4 * (8 + 24 + 8)
    data[last + 8 : last + 32] = struct.pack("<3Q", 2, 2, 0)
    path.write_bytes(data)
    assert h5py_reads(path)[2:, 2:].tolist() == [[0, 0], [0, 0]]
    np.testing.assert_array_equal(purehdf_reads(path), values)


# -- purehdf reads on


def test_flagged_as_open(path: Path) -> None:
    with h5py.File(path, "w", libver="v110") as file:
        file["d"] = 5
    data = bytearray(path.read_bytes())
    data[11] = 1  # file consistency flags
    data[44:48] = purehdf_checksum(bytes(data[:44]))
    path.write_bytes(data)
    with pytest.raises(OSError, match="open for write"):
        h5py.File(path)
    with pytest.warns(purehdf.FileStateWarning, match="flagged as open"):
        assert purehdf_reads(path) == 5


def purehdf_checksum(covered: bytes) -> bytes:
    from purehdf.format.checksum import lookup3

    return lookup3(covered).to_bytes(4, "little")


def test_cut_off(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file["d"] = 5
        file["last"] = np.arange(1000)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(OSError, match="truncated"):
        h5py.File(path)
    with pytest.warns(purehdf.FileStateWarning, match="cut off"):
        assert purehdf_reads(path) == 5
    with pytest.warns(purehdf.FileStateWarning), pytest.raises(purehdf.TruncatedError):
        purehdf_reads(path, "last")


def test_damaged_aside(corpus: Path) -> None:
    path = corpus / "open/hdf5/test/testfiles/cve_2020_10810.h5"
    with pytest.raises(OSError, match="ran off end"):
        h5py.File(path)
    with purehdf.File(path) as file:
        assert len(file) == 1


def test_undefined_fill_value(path: Path) -> None:
    plist = h5p.create(h5p.DATASET_CREATE)
    set_undefined_fill(plist)
    with h5py.File(path, "w") as file:
        dataset(file, "d", (4,), "<i4", plist)
    with h5py.File(path) as file, pytest.raises(RuntimeError, match="undefined"):
        file["d"].fillvalue  # noqa: B018
    with purehdf.File(path) as file:
        assert file["d"].fillvalue == 0


def test_source_in_a_missing_group(path: Path) -> None:
    with h5py.File(path, "w", libver="latest") as file:
        for name, where in (("d", "no/source"), ("other", "none")):
            virtual(file, name, (3,), [(space((3,)), ".", where, space((3,)))], fill=7)
    assert h5py_reads(path, "other").tolist() == [7] * 3
    with pytest.raises(OSError, match="not found"):
        h5py_reads(path)
    assert purehdf_reads(path, "other").tolist() == purehdf_reads(path).tolist() == [7] * 3


def test_names_that_are_no_text(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file.create_dataset("good", data=1)
        file.create_dataset(b"caf\xe9", data=2)
    with h5py.File(path) as theirs, purehdf.File(path) as ours:
        assert set(theirs) == {"good", b"caf\xe9"}
        assert set(ours) == {"good", "caf\udce9"}
        assert ours["caf\udce9"][()] == theirs[b"caf\xe9"][()] == 2


# -- purehdf refuses


def with_chunk_key(path: Path, new: tuple[int, int, int]) -> None:
    """Write four chunks, and change the key of the third; its last number is always zero."""
    with h5py.File(path, "w", libver="earliest") as file:
        values = np.arange(1, 17, dtype="<i4").reshape(4, 4)
        file.create_dataset("d", data=values, chunks=(2, 2))
    data, key = path.read_bytes(), struct.pack("<II3Q", 16, 0, 2, 0, 0)
    assert data.count(key) == 1
    path.write_bytes(data.replace(key, struct.pack("<II3Q", 16, 0, *new)))


def test_chunks_off_the_grid(path: Path) -> None:
    with_chunk_key(path, (2, 0, 4))
    assert h5py_reads(path)[2:].tolist() == [[0, 0, 11, 12], [0, 0, 15, 16]]
    with pytest.raises(purehdf.FormatError, match="not on the grid"):
        purehdf_reads(path)


def test_chunks_out_of_order(path: Path) -> None:
    with_chunk_key(path, (1000, 0, 0))
    assert 0 in h5py_reads(path)
    with pytest.raises(purehdf.FormatError, match="not in order"):
        purehdf_reads(path)


def test_two_links_of_one_name(path: Path) -> None:
    maker = Maker()
    first, second = (
        maker.header(messages(simple(1), compact(struct.pack("<i", i)))) for i in (1, 2)
    )
    path.write_bytes(maker.finish(maker.group([hard_link("d", first), hard_link("d", second)])))
    with h5py.File(path) as file:
        assert list(file) == ["d", "d"]
    with purehdf.File(path) as file, pytest.raises(purehdf.FormatError, match="same name"):
        list(file)


def test_too_long_an_output(path: Path) -> None:
    stored(path, zlib.compress(bytes(5000)))
    assert h5py_reads(path).tolist() == [0] * 1024
    with pytest.raises(purehdf.LimitError):
        purehdf_reads(path)
    stored(path, zlib.compress(bytes(1500)))
    assert purehdf_reads(path).tolist() == [0] * 1024


def test_types_nested_too_deep(path: Path) -> None:
    deep = b"\x36\1\0\0" + struct.pack("<I", 4) + b"a\0\0"
    path.write_bytes(Maker().only(messages(simple(1), compact(bytes(4)), deep * 100 + INT32)))
    assert h5py_reads(path).dtype.names == ("a",)
    with pytest.raises(purehdf.LimitError, match="nested too deep"):
        purehdf_reads(path)
    with purehdf.File(path, limits=purehdf.Limits(datatype_depth=101)) as file:
        assert file["d"].dtype.names == ("a",)


def test_too_many_continuations(path: Path) -> None:
    maker = Maker()
    block = b"OCHK" + struct.pack("<BHB", 0, 16, 0) + bytes(16)
    at = maker.add(block + purehdf_checksum(block))
    for _ in range(1100):
        block = b"OCHK" + struct.pack("<BHBQQ", CONTINUATION, 16, 0, at, 28)
        at = maker.add(block + purehdf_checksum(block))
    links = [(LINK_INFO, b"\0\0" + b"\xff" * 16), (CONTINUATION, struct.pack("<QQ", at, 28))]
    path.write_bytes(maker.finish(maker.header(links)))
    with h5py.File(path) as file:
        assert list(file) == []
    with pytest.raises(purehdf.LimitError, match="continuation"):
        purehdf.File(path)


def test_lossy_virtual_datasets(path: Path) -> None:
    with h5py.File(path, "w", libver="latest") as file:
        file["source"] = [0.5, 70_000.0]
        layout = h5py.VirtualLayout((2,), "i2")
        layout[:] = h5py.VirtualSource(".", "source", (2,))
        file.create_virtual_dataset("d", layout)
    assert h5py_reads(path).tolist() == [0, 32767]
    with pytest.raises(purehdf.UnsupportedError, match="could change values"):
        purehdf_reads(path)


def test_contradicting_sizes(path: Path) -> None:
    maker = Maker()
    place = maker.add(struct.pack("<4i", 1, 2, 3, 4))
    path.write_bytes(maker.only(messages(simple(4), contiguous(place, 8))))
    assert h5py_reads(path).tolist() == [1, 2, 3, 4]
    with pytest.raises(purehdf.FormatError, match="contradict"):
        purehdf_reads(path)


def test_quad_precision(corpus: Path) -> None:
    path = corpus / "open/scigolib/testdata/hdf5_official/tcomplex.h5"
    with h5py.File(path) as file:
        assert file["DatasetLongDoubleComplex"].dtype.kind == "c"
    with purehdf.File(path) as file, pytest.raises(purehdf.UnsupportedError, match="mantissa"):
        _ = file["DatasetLongDoubleComplex"].dtype


# -- other files


def test_outside_the_folder(tmp_path: Path) -> None:
    source(tmp_path / "other.h5", "d", np.arange(3))
    (tmp_path / "folder").mkdir()
    path = tmp_path / "folder" / "file.h5"
    with h5py.File(path, "w") as file:
        file["d"] = h5py.ExternalLink("../other.h5", "d")
    assert h5py_reads(path).tolist() == [0, 1, 2]
    with pytest.raises(purehdf.ExternalAccessError, match=r"\.\./other\.h5"):
        purehdf_reads(path)


def test_external_storage_beside_the_file(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: Callable[..., Any]
) -> None:
    (path.parent / "raw").write_bytes(b"abcd")
    with h5py.File(path, "w") as file:
        file.create_dataset("d", (4,), "u1", external=[("raw", 0, 4)])
    monkeypatch.chdir(path.parent)
    assert h5py_reads(path).tobytes() == purehdf_reads(path).tobytes() == b"abcd"
    monkeypatch.chdir("/")
    assert purehdf_reads(path).tobytes() == b"abcd"
    with pytest.raises(OSError, match="unable to open external raw data file"):
        h5py_reads(path)
