"""Objects of a path or URL are pickled as the way to open them again."""

from __future__ import annotations

import copy
import io
import os
import pickle
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import h5py
import numpy as np
import pytest

import purehdf


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "kept.h5"
    with h5py.File(path, "w") as f:
        f["group/data"] = np.arange(10)
        f["kind"] = np.dtype("<f4")
        f["ref"] = np.array([f["group/data"].ref], h5py.ref_dtype)
    with h5py.File(tmp_path / "linking.h5", "w") as f:
        f["link"] = h5py.ExternalLink("kept.h5", "/group")
    return path


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_there_and_back(path: Path, protocol: int) -> None:
    again = partial(pickle.dumps, protocol=protocol)
    with purehdf.File(path) as f:
        kept = again(f), again(f["group"]), again(f["group/data"]), again(f["kind"])
        (reference,) = f["ref"]
        by_reference = again(f[reference])
    file, group, data, kind = map(pickle.loads, kept)
    assert type(file) is purehdf.File
    assert file.filename == str(path)
    assert (group.name, list(group)) == ("/group", ["data"])
    assert data[3] == 3
    assert kind.dtype == "<f4"
    assert pickle.loads(by_reference).name == "/group/data"
    assert pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(data))))[9] == 9


def test_the_root_group_stays_a_group(path: Path) -> None:
    with purehdf.File(path) as f:
        assert type(pickle.loads(pickle.dumps(f["/"]))) is purehdf.Group


def test_what_is_pickled_together_shares_a_file(path: Path) -> None:
    with purehdf.File(path) as f:
        file, group, data = pickle.loads(pickle.dumps([f, f["group"], f["group/data"]]))
        assert group["data"] == data == file["group/data"]
        assert data != f["group/data"]
    assert data[1] == 1
    file.close()
    assert not data


def test_options_go_with_it(path: Path) -> None:
    limits = purehdf.Limits(soft_links=3)
    with purehdf.File(path, limits=limits, external=os.path.abspath, verify_checksums=False) as f:
        session = pickle.loads(pickle.dumps(f))._session
    assert session.limits == purehdf.Limits(soft_links=3, verify_checksums=False)
    assert session.external is os.path.abspath


def test_a_relative_path_is_found_from_elsewhere(
    path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(path.parent)
    with purehdf.File("kept.h5") as f:
        kept = pickle.dumps(f)
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert list(pickle.loads(kept)["group"]) == ["data"]


def test_an_object_of_a_linked_file(path: Path) -> None:
    with purehdf.File(path.with_name("linking.h5")) as f:
        group = pickle.loads(pickle.dumps(f["link"]))
    assert group.file.filename == str(path)
    assert group["data"][2] == 2


def test_a_url(path: Path) -> None:
    import fsspec

    fsspec.filesystem("memory").pipe_file("/kept.h5", path.read_bytes())
    with purehdf.File("memory://kept.h5") as f:
        data = pickle.loads(pickle.dumps(f["group/data"]))
    assert data[4] == 4


def test_another_process(path: Path) -> None:
    with purehdf.File(path) as f, ProcessPoolExecutor(1, get_context("spawn")) as pool:
        assert pool.submit(np.sum, f["group/data"]).result(60) == 45


def test_what_cannot_be_found_again(path: Path) -> None:
    data = path.read_bytes()
    with path.open("rb") as stream:
        for target in (data, io.BytesIO(data), stream):
            with purehdf.File(target) as f, pytest.raises(TypeError, match="path or URL"):
                pickle.dumps(f["group"])
    with purehdf.File(path) as f, pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(f.attrs)
    with purehdf.File(path) as f:
        nowhere = purehdf.Group(f._session, f._header, "")
        with pytest.raises(TypeError, match="no path leads to"):
            pickle.dumps(nowhere)


def test_copies_are_the_same_object(path: Path) -> None:
    with purehdf.File(path) as f:
        for each in (f, f["group"], f["group/data"], f["kind"]):
            assert copy.copy(each) is copy.deepcopy(each) is each
    with purehdf.File(path.read_bytes()) as f:
        assert copy.deepcopy({"data": f["group/data"]})["data"][1] == 1
