"""One file with something of everything, in the old format and in the new one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest


def fill(file: h5py.File) -> None:
    """The content of both files."""
    file.attrs["title"] = "everything"
    plants = file.create_group("plants")
    plants.attrs["count"] = np.int32(3)
    fern = plants.create_group("fern")
    fern["height"] = np.arange(12, dtype=">i4").reshape(3, 4)
    fern["height"].attrs["units"] = "cm"
    fern.create_group("leaf").create_group("vein")
    plants["moss"] = 2.5
    plants["über/näme"] = np.zeros(2)
    plants["names"] = np.array(["a", "bc", "ü"], object)
    plants["fixed"] = np.array([b"a", b"bcd"])
    plants["empty"] = h5py.Empty("f4")
    plants["nothing"] = np.zeros((0, 3), "i2")
    file["kind"] = np.dtype("<f8")
    table = np.array([(1, 2.5, b"x"), (3, 4.5, b"yz")], [("a", "<i4"), ("b", "<f8"), ("c", "S2")])
    file["table"] = table
    file.create_dataset("bits", data=np.array([True, False, True]))
    _chunked(file)
    _links(file, fern)
    _references(file, fern)
    _attributes(file["plants/fern/height"].attrs)


def _chunked(file: h5py.File) -> None:
    file.create_dataset(
        "grid", data=np.arange(77.0).reshape(7, 11), chunks=(3, 4), maxshape=(None, 20),
        compression="gzip", compression_opts=4, shuffle=True, fletcher32=True, fillvalue=-1,
    )  # fmt: skip
    file.create_dataset("sparse", (100, 100), "<u2", chunks=(10, 10), fillvalue=7)
    file["sparse"][25, 35] = 1


def _links(file: h5py.File, fern: h5py.Group) -> None:
    file["again"] = fern
    fern["home"] = file["/"]
    file["soft"] = h5py.SoftLink("/plants/fern")
    file["relative"] = h5py.SoftLink("plants/moss")
    fern["near"] = h5py.SoftLink("leaf")
    file["dangling"] = h5py.SoftLink("/no/such/place")
    file["loop"] = h5py.SoftLink("/loop")
    file["elsewhere"] = h5py.ExternalLink("no such file.h5", "/data")


def _references(file: h5py.File, fern: h5py.Group) -> None:
    to = [fern.ref, file["grid"].ref, file["kind"].ref, h5py.Reference()]
    refs = file.create_dataset("references", (len(to),), h5py.ref_dtype)
    for i, reference in enumerate(to):
        refs[i] = reference
    file.attrs["main"] = file["grid"].ref


def _attributes(attrs: Any) -> None:
    attrs["int"] = 5
    attrs["float32"] = np.float32(1.5)
    attrs["array"] = np.arange(6, dtype=">u2").reshape(2, 3)
    attrs["text"] = "höhe"
    attrs["texts"] = ["a", "bc"]
    attrs["bytes"] = np.bytes_(b"abc")
    attrs["flag"] = True
    attrs["empty"] = h5py.Empty("<i4")
    attrs["none"] = np.zeros(0, "<f4")
    attrs["complex"] = 1 + 2j
    attrs["record"] = np.array((1, 2.5), [("x", "<i2"), ("y", "<f4")])
    attrs.create("array type", np.arange(3), dtype=np.dtype(("<i4", (3,))))


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("api")
    paths = {}
    versions = {"old": ("earliest", "v108"), "new": ("v110", "v110"), "newest": ("v200", "v200")}
    for name, libver in versions.items():
        paths[name] = folder / f"{name}.h5"
        with h5py.File(paths[name], "w", libver=libver) as file:
            fill(file)
    paths["ordered"] = folder / "ordered.h5"
    with h5py.File(paths["ordered"], "w", libver=("v110", "v110"), track_order=True) as file:
        fill(file)
    return paths


@pytest.fixture(params=["old", "new", "newest", "ordered"])
def path(everything: dict[str, Path], request: pytest.FixtureRequest) -> Path:
    """Each of the files in turn."""
    return everything[request.param]


@pytest.fixture
def one(everything: dict[str, Path]) -> Path:
    """One of the files, where the format makes no difference."""
    return everything["new"]
