"""Fields, conversion, reading into arrays, chunk by chunk: as h5py does each of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import purehdf

from .side_by_side import agree


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("views") / "views.h5"
    with h5py.File(path, "w") as f:
        f["float"] = np.array([1.5, -1.5, np.inf, -np.inf, 1e30, 300, -300, 65535.9])
        f["nan"] = np.array([np.nan, 1])
        f["int"] = np.array([-1, 300, 2**62, -(2**63), 0])
        f["unsigned"] = np.array([2**64 - 1, 5], "u8")
        f["half"] = np.array([1.5, 65504], ">f2")
        f["complex"] = np.array([1 + 2j])
        f["bool"] = np.array([True, False])
        f.create_dataset("enum", data=[1, 2], dtype=h5py.enum_dtype({"A": 1, "B": 2}, "i4"))
        f["fixed"] = np.array([b"1.5", b"x"])
        f["strings"] = np.array(["ab", "ü"], object)
        f["string"] = "hé"
        fields = [("a", "<i4"), ("b", "<f8"), ("s", "S2")]
        f["table"] = np.array([(1, 2.5, b"x"), (300, 1e40, b"yz")], fields)
        f["scalar"] = 2.7
        f["null"] = h5py.Empty("f4")
        f["nothing"] = np.zeros((0, 3))
        f.create_dataset("grid", data=np.arange(20.0).reshape(4, 5), chunks=(3, 2))
        ragged = f.create_dataset("ragged", (2,), h5py.vlen_dtype("i4"))
        ragged[0], ragged[1] = [1, 2], [300]
    return path


CONVERSIONS = """
f['float'].astype('i1')[:]
f['float'].astype('u1')[:]
f['float'].astype('i8')[:]
f['float'].astype('u8')[:]
f['float'].astype('f4')[:]
f['float'].astype('>f4')[2:]
f['nan'].astype('i2')[:]
f['int'].astype('i1')[:]
f['int'].astype('u8')[:]
f['int'].astype('f4')[:]
f['int'].astype('>i4')[1]
f['unsigned'].astype('i8')[:]
f['unsigned'].astype('f4')[:]
f['half'].astype('f8')[:]
f['complex'].astype('c8')[:]
f['bool'].astype('i4')[:]
f['bool'].astype('f4')[:]
f['enum'].astype('i1')[:]
f['enum'].astype('f8')[:]
f['fixed'].astype('S1')[:]
f['fixed'].astype('S5')[:]
f['strings'].astype('S1')[:]
f['strings'].astype('O')[:]
f['fixed'].astype('T')[:].tolist()
f['strings'].astype('T')[:].tolist()
f['strings'].astype('T')[1]
f['string'].astype('T')[()]
f['table'].astype([('b', 'f4'), ('a', 'i1')])[:]
f['table'].astype([('b', 'f4'), ('new', 'f4')])[:]
f['table'].astype([('b', 'f4'), ('a', 'i1')])['a']
f['table'].astype([('b', 'f4'), ('a', 'i1'), ('s', 'S2')])['b', 'a'][1]
f['null'].astype('i4')[()]
f['scalar'].astype('i4')[()]
f['scalar'].astype('i4')[...]
f['nothing'].astype('i4')[...]
f['grid'].astype('i2')[1:3, ::2]
f['grid'].astype('f4').dtype
len(f['grid'].astype('f4'))
(f['grid'].astype('f4').shape, f['grid'].astype('f4').ndim, f['grid'].astype('f4').size)
len(f['scalar'].astype('f4'))
np.asarray(f['grid'].astype('f4'))
np.asarray(f['scalar'].astype('f4'))
np.asarray(f['grid'].astype('f4'), dtype='f8')
np.asarray(f['strings'].asstr())
f['strings'].asstr().dtype
f['strings'].asstr()[0]
"""

FIELDS = """
f['table'].fields('a')[:]
f['table'].fields('a')[1]
f['table'].fields(['a'])[:]
f['table'].fields(['a', 's'])[0]
f['table'].fields(('b', 'a'))[:1]
f['table'].fields('a').dtype
f['table'].fields(['a', 's']).dtype
len(f['table'].fields('a'))
np.asarray(f['table'].fields('a'))
np.asarray(f['table'].fields(['b', 'a']))
f['table'].fields('q')
f['table'].fields(['a', 'q'])
f['grid'].fields('q')
f['table']['a']
f['table']['a', 0:1]
f['table'][0:1, 'a']
f['table'][1, 'a', 'b']
f['table']['a', 'a']
f['table'][b'a']
"""

SELECTIONS = """
f['int'][None]
f['int'][..., None]
f['int'][np.newaxis, :]
f['null'][None]
f['null'][...]
f['null'][0]
f['null']['a']
f['scalar'][None]
f['scalar'][0]
f['scalar'][:]
f['scalar'][..., ...]
f['scalar'][np.array(True)]
f['int'][[]]
f['int'][np.array([], int)]
f['int'][np.array([1.0])]
f['int'][[True, False]]
f['int'][np.array([[0, 1]])]
f['int'][(0, 1),]
f['int'][np.True_]
f['int'][range(2)]
f['int'][1:2:0]
f['int'][10:20]
f['int'][-10:2]
f['int'][5]
f['int'][-6]
f['int'][2**70]
f['int'][0, 0]
f['int'][slice('a')]
f['int'][1.0]
f['int'][{1}]
f['nothing'][0]
f['nothing'][:, 1]
f['nothing'][:, [0, 2]]
f['nothing'][:, 5]
f['nothing'][:, :, 0]
f['int'].len()
f['scalar'].len()
len(f['null'])
list(f['null'])
list(f['scalar'])
[row.tolist() for row in f['grid']]
np.array(f['null'])
np.asarray(f['scalar'])
np.asarray(f['grid'], copy=False)
f['grid'] == 3
f['grid'] + 1
"""

CHUNKS = """
list(f['grid'].iter_chunks())
list(f['grid'].iter_chunks(np.s_[1:4, 1:3]))
list(f['grid'].iter_chunks(np.s_[1:4, 1]))
list(f['grid'].iter_chunks(np.s_[::2, 1:3]))
f['grid'].iter_chunks(np.s_[1:4])
f['grid'].iter_chunks(3)
f['grid'].iter_chunks(np.s_[1:9, 1:3])
f['grid'].iter_chunks(np.s_[1:1, 1:3])
f['grid'].iter_chunks(np.s_[-1:, 1:3])
f['int'].iter_chunks()
f['scalar'].iter_chunks()
[f['grid'][s].sum() for s in f['grid'].iter_chunks()]
"""


def lines(text: str) -> list[str]:
    return text.strip().splitlines()


@pytest.mark.parametrize(
    "expression", lines(CONVERSIONS) + lines(FIELDS) + lines(SELECTIONS) + lines(CHUNKS)
)
def test_side_by_side(path: Path, expression: str) -> None:
    agree(path, expression)


@pytest.mark.parametrize(
    ("name", "dtype"),
    [("float", "?"), ("float", "c16"), ("complex", "f8"), ("fixed", "f8"), ("table", "f4"),
     ("strings", "f8"), ("ragged", "f8"), ("fixed", "U5")],
)  # fmt: skip
def test_no_such_conversion(path: Path, name: str, dtype: str) -> None:
    """h5py raises an OSError or a TypeError, whichever."""
    with h5py.File(path) as theirs, pytest.raises((OSError, TypeError)):
        _ = theirs[name].astype(dtype)[...]
    with purehdf.File(path) as ours, pytest.raises(TypeError, match="do not become"):
        _ = ours[name].astype(dtype)[...]


DIRECT: list[tuple[Any, tuple[int, ...], Any]] = [
    (None, (4, 5), None),
    (np.s_[0], (5,), None),
    (np.s_[0], (3, 5), None),
    (np.s_[0], (5, 3), None),
    (np.s_[0:1], (3, 5), None),
    (np.s_[1:3, :], (4, 5), np.s_[2:, :]),
    (np.s_[1:3, 0], (2, 2), np.s_[:, 0]),
    (np.s_[0, 0], (2, 2), None),
    (np.s_[[0, 1]], (2, 5), None),
    (None, (20,), None),
    (np.s_[0:2], (10,), None),
    (np.s_[9], (5,), None),
    (np.s_[0], (5,), np.s_[9]),
]


@pytest.mark.parametrize("dtype", ["f8", ">f4", "i2"])
@pytest.mark.parametrize("case", DIRECT, ids=repr)
def test_read_direct(path: Path, case: Any, dtype: str) -> None:
    source, shape, dest = case
    found = []
    for library in (h5py, purehdf):
        array = np.full(shape, 9, dtype)
        with library.File(path) as file:
            try:
                file["grid"].read_direct(array, source, dest)
            except (TypeError, IndexError) as error:
                found.append(type(error).__name__)
            else:
                found.append(array.tolist())
    assert found[0] == found[1]


@pytest.mark.parametrize("library", [h5py, purehdf])
def test_read_direct_refuses(path: Path, library: Any) -> None:
    locked = np.zeros((4, 5))
    locked.flags.writeable = False
    with library.File(path) as file:
        for array in (np.zeros((5, 4)).T, locked):
            with pytest.raises(TypeError, match=r"C-contiguous"):
                file["grid"].read_direct(array)
        with pytest.raises(TypeError):
            file["null"].read_direct(np.zeros(3))


def test_representation(path: Path) -> None:
    with purehdf.File(path) as f:
        assert repr(f["grid"].astype("f4")).startswith("<AsTypeView of <HDF5 dataset")
