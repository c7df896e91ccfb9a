"""The parser for VirtualiZarr: its manifest store holds what h5py reads, or the report says why."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import zarr

from purehdf.zarr_bridge.chunk_references import references

from .compare import _differences
from .seen_by_h5py import Seen, seen_by_h5py

xr = pytest.importorskip("xarray")
virtualizarr = pytest.importorskip("virtualizarr", minversion="2.8")
obstore_store = pytest.importorskip("obstore.store")
registries = pytest.importorskip("obspec_utils.registry")

from purehdf.zarr_bridge.virtualizarr import HDFParser  # noqa: E402

FILES = json.loads((Path(__file__).parents[2] / "fixtures" / "MANIFEST.json").read_text())["files"]
SLOW = ("group_1000.h5",)  # a thousand groups, for each of which VirtualiZarr opens a store
GOOD = [each["name"] for each in FILES if each["expect"] == "values" and each["name"] not in SLOW]

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::FutureWarning")


@pytest.fixture
def registry() -> Any:
    found = registries.ObjectStoreRegistry()
    found.register("file://", obstore_store.LocalStore())
    return found


@pytest.mark.parametrize("name", GOOD)
def test_equals_h5py(name: str, registry: Any, fixture_file: Callable[[str], Path]) -> None:
    path = fixture_file(name)
    found = references(path, zarr_format=3)
    store = HDFParser(strict=False)(path.as_uri(), registry)
    store.zarr_format, store.report = 3, lambda: found.report
    seen = {name: _as_record(name, each, store) for name, each in seen_by_h5py(path).items()}
    assert list(_differences(seen, store)) == []


def _as_record(name: str, seen: Seen, store: Any) -> Seen:
    """Compounds with strings, seen as dictionaries, in the structures that the parser makes."""
    first = next(iter(np.ravel(seen.values)), None) if seen.values is not None else None
    dtype = zarr.open_array(store, path=name, mode="r").dtype if isinstance(first, dict) else None
    if dtype is None or dtype.names is None:
        return seen
    rows = [tuple(each.values()) for each in np.ravel(seen.values)]
    values = np.array(rows, dtype).reshape(np.shape(seen.values))
    return replace(seen, values=values, fill=np.zeros((), dtype))


def test_a_virtual_dataset(registry: Any, fixture_file: Callable[[str], Path]) -> None:
    path = fixture_file("climate.nc")
    with (
        virtualizarr.open_virtual_dataset(
            path.as_uri(), registry=registry, parser=HDFParser()
        ) as found,
        xr.open_dataset(path, engine="netcdf4") as expected,
    ):
        assert set(found.variables) == set(expected.variables)
        assert found.sizes == expected.sizes
        assert found["temperature"].dims == expected["temperature"].dims


def test_through_an_object_store(fixture_file: Callable[[str], Path]) -> None:
    """Not from the disk: bytes come through the registered store, in ranges."""
    store = obstore_store.MemoryStore()
    store.put("a/climate.nc", fixture_file("climate.nc").read_bytes())
    registry = registries.ObjectStoreRegistry({"s3://bucket": store})
    found = HDFParser()("s3://bucket/a/climate.nc", registry)
    group = zarr.open_group(found, mode="r", zarr_format=3)
    with h5py.File(fixture_file("climate.nc")) as f:
        assert np.array_equal(group["temperature"][...], f["temperature"][...])


def test_dropped_variables_and_a_group(registry: Any, fixture_file: Callable[[str], Path]) -> None:
    url = fixture_file("climate.nc").as_uri()
    whole = zarr.open_group(HDFParser(drop_variables=["lat", "stations"])(url, registry), mode="r")
    names = {name for name, _ in whole.members()}
    assert "lon" in names
    assert names & {"lat", "stations"} == set()
    below = zarr.open_group(HDFParser(group="/stations")(url, registry), mode="r")
    assert "name" in below


def _write_what_others_get_wrong(f: h5py.File) -> None:
    values = np.arange(60).reshape(10, 6)
    swizzled = f.create_dataset("swizzled", (10, 6), "i8", chunks=(2, 1), maxshape=(10, None))
    swizzled[...] = values
    masked = f.create_dataset("masked", (4,), "i4", chunks=(2,), compression="gzip")
    masked[...] = [1, 2, 3, 4]
    masked.id.write_direct_chunk((2,), np.array([7, 8], "i4").tobytes(), filter_mask=1)
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple((3,))
    compact = h5py.h5d.create(f.id, b"compact", h5py.h5t.NATIVE_INT32, space, plist)
    compact.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([5, 6, 7], "i4"))
    f.create_dataset("layout5", data=values, chunks=(3, 4), compression="gzip")


def test_right_where_others_are_wrong(registry: Any, tmp_path: Path) -> None:
    path = tmp_path / "hard.h5"
    with h5py.File(path, "w", libver="latest") as f:
        _write_what_others_get_wrong(f)
    group = zarr.open_group(HDFParser()(path.as_uri(), registry), mode="r")
    with h5py.File(path) as f:
        for name in f:
            assert np.array_equal(group[name][...], f[name][...]), name


def test_icechunk(registry: Any, fixture_file: Callable[[str], Path], tmp_path: Path) -> None:
    icechunk = pytest.importorskip("icechunk")
    path = fixture_file("climate.nc")
    prefix = f"{path.parent.as_uri()}/"
    config = icechunk.RepositoryConfig.default()
    container = icechunk.VirtualChunkContainer(
        prefix, icechunk.local_filesystem_store(str(path.parent))
    )
    config.set_virtual_chunk_container(container)
    repository = icechunk.Repository.create(
        icechunk.local_filesystem_storage(str(tmp_path / "repository")),
        config,
        authorize_virtual_chunk_access=icechunk.containers_credentials(
            {prefix: icechunk.credentials.LocalFileSystemAccess}
        ),
    )
    session = repository.writable_session("main")
    with virtualizarr.open_virtual_dataset(
        path.as_uri(), registry=registry, parser=HDFParser(), loadable_variables=[]
    ) as found:
        found.vz.to_icechunk(session.store)
    session.commit("written")
    group = zarr.open_group(repository.readonly_session("main").store, mode="r")
    with h5py.File(path) as f:
        assert np.array_equal(group["temperature"][...], f["temperature"][...])


def test_what_is_left_out_brings_a_warning(
    registry: Any, fixture_file: Callable[[str], Path]
) -> None:
    url = fixture_file("datatype_vlen_strings.h5").as_uri()
    with warnings.catch_warnings(), pytest.warns(UserWarning, match="left out"):
        HDFParser(embed_threshold=0, strict=False)(url, registry)


def test_wrong_root(registry: Any, fixture_file: Callable[[str], Path]) -> None:
    url = fixture_file("climate.nc").as_uri()
    with pytest.raises(ValueError, match="a manifest store is made of a group"):
        HDFParser(group="/lat")(url, registry)
