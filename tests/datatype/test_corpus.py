"""Odd types in files of other writers."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

import purehdf

from .oracle import same

# Some are not as long as they say.
pytestmark = pytest.mark.filterwarnings("ignore::purehdf.FileStateWarning")

FILES = [
    "hdf5/tools/test/h5dump/testfiles/tfloatsattrs.h5",
    "hdf5/tools/test/h5dump/testfiles/tcompound_complex2.h5",
    "hdf5/tools/test/h5dump/testfiles/tcmpdints.h5",
    "scigolib/testdata/hdf5_official/tbfloat16_be.h5",
    "pytables/tables/tests/float.h5",
    "pytables/tables/tests/time-table-vlarray-1_x.h5",
]


@pytest.mark.parametrize("name", FILES)
def test_numbers(corpus: Path, name: str) -> None:
    path = corpus / "open" / name
    if not path.is_file():
        pytest.skip(f"the corpus has no {name}")
    with h5py.File(path) as f, purehdf.File(path) as g:
        names: list[str] = []
        f.visititems(lambda n, o: names.append(n) if isinstance(o, h5py.Dataset) else None)
        for n in names:
            try:
                want = f[n][...]
            except (OSError, TypeError, ValueError):
                continue
            if isinstance(want, np.ndarray) and want.dtype.kind in "iufcb":
                assert g[n].dtype == want.dtype
                assert same(want, g[n][...]), n
