"""Files of other writers through Zarr: what h5py reads, or a reason why not.

A few writers here; ``sweep.py`` goes through all files.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from purehdf.zarr_bridge import open_as_zarr
from purehdf.zarr_bridge.capabilities import HAS_MORE_TYPES
from tests.zarr_bridge.seen_by_h5py import Seen, seen_by_h5py

from .corpus import scored
from .judge import Look, judge, through_references, through_store

WRITERS = ("netcdf-c", "pyfive", "kerchunk", "hidefix")
LARGEST = 200_000
GOOD = ("equal", "reported")

LOOKS: dict[str, Look] = {
    "v3": through_store(3),
    "v2 references": through_references(2, own_codecs=False),
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::UserWarning", "ignore::FutureWarning"),
    pytest.mark.skipif(not HAS_MORE_TYPES, reason="zarr-python 3.0 reads fewer types"),
]


@pytest.fixture(scope="module")
def seen(corpus: Path) -> dict[Path, dict[str, Seen]]:
    """File -> what h5py sees in it; those that it cannot open are left out."""
    found = {}
    for entry in scored(corpus):
        path = corpus / entry["path"]
        if entry["source"] in WRITERS and entry["size"] <= LARGEST:
            try:
                found[path] = seen_by_h5py(path)
            except OSError:
                continue
    return found


@pytest.mark.parametrize("name", LOOKS)
def test_nothing_differs_in_silence(seen: dict[Path, dict[str, Seen]], name: str) -> None:
    assert len(seen) > len(WRITERS)
    found = {path.name: judge(each, LOOKS[name], path) for path, each in seen.items()}
    wrong = {name: each for name, each in found.items() if each.verdict not in GOOD}
    assert wrong == {}
    missed = [left for each in found.values() for left in each.left_out if left.by_h5py]
    assert missed == []


def test_scales_attached_by_new_references(corpus: Path) -> None:
    """References of HDF5 1.12 name dimensions too; h5py does not read them."""
    files = json.loads((corpus / "manifest.json").read_text("utf-8"))["files"]
    paths = [corpus / each["path"] for each in files if "new_ref" in each["path"]]
    assert paths
    for path in paths:
        names = open_as_zarr(path)["dset_al"].metadata.dimension_names
        assert names == ("ds_1_al", "ds_2_al", "ds_3_al", "ds_4_al")
