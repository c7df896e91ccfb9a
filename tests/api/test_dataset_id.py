"""``dataset.id``, ``virtual_sources`` and ``regionref``, side by side with h5py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import purehdf

from .side_by_side import agree

INDEXES: dict[str, tuple[Any, ...]] = {
    "fixed array": (10, 10),
    "extensible array": (None, 10),
    "v2 B-tree": (None, None),
    "extensible array, second axis": (10, None),
}


@pytest.fixture(scope="module", params=["earliest", "latest"])
def path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("id") / f"{request.param}.h5"
    with h5py.File(path, "w", libver=request.param, userblock_size=512) as f:
        for name, maxshape in INDEXES.items():
            options = {"chunks": (3, 4), "maxshape": maxshape, "compression": 1}
            f.create_dataset(name, data=np.arange(100).reshape(10, 10), **options)
        sparse = f.create_dataset("sparse", (90, 90), "i4", chunks=(10, 10), maxshape=(None, None))
        for i, j in ((55, 5), (15, 85), (0, 44), (5, 5)):
            sparse[i, j] = 1
        f.create_dataset("shrunk", data=np.zeros((9, 9)), chunks=(2, 2), maxshape=(None, None))
        f["shrunk"].resize((4, 4))
        f.create_dataset("single", data=np.zeros((4, 4)), chunks=(4, 4))
        _implicit(f)
        _masked(f)
        f["contiguous"] = [1, 2]
        f.create_dataset("unwritten", (5,), "f4")
        _compact(f)
        f["null"] = h5py.Empty("i4")
        f.create_dataset("raw", (4,), "i4", external=[("no such file", 0, 16)])
        _virtual(f)
        f.attrs["region"] = f["sparse"].regionref[1:9:2, 5]
        f.attrs["object"] = f["sparse"].ref
    return path


def _implicit(f: h5py.File) -> None:
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_chunk((3, 3))
    plist.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    space = h5py.h5s.create_simple((10, 10))
    h5py.h5d.create(f.id, b"implicit", h5py.h5t.NATIVE_INT32, space, plist)


def _masked(f: h5py.File) -> None:
    options = {"chunks": (2, 2), "compression": 1, "shuffle": True, "fletcher32": True}
    masked = f.create_dataset("masked", (4, 4), "u1", **options)
    masked.id.write_direct_chunk((2, 0), bytes(range(4)), filter_mask=0b111)


def _compact(f: h5py.File) -> None:
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple((3,))
    h5py.h5d.create(f.id, b"compact", h5py.h5t.NATIVE_INT32, space, plist)


def _virtual(f: h5py.File) -> None:
    layout = h5py.VirtualLayout((2, 5), "f8")
    layout[0] = h5py.VirtualSource("a.h5", "q", (5,))
    layout[1] = h5py.VirtualSource(".", "contiguous", (5,))
    f.create_virtual_dataset("virtual", layout)


CHUNKED = ["fixed array", "extensible array", "v2 B-tree", "sparse", "shrunk", "single",
           "implicit", "masked"]  # fmt: skip
OTHERS = ["contiguous", "unwritten", "compact", "null", "virtual", "raw"]

OF_CHUNKED = """
{0}.get_num_chunks()
[tuple({0}.get_chunk_info(i)) for i in range({0}.get_num_chunks())]
{0}.get_chunk_info(0)._fields
{0}.get_chunk_info(9999)
[tuple({0}.get_chunk_info_by_coord((i, j))) for i in range(0, 10, 3) for j in range(0, 10, 2)]
tuple({0}.get_chunk_info_by_coord((9999, 0)))
{0}.get_chunk_info_by_coord((1,))
(lambda found: ({0}.chunk_iter(lambda info: found.append(tuple(info))), found))([])
{0}.chunk_iter(lambda info: info.size)
[{0}.read_direct_chunk({0}.get_chunk_info(i).chunk_offset) for i in range({0}.get_num_chunks())]
"""
OF_ALL = """
{0}.get_offset()
{0}.get_storage_size()
({0}.rank, {0}.shape, {0}.dtype.str)
f['{1}'].filter_ids
f['{1}'].filter_names
"""
OF_OTHERS = """
{0}.get_num_chunks()
{0}.get_chunk_info(0)
{0}.chunk_iter(print)
{0}.read_direct_chunk((0,) * {0}.rank)
"""


@pytest.mark.parametrize("name", CHUNKED + OTHERS)
def test_side_by_side(path: Path, name: str) -> None:
    texts = OF_ALL + (OF_CHUNKED if name in CHUNKED else OF_OTHERS)
    for text in texts.strip().splitlines():
        if "get_offset" in text and name in ("null", "unwritten"):
            continue  # h5py: 511, no address at all and the size of the user block
        if name == "null" and ("storage_size" in text or "read_direct" in text):
            continue  # h5py: 4 bytes, of which no element takes any; it has no offsets to give
        agree(path, text.replace("{0}", f"f['{name}'].id").replace("{1}", name))


def test_positions_are_those_of_the_bytes(path: Path) -> None:
    """libhdf5 2.0 mixes up the axes here, in the positions of its list and of its look-up."""
    name = "extensible array, second axis"
    with h5py.File(path) as theirs, purehdf.File(path) as ours:
        chunks = [ours[name].id.get_chunk_info(i) for i in range(12)]
        assert [c.chunk_offset for c in chunks] == [
            (i, j) for i in range(0, 10, 3) for j in range(0, 10, 4)
        ]
        for chunk in chunks:
            _, stored = ours[name].id.read_direct_chunk(chunk.chunk_offset)
            assert stored == path.read_bytes()[chunk.byte_offset :][: chunk.size]
            i, j = chunk.chunk_offset
            decoded = np.zeros((3, 4), int)
            part = theirs[name][i : i + 3, j : j + 4]
            decoded.flat[:] = np.frombuffer(_inflated(stored), int)
            assert (decoded[: part.shape[0], : part.shape[1]] == part).all()


def _inflated(data: bytes) -> bytes:
    import zlib

    return zlib.decompress(data)


def test_chunks_that_do_not_begin_there(path: Path) -> None:
    with purehdf.File(path) as f:
        id = f["fixed array"].id
        with pytest.raises(ValueError, match="no chunk begins"):
            id.read_direct_chunk((1, 0))
        with pytest.raises(ValueError, match="negative"):
            id.read_direct_chunk((-3, 0))
        with pytest.raises(ValueError, match="no chunk -1"):
            id.get_chunk_info(-1)
        with pytest.raises(RuntimeError, match="not stored"):
            f["sparse"].id.read_direct_chunk((80, 80))
        with pytest.raises(RuntimeError, match="not stored"):
            f["sparse"].id.read_direct_chunk((9990, 0))
        with pytest.raises(RuntimeError, match="not a chunked"):
            f["compact"].id.get_chunk_info_by_coord((0,))


def test_a_chunk_behind_the_end(path: Path) -> None:
    with purehdf.File(path) as f:
        address = f["masked"].id.get_chunk_info(0).byte_offset - f.userblock_size
    # The new format has a checksum over the address.
    moved = path.read_bytes().replace(address.to_bytes(8, "little"), b"\0\0\xff\xff\0\0\0\0")
    with (
        purehdf.File(moved, verify_checksums=False) as f,
        pytest.raises(purehdf.TruncatedError, match=r"of /masked: .* found 0 bytes"),
    ):
        f["masked"].id.read_direct_chunk((2, 0))


@pytest.mark.parametrize("expression", [
    "[(s.file_name, s.dset_name) for s in f['virtual'].virtual_sources()]",
    "f['virtual'].virtual_sources()[0]._fields",
    "f['sparse'].virtual_sources()",
    "f['sparse'].regionref.shape(f.attrs['region'])",
    "f['sparse'].regionref.selection(f.attrs['region'])",
    "f.regionref.selection(f.attrs['region'])",
    "f.regionref.shape(f.attrs['object'])",
    "f[f['sparse'].ref] == f['sparse']",
    "f[f['virtual'].ref]",
    "f[f.ref].name",
    "f['sparse'].ref == f.ref",
    "f['sparse'][f.attrs['region']]",
])  # fmt: skip
def test_references_and_sources(path: Path, expression: str) -> None:
    agree(path, expression)
