"""Bytes whose meaning is known, and what is said of them."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

import purehdf
from purehdf.explain import ByteMap, Explanation, byte_map, explain, explain_byte

from .conftest import FILES

MapOf = Callable[[str], ByteMap]


def find(map: ByteMap, data: bytes, wanted: bytes, plus: int = 0) -> Explanation:
    """Explain the byte `plus` bytes into the first occurrence of `wanted`."""
    return explain_byte(map, data.index(wanted) + plus)


@pytest.fixture
def old(map_of: MapOf) -> tuple[ByteMap, bytes]:
    return map_of("superblock_v0.h5"), (FILES / "superblock_v0.h5").read_bytes()


def test_signature_of_the_superblock(old: tuple[ByteMap, bytes]) -> None:
    answer = explain_byte(old[0], 3)
    assert (answer.field, answer.start, answer.stop) == ("signature", 0, 8)
    assert answer.value == r'"\x89HDF\r\n\x1a\n"'
    assert [part.title for part in answer.chain] == ["superblock"]
    assert answer.section == "II.A"
    assert answer.paths == ()


def test_an_address_says_what_it_leads_to(old: tuple[ByteMap, bytes]) -> None:
    answer = explain_byte(old[0], 24 + 32 + 8)  # the root group's object header address
    assert answer.field == "object header address"
    assert answer.value == "0x60"
    assert "leads to: object header of /" in answer.notes


def test_entries_used_of_a_btree(old: tuple[ByteMap, bytes]) -> None:
    map, data = old
    answer = find(map, data, b"TREE", 6)
    assert (answer.field, answer.value) == ("entries used", "1")
    assert answer.chain[0].title == "version 1 B-tree node"
    assert answer.section == "III.A.1"
    # K is 16: header, 33 keys and 32 children of 8 bytes each.
    assert answer.chain[0].stop - answer.chain[0].start == 24 + 33 * 8 + 32 * 8


def test_room_that_a_node_keeps(old: tuple[ByteMap, bytes]) -> None:
    map, data = old
    place = data.index(b"TREE") + 24 + 16
    assert explain_byte(map, place).field == "key after the last entry"
    assert explain_byte(map, place + 8).field == "room for further entries"


def test_a_link_name_in_the_local_heap(old: tuple[ByteMap, bytes]) -> None:
    map, data = old
    place = data.index(b"\0contiguous\0") + 1
    answer = explain_byte(map, place + 4)
    assert (answer.field, answer.value) == ("link name", '"contiguous"')
    assert (answer.start, answer.stop) == (place, place + 11)
    assert answer.section == "III.D"
    assert answer.paths == ("/group",)


def test_an_entry_of_a_symbol_table_knows_its_link(old: tuple[ByteMap, bytes]) -> None:
    map, data = old
    place = data.index(b"SNOD", data.index(b"SNOD") + 1) + 8
    answer = explain_byte(map, place)
    assert answer.field == "[0] link name offset"
    assert "link 'chunked'" in answer.notes


def test_an_attribute_value(map_of: MapOf) -> None:
    with purehdf.File(FILES / "climate.nc") as file:
        wanted = file["temperature"].attrs["_FillValue"]
    data = (FILES / "climate.nc").read_bytes()
    place = data.index(b"_FillValue\0")
    place = data.index(np.float32(wanted[0]).tobytes(), place)
    answer = explain_byte(map_of("climate.nc"), place + 2)
    assert answer.kind == "raw data"
    assert (answer.start, answer.stop) == (place, place + 4)
    assert answer.value == "-9999.0"
    titles = [part.title for part in answer.chain]
    assert titles[0] == "attribute value of '_FillValue'"
    assert "attribute message" in titles
    assert any(title.startswith("message ") and title.endswith(", attribute") for title in titles)
    assert answer.paths[0] == "/temperature"


def test_an_element_of_contiguous_data(old: tuple[ByteMap, bytes]) -> None:
    with purehdf.File(FILES / "superblock_v0.h5") as file:
        dataset = file["group/contiguous"]
        values, size = dataset[...], dataset.dtype.itemsize
    hits = [old[0].hit(i) for i in range(len(old[0]))]
    start = next(hit.start for hit in hits if hit.title == "contiguous data")
    last = values.size - 1
    answer = explain_byte(old[0], start + last * size + 1)
    index = np.unravel_index(last, values.shape)
    assert answer.field == f"element [{', '.join(map(str, index))}]"
    assert answer.value == str(values[index])
    assert (answer.start, answer.stop) == (start + last * size, start + values.size * size)


def test_an_element_of_an_unfiltered_chunk(map_of: MapOf) -> None:
    with purehdf.File(FILES / "chunks_3000.h5") as file:
        dataset = file["numbers"]
        table, values, size = dataset.chunk_table(), dataset[...], dataset.dtype.itemsize
        extent = dataset.chunks[0]
    row = 1234
    answer = explain_byte(map_of("chunks_3000.h5"), int(table.file_offset[row]) + size)
    element = int(table.coordinates[row, 0]) * extent + 1
    assert answer.field == f"element [{element}]"
    assert answer.value == str(values[element])
    assert answer.chain[0].title == f"chunk ({table.coordinates[row, 0]})"


def test_a_byte_of_a_compressed_chunk(map_of: MapOf) -> None:
    with purehdf.File(FILES / "climate.nc") as file:
        table = file["temperature"].chunk_table()
    answer = explain_byte(map_of("climate.nc"), int(table.file_offset[3]) + 10)
    assert answer.field == "filtered chunk"
    assert answer.value == f"byte 10 of {table.size[3]} of filtered data (shuffle, deflate)"
    assert answer.chain[0].title == "chunk (0, 1, 1)"
    assert "holds elements [0:8, 9:18, 18:36]" in answer.notes
    assert answer.stop - answer.start == table.size[3]


def test_the_checksum_of_a_chunk(map_of: MapOf) -> None:
    name = "filter_fletcher32.h5"
    with purehdf.File(FILES / name) as file:
        table = next(iter(file.values())).chunk_table()
    end = int(table.file_offset[0] + table.size[0])
    assert explain_byte(map_of(name), end - 1).field == "checksum of the chunk"
    assert explain_byte(map_of(name), end - 5).field.startswith("element ")


def test_an_edge_chunk_has_padding(map_of: MapOf) -> None:
    name = "chunks_edges.h5"
    found = map_of(name)
    answers = [explain_byte(found, offset) for offset in range(0, found.size, 4)]
    padding = [a for a in answers if a.field == "padding of a chunk at the edge"]
    assert padding
    assert all("is outside the dataset" in a.notes[0] for a in padding)


def test_the_entry_of_a_chunk_in_its_index(map_of: MapOf) -> None:
    map, data = map_of("chunks_3000.h5"), (FILES / "chunks_3000.h5").read_bytes()
    with purehdf.File(FILES / "chunks_3000.h5") as file:
        table = file["numbers"].chunk_table()
    answer = find(map, data, struct.pack("<Q", int(table.file_offset[100])))
    assert answer.field.endswith("child address")
    assert answer.value == f"{table.file_offset[100]:#x}"
    assert "leads to: chunk (100) of /numbers" in answer.notes


def test_a_string_in_the_global_heap(map_of: MapOf) -> None:
    map = map_of("datatype_vlen_strings.h5")
    data = (FILES / "datatype_vlen_strings.h5").read_bytes()
    with purehdf.File(FILES / "datatype_vlen_strings.h5") as file:
        word = max((bytes(w) for w in file["ascii"][...].ravel()), key=len)
    answer = find(map, data, word)
    assert answer.field == "object data"
    assert answer.value == f'"{word.decode()}"'
    assert [part.title for part in answer.chain][-1] == "global heap collection"
    assert answer.chain[0].title.startswith("object ")


def test_the_user_block(map_of: MapOf) -> None:
    answer = explain_byte(map_of("userblock_512.h5"), 100)
    assert (answer.kind, answer.start, answer.stop) == ("user block", 0, 512)
    assert explain_byte(map_of("userblock_512.h5"), 512).field == "signature"


def test_a_gap_names_its_neighbours(map_of: MapOf) -> None:
    answer = explain_byte(map_of("climate.nc"), 0x4A10)
    assert (answer.kind, answer.start, answer.stop) == ("gap", 0x4A07, 0x4A20)
    assert answer.value == "no structure that was reached claims this byte"
    assert answer.notes == (
        "before it: object header continuation block of /altitude",
        "after it: object header continuation block of /precipitation",
    )


def test_bytes_after_the_end_of_the_file() -> None:
    data = (FILES / "superblock_v0.h5").read_bytes()
    answer = explain(data + b"more", len(data))
    assert "after the end of the file that the superblock states" in answer.notes


@pytest.mark.parametrize("offset", [-1, 12513, 1 << 70])
def test_there_is_no_such_byte(offset: int, map_of: MapOf) -> None:
    with pytest.raises(ValueError, match=r"no byte .* the file has 0x30e1 \(12513\) bytes"):
        explain_byte(map_of("superblock_v0.h5"), offset)


def test_damage_is_told_where_it_is(map_of: MapOf) -> None:
    map = map_of("damaged_version_local_heap.h5")
    (error,) = map.problems
    assert error.offset is not None
    assert str(error) in explain_byte(map, error.offset).notes
    # The rest of the file is still there.
    assert explain_byte(map, 0).field == "signature"


def test_one_object_of_two_names_has_both_paths(map_of: MapOf) -> None:
    map = map_of("links_two_names.h5")
    paths = {path for i in range(len(map)) for path in map.hit(i).paths if path != "/group"}
    assert {"/first", "/second", "/group/third"} < paths


def test_an_open_file_is_used_and_stays_open() -> None:
    with purehdf.File(FILES / "superblock_v0.h5") as file:
        assert explain(file, 0).field == "signature"
        assert list(file)


def test_as_dict_is_plain(map_of: MapOf) -> None:
    found = explain_byte(map_of("superblock_v0.h5"), 0).as_dict()
    assert found["raw"] == "894844460d0a1a0a"
    assert found["chain"][0] == {"title": "superblock", "start": 0, "stop": 96, "section": "II.A"}


def test_a_remote_file_gives_the_same_map() -> None:
    """A source that is not in memory: the walks wait for bytes, and see the same."""
    with open(FILES / "superblock_v0.h5", "rb") as opened, byte_map(opened) as far:
        near = byte_map(FILES / "superblock_v0.h5")
        assert list(far.spans(nested=True)) == list(near.spans(nested=True))
        near.close()


def test_many_chunks_are_columns(tmp_path: Path) -> None:
    path = tmp_path / "many.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("x", data=np.zeros((100_000, 2), "i1"), chunks=(1, 2))
    with byte_map(path) as found:
        raw = [found.hit(i).what for i in range(0, len(found), 1000)]
        assert len({id(what) for what in raw}) < len(raw)
        assert len(found.survey.raw) == 1
        # Trees of chunks have some 3,000 nodes; no object is made for a chunk.
        assert len(found.survey.regions) < 5000
        start = int(found.survey.raw[0].start[77_777])
        assert explain_byte(found, start + 1).field.startswith("element [")
        assert all(stop - start < 2048 for start, stop in found.gaps())
