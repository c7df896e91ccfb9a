"""Every limit is enforced: a file that is read well by default is refused with it lowered."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import purehdf
from purehdf import Limits


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Something near every limit."""
    path = tmp_path_factory.mktemp("limits") / "limits.h5"
    with h5py.File(path, "w") as f:
        for i in range(300):
            f[f"many/{i}"] = h5py.SoftLink("/x")
        for i in range(7):
            f["many"].attrs[f"attribute {i}"] = np.arange(20)
        nested = np.dtype([("a", [("b", [("c", "i4")])])])
        f["nested"] = np.zeros(1, nested)
        f["x"] = 1
        f["one"], f["two"] = h5py.SoftLink("/x"), h5py.SoftLink("/one")
        f.create_dataset("filtered", data=range(9), chunks=(9,), compression=1, shuffle=True)
        padded = f.create_dataset("padded", (4,), "u1", chunks=(4,), compression=1)
        padded.id.write_direct_chunk((0,), zlib.compress(bytes(100)))
        f.create_dataset("chunks", data=range(200), chunks=(1,))
        ragged = f.create_dataset("ragged", (20,), h5py.vlen_dtype("i4"))
        ragged[0] = range(1000)
        f.flush()
        start = ragged.id.get_offset()
    found = bytearray(path.read_bytes())
    for i in range(1, 20):  # all elements share one sequence
        found[start + 16 * i : start + 16 * (i + 1)] = found[start : start + 16]
    return bytes(found)


CASES: list[tuple[str, int, str]] = [
    ("structure_bytes", 500, "list(f['many'])"),
    ("metadata_bytes", 10_000, "f['ragged'][...]"),
    ("btree_depth", 0, "f['chunks'][...]"),
    ("btree_nodes", 2, "f['chunks'][...]"),
    ("header_chunks", 0, "f['many']"),
    ("header_messages", 4, "f['many']"),
    ("datatype_depth", 2, "f['nested'].dtype"),
    ("soft_links", 1, "f['two']"),
    ("filters", 1, "f['filtered'][...]"),
    ("filter_slack", 10, "f['padded'][...]"),
    ("chunk_bytes", 8, "f['filtered'][...]"),
]


@pytest.mark.parametrize(("name", "limit", "expression"), CASES)
def test_a_lowered_limit_refuses(
    data: bytes, tmp_path: Path, name: str, limit: int, expression: str
) -> None:
    path = tmp_path / "file.h5"
    path.write_bytes(data)
    with path.open("rb") as stream:  # not in memory: structures are fetched
        with purehdf.File(stream) as f:
            evaluated(f, expression)
        lowered: Any = {name: limit}
        with (
            purehdf.File(stream, limits=Limits(**lowered)) as f,
            pytest.raises(purehdf.LimitError) as caught,
        ):
            evaluated(f, expression)
    assert caught.value.expected is not None


def evaluated(f: purehdf.File, expression: str) -> Any:
    return eval(expression, {"f": f, "list": list})


def test_no_limit_is_left_out() -> None:
    names = set(Limits._fields)
    assert {name for name, *_ in CASES} == names - {"chunk_cache_bytes", "verify_checksums"}


def test_structures_that_overlap(data: bytes) -> None:
    """Honest structures may have any size together; those of one place count."""
    with purehdf.File(data, limits=Limits(metadata_bytes=1)) as f:
        assert len(f["many"]) == 300
        assert f["chunks"][199] == 199
