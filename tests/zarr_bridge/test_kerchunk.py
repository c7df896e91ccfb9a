"""Exported references, read by fsspec and zarr alone, hold what h5py reads, or report it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from purehdf.zarr_bridge.capabilities import HAS_MORE_TYPES
from purehdf.zarr_bridge.chunk_references import references
from purehdf.zarr_bridge.kerchunk import kerchunk_dict, to_kerchunk, write_kerchunk

from .conftest import Make
from .reference_store import ZARR_WARNS, open_group, reference_differences

FILES = json.loads((Path(__file__).parents[2] / "fixtures" / "MANIFEST.json").read_text())["files"]
GOOD = [each["name"] for each in FILES if each["expect"] == "values"]

pytestmark = [
    ZARR_WARNS,
    pytest.mark.skipif(
        not HAS_MORE_TYPES,
        reason="zarr-python 3.0 reads fewer types: test_fixtures goes through them",
    ),
]


@pytest.mark.parametrize("threshold", [0, 500])
@pytest.mark.parametrize("name", GOOD)
def test_equals_h5py(
    name: str, threshold: int, zarr_format: int, fixture_file: Callable[[str], Path]
) -> None:
    path = fixture_file(name)
    found = references(path, inline_threshold=threshold, zarr_format=zarr_format)
    assert reference_differences(path, kerchunk_dict(found), found) == []


# One file of each layout, index, filter and kind of element: writing Parquet knows no more kinds.
FEW = [name for name in GOOD if name.startswith(("chunks", "index", "datatype", "filter", "lay"))]


def _warned(options: dict[str, Any], path: Path) -> Any:
    left = references(path, **options).left_out
    return pytest.warns(UserWarning, match="left out") if left else nullcontext()


@pytest.mark.filterwarnings("ignore:The 'fastparquet' engine is deprecated")
@pytest.mark.parametrize("name", FEW)
def test_parquet_equals_h5py(
    name: str, fixture_file: Callable[[str], Path], tmp_path: Path
) -> None:
    """Written with pyarrow; fsspec reads it with fastparquet."""
    pytest.importorskip("pyarrow")
    pytest.importorskip("fastparquet")
    path, refs = fixture_file(name), tmp_path / "refs.parq"
    with _warned({"inline_threshold": 20}, path):
        found = write_kerchunk(path, refs, record_size=7, inline_threshold=20)
    assert reference_differences(path, refs, found) == []


# Where kerchunk is right, and what is referenced there.
SAME = [
    "chunks_3000.h5",
    "chunks_deep.h5",
    "chunks_edges.h5",
    "climate.nc",
    "filter_deflate.h5",
    "filter_shuffle_deflate.h5",
    "filter_sparse.h5",
    "index_btree_v2.h5",
    "index_fixed_array.h5",
    "index_implicit.h5",
    "layout_contiguous.h5",
    "userblock_512.h5",
]


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", SAME)
def test_the_same_as_kerchunk(name: str, fixture_file: Callable[[str], Path]) -> None:
    """All byte ranges are those of kerchunk, and the arrays' metadata but for the fill value."""
    hdf = pytest.importorskip("kerchunk.hdf")
    path = str(fixture_file(name))
    theirs = hdf.SingleHdf5ToZarr(path, inline_threshold=0, error="ignore").translate()["refs"]
    ours = to_kerchunk(path, inline_threshold=0)["refs"]
    # A netCDF dimension without a variable is an array to kerchunk, where space was allocated.
    left = {e.path[1:] for e in references(path).report if e.how == "dimension"}
    ranges = {
        key: value
        for key, value in theirs.items()
        if isinstance(value, list) and key.rpartition("/")[0] not in left
    }
    assert ranges
    assert {key: ours.get(key) for key in ranges} == ranges
    for key in theirs:
        if key.endswith(".zarray") and any(each.startswith(key[:-7]) for each in ranges):
            assert _layout(ours[key]) == _layout(theirs[key])


def _layout(document: str) -> dict[str, Any]:
    """What says how to decode: kerchunk gives an unstated fill value as zero, or as null."""
    found: dict[str, Any] = json.loads(document)
    del found["fill_value"]
    found["filters"] = found["filters"] or None
    return found


def test_a_file_of_several_pieces_reads_on_beyond_its_edge(make_file: Make) -> None:
    """Pieces of a contiguous dataset stay references, though the last of a row is shorter."""
    values = np.arange(3 * 7 * 4).reshape(3, 7, 4)

    def write(f: h5py.File) -> None:
        f["a"], f["b"] = values, np.zeros(1000)

    path = make_file(write)
    found = references(path, inline_threshold=0, max_chunksize=97)
    array = found.arrays["a"]
    assert array.shape[1] % array.chunks[1]
    assert array.inlined == []
    assert np.array_equal(open_group(kerchunk_dict(found), found)["a"][...], values)


def test_what_is_left_out_brings_a_warning(fixture_file: Callable[[str], Path]) -> None:
    path = fixture_file("datatype_vlen_strings.h5")
    with pytest.warns(UserWarning, match="too many to inline"):
        refs = to_kerchunk(path, embed_threshold=0)["refs"]
    found = references(path, embed_threshold=0)
    left = [entry.path.strip("/") for entry in found.left_out]
    assert left
    assert not any(key.startswith(f"{path}/") for key in refs for path in left)


def test_a_target_without_a_name_needs_a_url(fixture_file: Callable[[str], Path]) -> None:
    path = fixture_file("filter_deflate.h5")
    with pytest.raises(ValueError, match="url="):
        to_kerchunk(path.read_bytes())
    given = to_kerchunk(path.read_bytes(), url="s3://bucket/x.h5", inline_threshold=0)["refs"]
    urls = {value[0] for value in given.values() if isinstance(value, list)}
    assert urls == {"s3://bucket/x.h5"}


@pytest.mark.parametrize(
    "options",
    [{"zarr_format": 4}, {"max_chunksize": 0}],
)
def test_wrong_options(options: dict[str, Any], fixture_file: Callable[[str], Path]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        to_kerchunk(fixture_file("filter_deflate.h5"), **options)


def test_parquet_spares_what_is_no_reference_set(
    fixture_file: Callable[[str], Path], tmp_path: Path
) -> None:
    pytest.importorskip("pyarrow")
    folder = tmp_path / "mine.parq"
    folder.mkdir()
    (folder / "letter.txt").write_text("kept")
    with pytest.raises(ValueError, match="something other"):
        write_kerchunk(fixture_file("filter_deflate.h5"), folder)
    assert (folder / "letter.txt").read_text() == "kept"


@pytest.mark.filterwarnings("ignore:The 'fastparquet' engine is deprecated")
@pytest.mark.parametrize("name", ["refs.json", "refs.parq"])
def test_bytes_that_look_like_base64(name: str, make_file: Make, tmp_path: Path) -> None:
    if name.endswith("parq"):
        pytest.importorskip("pyarrow")
        pytest.importorskip("fastparquet")
    values = np.frombuffer(b"base64:QUJD", np.uint8)
    path = make_file(lambda f: f.create_dataset("a", data=values))
    found = write_kerchunk(path, tmp_path / name, record_size=3)
    assert np.array_equal(open_group(tmp_path / name, found)["a"][...], values)


def test_json_in_a_file(fixture_file: Callable[[str], Path], tmp_path: Path) -> None:
    path, out = fixture_file("climate.nc"), tmp_path / "refs.json"
    found = write_kerchunk(path, out)
    assert json.loads(out.read_text()) == kerchunk_dict(found)
    assert reference_differences(path, out, found) == []
