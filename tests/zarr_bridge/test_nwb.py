"""NWB files read by PyNWB through Zarr, against PyNWB's own reader."""

from __future__ import annotations

import json
import pickle
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import h5py
import numpy as np
import pytest
import zarr
from numpy.testing import assert_array_equal

from purehdf.source import BytesSource, CountingSource
from purehdf.zarr_bridge import HDF5Store, HDF5Zarr, open_as_zarr

pytest.importorskip("pynwb")

from hdmf.backends.errors import UnsupportedOperation
from pynwb import NWBHDF5IO, get_type_map, validate

from purehdf.zarr_bridge.capabilities import HAS_MORE_TYPES
from purehdf.zarr_bridge.nwb import NWBZARRHDF5IO, NWBStore

from .nwb_compare import builder_differences, container_differences, plain
from .nwb_files import extended_types, write_extended, write_linked, write_nwb

pytestmark = pytest.mark.skipif(not HAS_MORE_TYPES, reason="zarr-python before 3.1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nwb")
    write_nwb(folder / "first.nwb")
    write_linked(folder / "second.nwb", folder / "first.nwb")
    return folder


@pytest.fixture
def path(folder: Path) -> Path:
    return folder / "first.nwb"


@pytest.mark.parametrize(
    ("name", "load_namespaces"),
    [("first.nwb", True), ("first.nwb", False), ("second.nwb", False)],
)
def test_as_pynwb_reads_it(folder: Path, name: str, load_namespaces: bool) -> None:
    path = folder / name
    with (
        NWBZARRHDF5IO(path, mode="r", load_namespaces=load_namespaces) as ours,
        NWBHDF5IO(path, mode="r", load_namespaces=load_namespaces) as theirs,
    ):
        assert list(builder_differences(ours.read_builder(), theirs.read_builder())) == []
        assert list(container_differences(ours.read(), theirs.read())) == []


def test_the_comparison_sees_differences(folder: Path, path: Path) -> None:
    changed = folder / "changed.nwb"
    changed.write_bytes(path.read_bytes())
    with h5py.File(changed, "r+") as f:
        f["acquisition/first/data"][7, 1] += 1
        f["acquisition/raw"].attrs["comments"] = "changed"
        row = f["intervals/trials/timeseries"][0]
        row["timeseries"] = f["acquisition/noise"].ref
        f["intervals/trials/timeseries"][0] = row
    with (
        NWBZARRHDF5IO(changed, load_namespaces=False) as ours,
        NWBHDF5IO(path, load_namespaces=False) as theirs,
    ):
        found = "\n".join(container_differences(ours.read(), theirs.read()))
    for place in ("TimeSeries first.data", "raw.comments", "VectorData timeseries:", "trials[0]"):
        assert place in found


class WatchedStore(NWBStore):
    """Notes which chunks of arrays with dimensions are asked for."""

    chunks: ClassVar[list[str]] = []

    async def get(self, key: str, *arguments: Any, **options: Any) -> Any:
        if re.search(r"/c/[0-9/]+$", key):
            self.chunks.append(key)
        return await super().get(key, *arguments, **options)


def test_data_is_read_when_it_is_sliced(path: Path) -> None:
    source = CountingSource(BytesSource(path.read_bytes()))
    store = WatchedStore(source, max_chunksize=8192, consolidated=True)
    with NWBZARRHDF5IO(store, load_namespaces=False) as io:
        io.read_builder()
        assert store.chunks == []
        data = io.read().acquisition["noise"].data  # PyNWB looks at ids and row numbers
        assert not [key for key in store.chunks if "/data/" in key or "/timestamps/" in key]
        assert data.shape == (16384, 2)
        store.chunks.clear()
        with h5py.File(path) as f:
            assert_array_equal(data[5000:5002], f["acquisition/noise/data"][5000:5002])
    assert store.chunks == ["acquisition/noise/data/c/2/0"]


def test_selections_are_those_of_h5py(path: Path) -> None:
    mask = np.arange(300) % 7 == 0
    selections: list[Any] = [
        *(3, -1, np.int64(4), slice(None, None, 5), ..., [1, 4, 200], mask, mask.tolist()),
        *((slice(2, 4), [0, 3]), ([5, 9], 1), (mask, slice(1, 3)), (2, 3), np.array([], int)),
    ]
    with NWBZARRHDF5IO(path, load_namespaces=False) as io, h5py.File(path) as f:
        ours, theirs = io.read().acquisition["first"].data, f["acquisition/first/data"]
        for selection in selections:
            found = ours[selection]
            assert_array_equal(found, theirs[selection])
            assert np.asarray(found).dtype == theirs.dtype
        both = theirs[...] % 3 == 0
        assert_array_equal(ours[both], theirs[both])
        assert_array_equal(list(ours), list(theirs))
        assert_array_equal(np.asarray(ours), theirs[...])


def test_the_version_is_looked_at(path: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.nwb"
    with h5py.File(old, "w") as f:
        f.attrs["nwb_version"] = "NWB-1.0.6"
    assert NWBZARRHDF5IO.can_read(path)
    assert not NWBZARRHDF5IO.can_read(old)
    assert not NWBZARRHDF5IO.can_read(tmp_path / "missing.nwb")
    assert not NWBZARRHDF5IO.can_read(__file__)
    with (
        NWBZARRHDF5IO(old, load_namespaces=False) as io,
        pytest.raises(TypeError, match="version 2"),
    ):
        io.read()


def test_types_of_an_extension_come_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "extended.nwb"
    write_extended(path, extended_types(tmp_path))
    with NWBZARRHDF5IO(path) as io:
        series = io.read().acquisition["it"]
        assert type(series).__name__ == "GainSeries"
        assert series.gain == np.float32(2.5)
        types = get_type_map()
        assert NWBZARRHDF5IO.load_namespaces(types, path, ["ndx-example"]).keys() == {"ndx-example"}


def test_pynwb_validates_it(path: Path) -> None:
    with NWBZARRHDF5IO(path) as ours, NWBHDF5IO(path) as theirs:
        assert str(validate(io=ours)) == str(validate(io=theirs))


def test_pynwb_exports_it(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.nwb"
    with NWBZARRHDF5IO(path) as ours, NWBHDF5IO(copy, "w") as out:
        out.export(src_io=ours, nwbfile=ours.read(), write_args={"link_data": False})
    with NWBHDF5IO(copy) as theirs, NWBHDF5IO(path) as original:
        found = list(container_differences(theirs.read(), original.read()))
    assert [each for each in found if ".container_source" not in each] == []


@pytest.fixture(params=["HDF5Zarr", "zgroup", "store", "file object", "URL", "saved"])
def target(request: pytest.FixtureRequest, path: Path) -> Iterator[Any]:
    """What else the file may be given as."""
    if request.param == "saved":
        saved: dict[str, Any] = {}
        HDF5Zarr(path, store=saved, nwb=True)
        saved = json.loads(json.dumps(saved))
        yield HDF5Zarr(None, store=saved, store_mode="r").zgroup
    elif request.param == "file object":
        with path.open("rb") as file:
            yield file
    else:
        makers: dict[str, Any] = {
            "HDF5Zarr": HDF5Zarr,
            "zgroup": open_as_zarr,
            "store": HDF5Store,
            "URL": Path.as_uri,
        }
        yield makers[request.param](path)


def test_other_targets(target: Any, path: Path) -> None:
    with (
        NWBZARRHDF5IO(file=target, load_namespaces=False) as ours,
        NWBHDF5IO(path, load_namespaces=False) as theirs,
    ):
        found, expected = ours.read(), theirs.read()
        assert found.objects.keys() == expected.objects.keys()
        for column in ("timeseries", "note"):
            mine, other = (each.trials[column][0] for each in (found, expected))
            assert str(plain(mine)) == str(plain(other))
        data = found.acquisition["first"].data
        assert_array_equal(data[:], expected.acquisition["first"].data[:])
    with pytest.raises(UnsupportedOperation, match="closed"):
        ours.read()


def test_arguments_that_mean_nothing_say_so(path: Path) -> None:
    with pytest.raises(ValueError, match="never written"):
        NWBZARRHDF5IO(path, mode="r+")
    for targets in ({}, {"path": path, "file": path}):
        with pytest.raises(ValueError, match="give path, or file"):
            NWBZARRHDF5IO(**targets)
    with pytest.raises(ValueError, match="external come too late"):
        NWBZARRHDF5IO(NWBStore(path), external="none")
    with pytest.raises(TypeError, match="comm"):
        NWBZARRHDF5IO(path, comm=None)
    saved: dict[str, Any] = {}
    HDF5Zarr(path, store=saved)
    with pytest.raises(ValueError, match="without links"):
        NWBZARRHDF5IO(HDF5Zarr(path, store=saved, store_mode="r"))
    with NWBZARRHDF5IO(path) as io, pytest.raises(UnsupportedOperation, match="never written"):
        io.write(io.read())


def test_the_store(path: Path) -> None:
    store = NWBStore(path)
    assert pickle.loads(pickle.dumps(store)) == store
    assert store != HDF5Store(path)
    assert store.with_read_only(True) == store
    with pytest.raises(ValueError, match="never written"):
        store.with_read_only(False)
    for options in ({"group": "/units"}, {"zarr_format": 2}):
        with pytest.raises(ValueError, match="seen whole"):
            NWBStore(path, **options)
    group = zarr.open_group(store, mode="r")
    assert dict(group["acquisition/times"].attrs)["_LINKS"] == [
        {"name": "timestamps", "source": ".", "path": "/acquisition/first/timestamps"}
    ]
    assert "timestamps" not in group["acquisition/times"]
    reference = {"source": ".", "path": "/general/extracellular_ephys/electrodes"}
    assert group["acquisition/raw/electrodes"].attrs["table"] == {"_REFERENCE": reference}


def test_without_pynwb_it_says_what_to_install() -> None:
    code = (
        "import sys, importlib.abc\n"
        "class No(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == 'hdmf': raise ModuleNotFoundError('no hdmf', name='hdmf')\n"
        "sys.meta_path.insert(0, No())\n"
        "from purehdf.zarr_bridge import NWBZARRHDF5IO"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert "NWBZARRHDF5IO needs hdmf: pip install purehdf[nwb]" in done.stderr
