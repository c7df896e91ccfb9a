"""Virtual datasets (III.F) of a fixed shape."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import purehdf
from tests.data.indexing import arguments, outer

from .sources import h5s, rows, source, space, virtual

SameValues = Callable[[Path, str], np.ndarray]
SHAPE = (7, 6)


@pytest.fixture(scope="module")
def mosaic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rows out of files, a patch, woven columns, and holes; chunked and filtered sources."""
    folder = tmp_path_factory.mktemp("mosaic")
    for i in range(3):
        how = {"chunks": (4,), "compression": 4} if i else {}
        source(folder / f"row{i}.h5", "group/data", rows(3, 6)[i] + 1, **how)
    source(folder / "parts" / "grid.h5", "grid", rows(9, 9) + 100, chunks=(2, 5))
    path = folder / "mosaic.h5"
    with h5py.File(path, "w", libver="latest") as file:
        row, grid = space((6,)), (9, 9)
        mappings = [
            (space(SHAPE, ((i, 0), (1, 6))), f"row{i}.h5", "group/data", row) for i in range(3)
        ]
        mappings += [
            # Every second column of two rows, from blocks of the grid.
            (
                space(SHAPE, ((4, 0), (2, 3), (1, 2))),
                "parts/grid.h5",
                "grid",
                space(grid, ((1, 2), (1, 3), (1, 2), (2, 1))),
            ),
            (
                space(SHAPE, ((5, 1), (1, 2), (1, 2))),
                "parts/grid.h5",
                "/grid",
                space(grid, ((8, 7), (1, 2))),
            ),
            (space(SHAPE, ((6, 0), (1, 6))), "no such file.h5", "group/data", row),
            (space(SHAPE, ((3, 0), (1, 6))), "row0.h5", "group/none", row),
        ]
        virtual(file, "mosaic", SHAPE, mappings, fill=-7)
        virtual(file, "nested", SHAPE, [(space(SHAPE), ".", "mosaic", space(SHAPE))])
        data = as_h5py_reads(file["mosaic"])
        file["all"] = data
    return path


def as_h5py_reads(dataset: h5py.Dataset) -> np.ndarray:
    """The elements as h5py reads them, in a file that it wrote."""
    dataset.file.flush()
    return dataset[()]


def test_all(mosaic: Path, same_values: SameValues) -> None:
    found = same_values(mosaic, "mosaic")
    assert found[0].tolist() == [1, 2, 3, 4, 5, 6]
    assert found[3].tolist() == found[6].tolist() == [-7] * 6
    assert (found[4:6, ::2] > 100).all()
    same_values(mosaic, "nested")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_kind_of_index(mosaic: Path, data: Any) -> None:
    args = data.draw(arguments(SHAPE))
    with purehdf.File(mosaic) as file:
        whole = file["all"][()]
        for name in ("mosaic", "nested"):
            np.testing.assert_array_equal(np.asarray(file[name][args]), outer(whole, args))


def test_a_mask_of_the_whole_shape(mosaic: Path) -> None:
    random = np.random.default_rng(1)
    with purehdf.File(mosaic) as file:
        whole = file["all"][()]
        for share in (0, 0.1, 0.5, 1):
            mask = random.random(SHAPE) < share
            np.testing.assert_array_equal(file["mosaic"][mask], whole[mask])
            np.testing.assert_array_equal(file["nested"][mask], whole[mask])


def test_its_properties(mosaic: Path) -> None:
    with h5py.File(mosaic) as theirs, purehdf.File(mosaic) as ours:
        for name in ("mosaic", "nested", "all"):
            assert ours[name].is_virtual is theirs[name].is_virtual
            for key in ("shape", "maxshape", "dtype", "chunks", "fillvalue", "compression"):
                assert getattr(ours[name], key) == getattr(theirs[name], key), (name, key)


def test_a_missing_source_is_fill_value(tmp_path: Path, same_values: SameValues) -> None:
    path = source(tmp_path / "source.h5", "data", rows(1, 6)[0])
    with h5py.File(tmp_path / "virtual.h5", "w", libver="latest") as file:
        mapping = (space((6,)), "source.h5", "data", space((6,)))
        virtual(file, "v", (6,), [mapping], fill=9)
    assert same_values(tmp_path / "virtual.h5", "v").tolist() == [0, 1, 2, 3, 4, 5]
    path.unlink()
    assert same_values(tmp_path / "virtual.h5", "v").tolist() == [9] * 6


def test_nested_through_several_files(tmp_path: Path, same_values: SameValues) -> None:
    """Names count from the folder of the file that holds them."""
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    source(deep / "source.h5", "data", rows(1, 6)[0])
    chain = [("a/b/middle.h5", "source.h5", "data"), ("a/top.h5", "b/middle.h5", "v")]
    for where, filename, name in [*chain, ("file.h5", "a/top.h5", "v")]:
        with h5py.File(tmp_path / where, "w", libver="latest") as file:
            virtual(file, "v", (6,), [(space((6,)), filename, name, space((6,)))])
    assert same_values(tmp_path / "file.h5", "v").tolist() == [0, 1, 2, 3, 4, 5]


def test_irregular_selections(tmp_path: Path, same_values: SameValues) -> None:
    source(tmp_path / "source.h5", "data", rows(8, 8))
    with h5py.File(tmp_path / "file.h5", "w", libver="latest") as file:
        taken = space((8, 8), ((0, 0), (3, 2)))
        taken.select_hyperslab((5, 3), (1, 5), op=h5s.SELECT_OR)
        put = space((11, 3), ((0, 0), (2, 2)))
        put.select_hyperslab((4, 1), (7, 1), op=h5s.SELECT_OR)
        virtual(file, "v", (11, 3), [(put, "source.h5", "data", taken)])
    found = same_values(tmp_path / "file.h5", "v")
    with purehdf.File(tmp_path / "file.h5") as file:
        for args in [np.s_[4:9, 1:], np.s_[::3, 1], np.s_[1], np.s_[:2, :2], np.s_[[0, 5, 9], 1]]:
            np.testing.assert_array_equal(file["v"][args], found[args])


def test_layouts_of_h5py(tmp_path: Path, same_values: SameValues) -> None:
    for i in range(4):
        source(tmp_path / f"{i}.h5", "data", np.arange(100) + 1000 * i)
    layout = h5py.VirtualLayout(shape=(4, 100), dtype="f8")
    woven = h5py.VirtualLayout(shape=(400,), dtype="i8")
    stacked = h5py.VirtualLayout(shape=(2, 2, 50), dtype="i8")
    for i in range(4):
        made = h5py.VirtualSource(tmp_path / f"{i}.h5", "data", shape=(100,))
        layout[i] = made
        woven[i::4] = made
        stacked[i // 2, i % 2] = made[i : i + 50]
    with h5py.File(tmp_path / "file.h5", "w", libver="latest") as file:
        file.create_virtual_dataset("rows", layout, fillvalue=-5)
        file.create_virtual_dataset("woven", woven)
        file.create_virtual_dataset("stacked", stacked)
    for name in ("rows", "woven", "stacked"):
        same_values(tmp_path / "file.h5", name)


def test_a_type_that_holds_the_source_is_converted_to(
    tmp_path: Path, same_values: SameValues
) -> None:
    """Elements of the source of fewer bytes, or of the other byte order."""
    with h5py.File(tmp_path / "file.h5", "w", libver="latest") as file:
        file["i2"] = np.array([-3, 2, 30_000], "<i2")
        file["big"] = np.array([-3, 2, 30_000], ">i4")
        for name in ("i2", "big"):
            virtual(file, f"v {name}", (3,), [(space((3,)), ".", name, space((3,)))])
    for name in ("i2", "big"):
        assert same_values(tmp_path / "file.h5", f"v {name}").tolist() == [-3, 2, 30_000]


def test_a_type_that_could_change_values_is_refused(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "file.h5", "w", libver="latest") as file:
        file["f8"] = np.array([0.5, 1e300])
        virtual(file, "v", (2,), [(space((2,)), ".", "f8", space((2,)))])
    with (
        purehdf.File(tmp_path / "file.h5") as file,
        pytest.raises(purehdf.UnsupportedError, match="could change values"),
    ):
        file["v"][()]


@pytest.mark.parametrize("name", ["strings", "compound", "vlen"])
def test_sources_of_other_types(tmp_path: Path, name: str, same_values: SameValues) -> None:
    path = tmp_path / "file.h5"
    made = {
        "strings": np.array(["a", "", "longer"], h5py.string_dtype()),
        "compound": np.array([(1, b"a"), (2, b"b"), (3, b"c")], [("n", "<i4"), ("s", "S3")]),
        "vlen": np.array([[1], [], [1, 2]], h5py.vlen_dtype("<i4"))
        if name != "vlen"
        else np.array([np.array(x, "<i4") for x in ([1], [2, 3, 4], [1, 2])], object),
    }[name]
    dtype = h5py.vlen_dtype("<i4") if name == "vlen" else made.dtype
    with h5py.File(path, "w", libver="latest") as file:
        file.create_dataset("source", data=made, dtype=dtype)
        layout = h5py.VirtualLayout((5,), dtype)
        layout[1:4] = h5py.VirtualSource(".", "source", (3,), dtype)
        file.create_virtual_dataset("v", layout)
    with h5py.File(path) as theirs, purehdf.File(path) as ours:
        wanted, found = theirs["v"][1:4], ours["v"][1:4]
        for a, b in zip(wanted, found, strict=True):
            assert np.asarray(a).tolist() == np.asarray(b).tolist()


def test_the_size_of_a_virtual_dataset_has_no_bound(tmp_path: Path) -> None:
    """Nothing is listed that was not asked for: neither of the mapping nor of the extent."""
    length = 1 << 48
    with h5py.File(tmp_path / "file.h5", "w") as file:
        source = file.create_dataset("source", (length,), "i4", chunks=(1000,), fillvalue=7)
        source[length - 3 :] = [1, 2, 3]
        layout = h5py.VirtualLayout((length + 5,), "i4")
        layout[:length] = h5py.VirtualSource(source)
        file.create_virtual_dataset("all", layout, fillvalue=-1)
        layout = h5py.VirtualLayout((length // 2,), "i4")
        layout[:] = h5py.VirtualSource(source)[1::2]
        file.create_virtual_dataset("odd", layout)
    with purehdf.File(tmp_path / "file.h5") as file:
        assert file["all"][length - 4 :].tolist() == [7, 1, 2, 3, -1, -1, -1, -1, -1]
        assert file["odd"][-2:].tolist() == [1, 3]


def test_only_the_sources_that_count_are_opened(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "file.h5", "w", libver="latest") as file:
        file["inside"] = np.arange(5)
        layout = h5py.VirtualLayout((10,), "i8")
        layout[:5] = h5py.VirtualSource(".", "inside", (5,))
        layout[5:] = h5py.VirtualSource("/etc/elsewhere.h5", "outside", (5,))
        file.create_virtual_dataset("v", layout)
    with purehdf.File(tmp_path / "file.h5") as file:
        assert file["v"][2:5].tolist() == [2, 3, 4]
        with pytest.raises(purehdf.ExternalAccessError):
            file["v"][2:6]
