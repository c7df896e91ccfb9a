"""The reader: waves, what it keeps, and where it says that an error is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from purehdf.errors import (
    FormatError,
    LimitError,
    PureHDFError,
    SignatureError,
    TruncatedError,
    VersionError,
)
from purehdf.format.btree_v1 import decode_group_nodes
from purehdf.format.context import Context
from purehdf.format.global_heap import decode_global_heap_collection
from purehdf.format.local_heap import LocalHeap, decode_local_heap, decode_local_heap_data
from purehdf.format.messages.dataspace import Dataspace, decode_dataspace
from purehdf.format.object_header import decode_object_header
from purehdf.format.recording import RecordingCursor
from purehdf.format.structure import Structure
from purehdf.limits import Limits
from purehdf.source import BytesSource, run
from purehdf.walk.reader import Reader
from tests.format import encode

from .image import Image, walk

CONTEXT = Context()
NODE = encode.group_node(CONTEXT, 0, [(0, 8), (8, 16)])


def load(*args: Any) -> Callable[[Reader], Any]:
    return lambda reader: reader.load(*args)


def load_all(*args: Any) -> Callable[[Reader], Any]:
    return lambda reader: reader.load_all(*args)


def load_level(*args: Any) -> Callable[[Reader], Any]:
    return lambda reader: reader.load_level(*args)


@pytest.fixture
def image() -> Image:
    return Image(base=512)


def heaps(image: Image, sizes: Sequence[int]) -> list[int]:
    """Global heap collections with one object each."""
    return [image.add(encode.global_heap(CONTEXT, {1: bytes([n]) * n})) for n in sizes]


# -- waves


def test_one_structure_is_read_as_it_unfolds(image: Image) -> None:
    (place,) = heaps(image, [5])
    collection, source = walk(image, load(decode_global_heap_collection, place))
    assert collection.objects == {1: b"\5" * 5}
    begin = 512 + place
    assert source.waves == [[(begin, begin + 16)], [(begin, begin + 40)]]


def test_many_structures_take_the_waves_of_one(image: Image) -> None:
    places = heaps(image, range(1, 101))
    found, source = walk(image, load_all(decode_global_heap_collection, places))
    assert [c.objects[1] for c in found] == [bytes([n]) * n for n in range(1, 101)]
    assert [len(wave) for wave in source.waves] == [100, 100]


def test_results_are_in_the_order_of_the_addresses(image: Image) -> None:
    first, second = heaps(image, [1, 2])
    places = [second, first, second]
    found, source = walk(image, load_all(decode_global_heap_collection, places))
    assert [len(c.objects[1]) for c in found] == [2, 1, 2]
    assert [len(wave) for wave in source.waves] == [2, 2]


def test_no_addresses(image: Image) -> None:
    found, source = walk(image, load_all(decode_global_heap_collection, []))
    assert (found, source.waves) == ([], [])


def test_a_level_is_one_table_and_few_waves(image: Image) -> None:
    places = [image.add(NODE) for _ in range(50)]
    (level, table), source = walk(image, load_level(decode_group_nodes, places, None))
    assert (level, table["child_address"].tolist()) == (0, [8, 16] * 50)
    assert [len(wave) for wave in source.waves] == [50, 50]


def test_a_resident_file_is_never_asked_for(image: Image) -> None:
    places = heaps(image, [1, 2])
    reader = image.reader(resident=memoryview(bytes(image.data)))
    walker = reader.load_all(decode_global_heap_collection, places)
    with pytest.raises(StopIteration) as done:
        walker.send(None)
    assert [len(c.objects[1]) for c in done.value.value] == [1, 2]


# -- what it keeps


def test_what_was_decoded_is_kept(image: Image) -> None:
    places = heaps(image, [1, 2, 3])

    async def twice(reader: Reader) -> bool:
        once = await reader.load_all(decode_global_heap_collection, places[:2])
        again = await reader.load_all(decode_global_heap_collection, places)
        return all(a is b for a, b in zip(once, again, strict=False))

    same, source = walk(image, twice)
    assert same
    assert [len(wave) for wave in source.waves] == [2, 2, 1, 1]


def test_the_same_address_with_other_arguments_is_another_record(image: Image) -> None:
    place = image.add(b"abcdefgh")

    async def both(reader: Reader) -> list[LocalHeap]:
        return [await reader.load(decode_local_heap_data, place, n) for n in (4, 8, 4)]

    found, source = walk(image, both)
    assert [heap.data for heap in found] == [b"abcd", b"abcdefgh", b"abcd"]
    assert len(source.waves) == 2


def test_errors_are_not_kept(image: Image) -> None:
    good = encode.local_heap(CONTEXT, 8, 64)
    place = image.add(b"HEAD" + good[4:])
    reader, bad = image.reader(), bytes(image.data)
    with pytest.raises(SignatureError):
        run(reader.load(decode_local_heap, place), BytesSource(bad))
    image.put(place, good)
    mended = BytesSource(bytes(image.data))
    assert run(reader.load(decode_local_heap, place), mended).data_segment_address == 64


# -- errors


def located(error: PureHDFError) -> tuple[str | None, str | None, int | None]:
    return error.structure, error.section, error.offset


def test_an_error_says_where_it_is(image: Image) -> None:
    bad = bytearray(encode.local_heap(CONTEXT, 8, 8))
    bad[4] = 9
    place = image.add(bytes(bad))
    with pytest.raises(VersionError) as caught:
        walk(image, load(decode_local_heap, place))
    assert located(caught.value) == ("local heap", "III.D", 512 + place + 4)
    assert (caught.value.expected, caught.value.found) == ("0", 9)


def test_an_error_without_a_field_is_at_the_structure(image: Image) -> None:
    place = image.add(encode.global_heap(CONTEXT, {})[:8] + encode.uint(3, 8))
    with pytest.raises(TruncatedError) as caught:
        walk(image, load(decode_global_heap_collection, place))
    assert located(caught.value) == ("global heap collection", "III.E", 512 + place)


def test_the_bad_one_of_a_level_is_named(image: Image) -> None:
    places = [image.add(NODE), image.add(NODE), image.add(b"TREF" + NODE[4:])]
    with pytest.raises(SignatureError) as caught:
        walk(image, load_level(decode_group_nodes, places, 0))
    assert located(caught.value) == ("version 1 B-tree node", "III.A.1", 512 + places[2])


@pytest.mark.parametrize("resident", [False, True])
@pytest.mark.parametrize("kept", [0, 3, 8, 30, 39])
def test_the_end_of_the_file(image: Image, kept: int, resident: bool) -> None:
    (place,) = heaps(image, [5])
    data = bytes(image.data[: 512 + place + kept])
    reader = image.reader(resident=memoryview(data) if resident else None)
    with pytest.raises(TruncatedError) as caught:
        run(reader.load(decode_global_heap_collection, place), BytesSource(data))
    assert located(caught.value) == ("global heap collection", "III.E", 512 + place)
    assert caught.value.found == f"{kept} bytes"


@pytest.mark.parametrize("resident", [False, True])
def test_beyond_the_end_of_the_file(image: Image, resident: bool) -> None:
    data = bytes(image.data)
    for loading in (load(decode_local_heap, 1 << 40), load_level(decode_group_nodes, [1 << 40], 0)):
        reader = image.reader(resident=memoryview(data) if resident else None)
        with pytest.raises(TruncatedError) as caught:
            run(loading(reader), BytesSource(data))
        assert caught.value.offset == (1 << 40) + 512
        assert caught.value.found == "0 bytes"


def test_no_structure_may_be_too_large(image: Image) -> None:
    place = image.add(encode.global_heap(CONTEXT, {})[:8] + encode.uint(1 << 50, 8))
    with pytest.raises(LimitError) as caught:
        walk(image, load(decode_global_heap_collection, place))
    assert (caught.value.found, caught.value.offset) == (1 << 50, 512 + place)
    loading = load(decode_global_heap_collection, *heaps(image, [100]))
    with pytest.raises(LimitError):
        walk(image, loading, limits=Limits(structure_bytes=64))


def test_one_bad_structure_of_many_is_raised(image: Image) -> None:
    places = [*heaps(image, [1, 2]), image.add(bytes(64))]
    with pytest.raises(SignatureError) as caught:
        walk(image, load_all(decode_global_heap_collection, places))
    assert caught.value.offset == 512 + places[2]


# -- bodies of messages


def test_a_body_is_all_there_is(image: Image) -> None:
    reader = image.reader()
    assert reader.decode_body(decode_dataspace, bytes.fromhex("02000001"), 0x700) == Dataspace(
        (), ()
    )
    with pytest.raises(TruncatedError) as caught:
        reader.decode_body(decode_dataspace, bytes.fromhex("020100"), 0x700)
    assert located(caught.value) == ("dataspace message", "IV.A.2.b", 0x703)
    with pytest.raises(FormatError) as invalid:
        reader.decode_body(decode_dataspace, bytes.fromhex("02000009"), 0x700)
    assert located(invalid.value)[:2] == ("dataspace message", "IV.A.2.b")


# -- tracing


class Notes:
    def __init__(self) -> None:
        self.seen: list[tuple[str, int, int]] = []

    def decoded(self, structure: Structure, cursor: RecordingCursor) -> None:
        first, *_, last = cursor.fields
        self.seen.append((structure.title, first.offset, last.offset + last.length))


@pytest.mark.parametrize("resident", [False, True])
def test_a_tracer_sees_every_structure_once(image: Image, resident: bool) -> None:
    header = image.header([encode.message_v1(1, bytes.fromhex("01000000 00000000"))])
    nodes = [image.add(NODE) for _ in range(2)]
    notes, data = Notes(), bytes(image.data)

    async def look(reader: Reader) -> None:
        for _ in range(2):
            block = await reader.load(decode_object_header, header)
        await reader.load_level(decode_group_nodes, nodes, 0)
        (message,) = block.messages
        reader.decode_body(decode_dataspace, message.body, message.offset)

    options: dict[str, Any] = {"resident": memoryview(data)} if resident else {}
    run(look(image.reader(tracer=notes, **options)), BytesSource(data))
    assert notes.seen == [
        ("object header", 512 + header, 512 + header + 32),
        *(("version 1 B-tree node", 512 + n, 512 + n + 56) for n in nodes),
        ("dataspace message", 512 + header + 24, 512 + header + 32),
    ]
