"""``purehdf index``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
import h5py
import numpy as np
import pytest
import zarr
from zarr.storage import FsspecStore

from purehdf.zarr_bridge import HDF5Zarr
from purehdf.zarr_bridge.kerchunk import to_kerchunk
from purehdf.zarr_bridge.saved_index import open_index


def test_json_and_a_table(run: Callable[..., Any], tmp_path: Path) -> None:
    ran = run("index", "climate.nc", "-o", str(tmp_path / "out.json"))
    assert ran.code == 0
    assert ran.err == ""
    assert json.loads((tmp_path / "out.json").read_text()) == to_kerchunk("climate.nc")
    lines = {line.split()[0]: line.split()[1] for line in ran.out.splitlines()}
    assert lines["/temperature"] == "raw"
    assert lines["/stations/name"] == "inlined"
    assert lines["/stations/station"] == "dimension"


def test_the_report_as_json(run: Callable[..., Any], tmp_path: Path) -> None:
    ran = run("index", "climate.nc", "-o", str(tmp_path / "out.json"), "--json")
    entries = {each["path"]: each for each in json.loads(ran.out)["climate.nc"]}
    assert entries["/temperature"] == {"path": "/temperature", "how": "raw", "reason": ""}


def test_an_index(run: Callable[..., Any], tmp_path: Path) -> None:
    out = str(tmp_path / "out.idx")
    assert run("index", "climate.nc", "-o", out, "--inline", "0").code == 0
    expected = to_kerchunk("climate.nc", inline_threshold=0)
    assert open_index(out).to_kerchunk() == expected


def test_parquet(run: Callable[..., Any], tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    assert run("index", "climate.nc", "-o", str(tmp_path / "out.parq")).code == 0
    assert (tmp_path / "out.parq" / "temperature" / "refs.0.parq").is_file()


def test_saved_metadata(run: Callable[..., Any], tmp_path: Path) -> None:
    out = tmp_path / "out.zarr"
    ran = run("index", "climate.nc", "-o", str(out))
    assert (ran.code, ran.err) == (0, "")
    lines = {line.split()[0]: line.split()[1] for line in ran.out.splitlines()}
    assert lines["/temperature"] == "raw"
    assert lines["/stations/name"] == "decoded"
    assert not list(out.rglob("c"))  # no chunks
    group = HDF5Zarr(None, store=out, store_mode="r").zgroup
    assert group.metadata.consolidated_metadata is not None
    with h5py.File("climate.nc") as f:
        assert np.array_equal(group["temperature"][...], f["temperature"][...])
        assert list(group["stations/name"][...]) == list(f["stations/name"].asstr()[...])
    assert "File exists" in run("index", "climate.nc", "-o", str(out)).err
    other = str(tmp_path / "other.zarr")
    ran = run("index", "climate.nc", "-o", other, "--zarr-format", "2", "--group", "stations")
    assert ran.code == 0
    assert set(HDF5Zarr(None, store=other, store_mode="r").zgroup) == {"height", "name"}


@pytest.mark.filterwarnings("ignore")
def test_icechunk(run: Callable[..., Any], tmp_path: Path) -> None:
    for name, version in (("icechunk", "2"), ("virtualizarr", "2.8"), ("obstore", None)):
        pytest.importorskip(name, minversion=version)
    import icechunk

    out = tmp_path / "out.icechunk"
    ran = run("index", "climate.nc", "-o", str(out))
    assert (ran.code, ran.err) == (0, "")
    prefix = f"{Path('climate.nc').absolute().parent.as_uri()}/"
    repository = icechunk.Repository.open(
        icechunk.local_filesystem_storage(str(out)),
        authorize_virtual_chunk_access=icechunk.containers_credentials(
            {prefix: icechunk.credentials.LocalFileSystemAccess}
        ),
    )
    group = zarr.open_group(repository.readonly_session("main").store, mode="r")
    with h5py.File("climate.nc") as f:
        assert np.array_equal(group["temperature"][...], f["temperature"][...])
        assert set(group["stations"].array_keys()) >= {"name", "height"}


def _write(path: Path, start: int) -> None:
    with h5py.File(path, "w") as f:
        f.create_dataset("t", data=np.arange(start, start + 4), chunks=(2,)).make_scale("t")


def test_several_files_are_joined(run: Callable[..., Any], tmp_path: Path) -> None:
    paths = [tmp_path / "a.h5", tmp_path / "b.h5"]
    for i, path in enumerate(paths):
        _write(path, 4 * i)
    out = tmp_path / "out.json"
    names = list(map(str, paths))
    assert run("index", *names, "--concat", "t", "-o", str(out)).code == 0
    refs = json.loads(out.read_text())["refs"]
    assert json.loads(refs["t/.zarray"])["shape"] == [8]
    assert "join" in run("index", *names, "-o", str(out)).err


@pytest.mark.filterwarnings("ignore:The 'fastparquet' engine is deprecated")
def test_several_files_are_joined_as_parquet(run: Callable[..., Any], tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    pytest.importorskip("fastparquet")
    names = []
    for i in range(3):
        names.append(str(tmp_path / f"{i}.h5"))
        _write(Path(names[-1]), 4 * i)
    out = tmp_path / "out.parquet"
    assert run("index", *names, "--concat", "t", "-o", str(out), "--inline", "0").code == 0
    fs = fsspec.filesystem(
        "reference",
        fo=str(out),
        asynchronous=True,
        skip_instance_cache=True,
        remote_protocol="file",
        remote_options={"asynchronous": True},
    )
    store = FsspecStore(fs, read_only=True, path="")
    array = zarr.open_array(store, path="t", mode="r", zarr_format=2)
    assert np.array_equal(array[...], np.arange(12))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-o", "x.zarr", "--inline", "9"), "holds no chunks"),
        (("-o", "x.idx", "--concat", "t"), "into .json or .parquet"),
        (("-o", "x.zarr", "--concat", "t"), "into .json or .parquet"),
        (("-o", "x.icechunk", "--zarr-format", "2"), "of Zarr format 3"),
        (("-o", "x.txt"), ".json, .parq"),
        (("-o", "x.json", "--workers", "0"), "not a number from 1 on"),
        (("-o", "x.json", "--inline", "-1"), "not a number from 0 on"),
        (("-o", "x.json", "--inline", "few"), "not a number from 0 on"),
    ],
)
def test_what_a_form_cannot_hold(
    arguments: tuple[str, ...], words: str, run: Callable[..., Any]
) -> None:
    ran = run("index", "climate.nc", *arguments)
    assert ran.code == 2
    assert words in ran.err


def test_what_fails_is_said(run: Callable[..., Any], tmp_path: Path) -> None:
    ran = run("index", "damaged_truncated_superblock.h5", "-o", str(tmp_path / "out.json"))
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("purehdf: damaged_truncated_superblock.h5: ")
    assert not (tmp_path / "out.json").exists()


def test_where_it_cannot_be_written_is_said(run: Callable[..., Any], tmp_path: Path) -> None:
    out = str(tmp_path / "no folder" / "out.json")
    wanted = f"purehdf: {out}: No such file or directory\n"
    assert run("index", "climate.nc", "-o", out) == (1, "", wanted)
    out = str(tmp_path / "out.zarr")
    assert run("index", "climate.nc", "-o", out).code == 0
    assert run("index", "climate.nc", "-o", out) == (1, "", f"purehdf: {out}: File exists\n")


def test_what_is_left_out_makes_the_exit_code_1(run: Callable[..., Any], tmp_path: Path) -> None:
    ran = run("index", "links_dangling.h5", "-o", str(tmp_path / "out.json"))
    assert ran.code == 1
    assert "refused" in ran.out
