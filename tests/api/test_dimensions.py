"""Dimension scales, side by side with h5py."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

import purehdf

from .side_by_side import agree


@pytest.fixture(scope="module", params=["earliest", "latest"])
def path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dims") / f"{request.param}.h5"
    with h5py.File(path, "w", libver=request.param) as f:
        for name, length, scale in (("x", 4, "the x"), ("y", 5, ""), ("g/y2", 5, "y2")):
            f[name] = np.arange(float(length))
            f[name].make_scale(scale)
        d = f.create_dataset("d", data=np.zeros((4, 5)))
        d.dims[0].label = "höhe"
        d.dims[0].attach_scale(f["x"])
        d.dims[1].attach_scale(f["y"])
        d.dims[1].attach_scale(f["g/y2"])
        f["bare"] = np.zeros((2, 2))
        f["scalar"] = 1
        f["null"] = h5py.Empty("f4")
        f["odd"] = np.zeros(2)
        f["odd"].attrs["DIMENSION_LIST"] = 5
        f["odd"].attrs["DIMENSION_LABELS"] = [1, 2]
    return path


@pytest.mark.parametrize("expression", """
[d.label for d in f['d'].dims]
[d.keys() for d in f['d'].dims]
[d.values() for d in f['d'].dims]
[d.items() for d in f['d'].dims]
[list(d) for d in f['d'].dims]
[len(d) for d in f['d'].dims]
f['d'].dims[0][0]
f['d'].dims[1][1]
f['d'].dims[1][-1]
f['d'].dims[1][2]
f['d'].dims[0]['the x']
f['d'].dims[0]['the x'][...]
f['d'].dims[0]['x']
f['d'].dims[1]['']
f['d'].dims[1]['y2'].name
f['d'].dims[2]
f['d'].dims['x']
f['d'].dims[0] == f['d'].dims[0]
f['d'].dims[0] == f['d'].dims[1]
len({f['d'].dims[0], f['d'].dims[0]})
len(f['d'].dims)
[f[n].is_scale for n in ('x', 'y', 'd', 'null')]
f['x'].dims[0].keys()
[d.keys() for d in f['bare'].dims]
[d.label for d in f['bare'].dims]
len(f['scalar'].dims)
list(f['scalar'].dims)
len(f['null'].dims)
""".strip().splitlines())  # fmt: skip
def test_side_by_side(path: Path, expression: str) -> None:
    agree(path, expression)


def test_attributes_of_another_kind_are_no_scales(path: Path) -> None:
    with purehdf.File(path) as f:
        (dimension,) = f["odd"].dims
        assert (dimension.label, dimension.keys()) == ("", [])
        with pytest.raises(KeyError):
            _ = dimension["x"]


def test_representation(path: Path) -> None:
    with purehdf.File(path) as f:
        dims = f["d"].dims
        assert repr(dims[0]).startswith('<"höhe" dimension 0 of <HDF5 dataset "d"')
        assert "HDF5 dataset" in repr(dims)
        kept = dims[0]
    assert repr(kept) == "<Dimension of closed HDF5 dataset>"
