"""What readers do without: drivers, free space, indexes by order, cache images."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from purehdf.explain import ByteMap, byte_map, explain_byte
from tests.walk.made import cache_image, fill

from .conftest import FILES


def titles(map: ByteMap) -> dict[str, str]:
    """Title -> section, of all structures."""
    return {span.title: span.section for span in map.spans(nested=True)}


def dense(file: h5py.File) -> None:
    """Heaps, with all their indexes, and some free space in the file."""
    for i in range(20):
        group = file.create_group(f"group {i}", track_order=True)
        group.attrs.update({f"attribute {k}": k for k in range(20)})
    for i in range(0, 20, 2):
        del file[f"group {i}"]


@pytest.mark.parametrize("strategy", ["fsm", "page"])
def test_free_space_is_accounted_for(tmp_path: Path, strategy: str) -> None:
    path = tmp_path / "free.h5"
    with h5py.File(
        path, "w", libver="latest", track_order=True, fs_strategy=strategy, fs_persist=True
    ) as file:
        dense(file)
    with byte_map(path) as found:
        assert found.problems == []
        assert list(found.gaps()) == []
        assert (
            titles(found).items()
            >= {
                "file space info message": "IV.A.2.x",
                "free-space manager header": "III.H",
                "free-space section list": "III.H",
                "free space": "III.H",
                "version 2 B-tree node": "III.A.2",
            }.items()
        )


def test_room_in_nodes_of_version_2() -> None:
    data = (FILES / "dense_links_order.h5").read_bytes()
    with byte_map(data) as found:
        assert list(found.gaps()) == []
        fields = [explain_byte(found, data.index(b"BTLF") + i).field for i in (0, 6, 511)]
    assert fields[0] == "signature"
    assert fields[1].startswith("[0] ")
    assert fields[2] == "room for further records"


def test_shared_messages() -> None:
    data = (FILES / "shared_messages_list.h5").read_bytes()
    with byte_map(data) as found:
        assert list(found.gaps()) == []
        answer = explain_byte(found, data.index(b"SMLI") + 4)
    assert answer.field == "[0] message location"
    assert answer.section == "III.A.2"
    assert [part.title for part in answer.chain] == ["shared message record list"]


def test_a_heap_with_filters_is_mapped_as_it_is_stored() -> None:
    with byte_map(FILES / "dense_links_filtered.h5") as found:
        assert list(found.gaps()) == []
        blocks = [s for s in found.spans() if s.title.startswith("filtered fractal heap")]
        assert blocks
        assert "fractal heap direct block" not in titles(found)


@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_a_family(tmp_path: Path, libver: str) -> None:
    pattern = str(tmp_path / "part-%d.h5")
    with h5py.File(pattern, "w", driver="family", memb_size=2000, libver=libver) as file:
        fill(file)
    with byte_map(pattern) as found, byte_map(tmp_path / "part-0.h5") as by_first:
        assert list(found.spans()) == list(by_first.spans())
        assert found.problems == []
        name = "driver information block" if libver == "earliest" else "driver info message"
        assert name in titles(found)


def test_a_split_file(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "two", "w", driver="split") as file:
        fill(file)
    with byte_map(tmp_path / "two-m.h5") as found:
        meta = (tmp_path / "two-m.h5").stat().st_size
        raw = (tmp_path / "two-r.h5").stat().st_size
        assert found.size == 2**63 - 1 + raw
        assert (meta, 2**63 - 1) in [(s.start, s.stop) for s in found.spans()]
        answer = explain_byte(found, meta + 1000)
        assert (answer.field, answer.section) == ("space between members", "II.B")
        numbers = next(s for s in found.spans() if s.paths == ("/numbers",) and s.stop > meta)
        assert explain_byte(found, numbers.start + 8 * 7).value == "7"


def test_a_cache_image(tmp_path: Path) -> None:
    path = cache_image(tmp_path / "image.h5", fill)
    with byte_map(path) as found:
        assert found.problems == []
        assert {"metadata cache image", "metadata cache image message"} <= set(titles(found))
        stale = next(s for s in found.spans() if s.paths == ("/group",))
        assert any("it counts" in note for note in explain_byte(found, stale.start).notes)
        (image,) = (s for s in found.spans() if s.title == "metadata cache image")
        assert explain_byte(found, image.start).notes == ()


def test_the_good_fields_of_a_damaged_structure() -> None:
    with byte_map(FILES / "damaged_version_local_heap.h5") as found:
        (error,) = found.problems
        assert error.offset is not None
        assert "local heap (damaged)" not in titles(found)  # nothing was read before the version
    data = bytearray((FILES / "dense_links_tree.h5").read_bytes())
    place = data.index(b"FRHP")
    data[place + 20] ^= 1
    with byte_map(bytes(data)) as found:
        assert any(error.structure == "fractal heap header" for error in found.problems)
        answer = explain_byte(found, place + 6)
    assert answer.field == "heap id length"
    assert answer.chain[0].title == "fractal heap header (damaged)"


@pytest.mark.parametrize("userblock", [512, 1024, 2048])
@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_addresses_count_from_the_superblock(tmp_path: Path, userblock: int, libver: str) -> None:
    path = tmp_path / "user.h5"
    with h5py.File(path, "w", userblock_size=userblock, libver=libver) as file:
        file["x"] = np.arange(10)
    with byte_map(path) as found:
        assert found.problems == []
        assert found.base_address == userblock
        root = next(s for s in found.spans() if s.title == "object header" and "/" in s.paths)
        field = next(
            i
            for i in range(userblock, root.start)
            if f"leads to: object header of {root.paths[0]}" in explain_byte(found, i).notes
        )
        assert explain_byte(found, field).value == f"{root.start - userblock:#x}"
