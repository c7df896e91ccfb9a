"""Every byte of every generated file has an answer, and the answers agree with each other."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from purehdf.errors import PureHDFError, SignatureError
from purehdf.explain import ByteMap, byte_map, explain_byte
from purehdf.explain.regions import RawData, Region

from .conftest import FILES

MapOf = Callable[[str], ByteMap]
STEP = 7


def open_map(map_of: MapOf, name: str) -> ByteMap:
    try:
        return map_of(name)
    except SignatureError:
        pytest.skip("not an HDF5 file, and said so")


def test_the_range_of_an_answer_contains_the_byte(name: str, map_of: MapOf) -> None:
    found = open_map(map_of, name)
    data = (FILES / name).read_bytes()
    assert found.size == len(data)
    for offset in range(0, found.size, 1 if found.size < 2000 else STEP):
        answer = explain_byte(found, offset)
        assert answer.start <= offset < answer.stop <= found.size, answer
        assert answer.raw == data[answer.start : answer.stop][:256]
        assert answer.field
        assert f"{offset:#x}" in str(answer)
        assert answer.kind in ("gap", "user block") or answer.chain, answer


def test_a_chain_goes_outwards(sound: str, map_of: MapOf) -> None:
    found = map_of(sound)
    for offset in range(0, found.size, STEP):
        answer = explain_byte(found, offset)
        for inner, outer in pairwise([answer, *answer.chain]):
            assert outer.start <= inner.start <= inner.stop <= outer.stop, answer


def test_structures_lie_apart_or_inside_each_other(sound: str, map_of: MapOf) -> None:
    found = map_of(sound)
    around: list[int] = []
    for i in range(len(found)):
        hit = found.hit(i)
        while around and around[-1] <= hit.start:
            around.pop()
        assert not around or hit.stop <= around[-1], hit
        around.append(hit.stop)


def test_fields_of_a_structure_do_not_overlap(name: str, map_of: MapOf) -> None:
    found = open_map(map_of, name)
    for i in range(len(found)):
        hit = found.hit(i)
        if not isinstance(hit.what, Region):
            continue
        fields = sorted(hit.what.fields(), key=lambda field: field.offset)
        assert all(a.offset + a.length <= b.offset for a, b in pairwise(fields)), hit.title
        assert all(hit.what.start <= f.offset for f in fields)
        assert all(f.offset + f.length <= hit.what.stop for f in fields)


def test_what_lies_inside_a_structure_lies_inside_one_field(sound: str, map_of: MapOf) -> None:
    found = map_of(sound)
    for i in range(len(found)):
        outer = found.hit(i)
        if isinstance(outer.what, Region):
            for inner in found.inside(outer.start, outer.stop):
                if inner.stop - inner.start == outer.stop - outer.start:
                    continue
                first, last = outer.what.field_at(inner.start), outer.what.field_at(inner.stop - 1)
                assert first == last, (outer.title, inner.title)
                assert first is not None


def test_spans_cover_the_file_without_holes(name: str, map_of: MapOf) -> None:
    found = open_map(map_of, name)
    spans = list(found.spans())
    end = 0
    for span in spans:
        assert span.start <= end, "a hole between two lines"
        end = max(end, span.stop)
    assert end == found.size
    assert [(s.start, s.stop) for s in spans if s.kind == "gap"] == list(found.gaps())


def test_a_sound_file_has_no_problems_and_small_gaps(sound: str, map_of: MapOf) -> None:
    found = map_of(sound)
    assert found.problems == []
    # What libhdf5 has freed and not used again: a group's first heap and tree, for the most part.
    assert all(stop - start <= 664 for start, stop in found.gaps())


def test_most_files_are_accounted_for_to_the_last_byte(map_of: MapOf) -> None:
    names = sorted(path.name for path in FILES.iterdir() if not path.name.startswith("damaged"))
    whole = [name for name in names if not list(map_of(name).gaps())]
    assert len(whole) > 0.75 * len(names)


def test_known_gaps(map_of: MapOf) -> None:
    """Bytes that the writer freed: a list, so that a structure that gets lost is noticed."""
    assert list(map_of("superblock_v0.h5").gaps()) == []
    assert list(map_of("climate.nc").gaps()) == [
        (0x4996, 0x499E),
        (0x4A07, 0x4A20),
        (0x4C3D, 0x4C5F),
    ]


def test_every_stored_chunk_is_in_the_map(map_of: MapOf) -> None:
    found = map_of("chunks_3000.h5")
    chunks = [h for h in map(found.hit, range(len(found))) if isinstance(h.what, RawData)]
    assert sum(hit.what.kind == "chunk" for hit in chunks) == 3000
    assert len({(hit.start, hit.stop) for hit in chunks}) == len(chunks)


def test_a_damaged_file_tells_what_is_wrong(damaged: str, map_of: MapOf) -> None:
    found = open_map(map_of, damaged)
    # A map reads neither compressed data nor the siblings of a node.
    unseen = damaged in (
        "damaged_deflate.h5",
        "damaged_checksum_chunk.h5",
        "damaged_cycle_btree_sibling.h5",
    )
    assert bool(found.problems) != unseen
    assert all(isinstance(error, PureHDFError) for error in found.problems)


def test_a_file_that_is_no_hdf5_file() -> None:
    with pytest.raises(SignatureError):
        byte_map(b"not HDF5" * 100)


def test_any_truncation_gives_a_map(map_of: MapOf) -> None:
    data = (FILES / "superblock_v0.h5").read_bytes()
    for size in range(48, len(data), 997):
        found = byte_map(data[:size])
        for offset in range(0, size, 101):
            answer = explain_byte(found, offset)
            assert answer.start <= offset < answer.stop <= size
