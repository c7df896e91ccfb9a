"""Drawn records, encoded by the tests and decoded: the same again."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from purehdf.format import datatypes as types
from purehdf.format.btree_v1 import decode_chunk_nodes, decode_group_nodes
from purehdf.format.columns import Cursors
from purehdf.format.context import Context
from purehdf.format.cursor import Cursor
from purehdf.format.global_heap import decode_global_heap_collection
from purehdf.format.local_heap import LocalHeapHeader, decode_local_heap
from purehdf.format.messages import data_layout as layouts
from purehdf.format.messages import link as links
from purehdf.format.messages.attribute import Attribute, decode_attribute
from purehdf.format.messages.dataspace import Dataspace, decode_dataspace
from purehdf.format.messages.datatype import decode_datatype
from purehdf.format.messages.fill_value import FillValue, decode_fill_value
from purehdf.format.messages.filter_pipeline import Filter, decode_filter_pipeline
from purehdf.format.object_header import decode_continuation, decode_object_header
from purehdf.format.symbol_table import decode_symbol_table_nodes

from . import encode
from . import encode_messages as messages
from .table import plain

some = settings(max_examples=60)

widths = st.sampled_from((2, 4, 8))
contexts = st.builds(Context, widths, widths)
small = st.integers(0, 0xFFFE)  # fits every width, and is not the undefined address
places = st.one_of(st.none(), small)
u8, u16, u32 = (st.integers(0, (1 << bits) - 1) for bits in (8, 16, 32))
names = st.binary(min_size=1, max_size=12).map(lambda name: name.replace(b"\0", b"_"))


def bounded(data: bytes, context: Context = Context()) -> Cursor:  # noqa: B008
    return Cursor(data, context, bounded=True)


# -- datatypes

orders = st.sampled_from("<>")
sizes = st.integers(1, 300)
bit = st.integers(0, 1)
charsets: dict[str, Any] = {"padding": st.integers(0, 2), "character_set": bit}


@st.composite
def bits(draw: Any, size: int, most: int = 0xFFFF) -> tuple[int, int]:
    """First bit and number of bits of a field within `size` bytes, each at most `most`."""
    first = draw(st.integers(0, min(8 * size - 1, most)))
    return first, draw(st.integers(1, min(8 * size - first, most)))


@st.composite
def integers(draw: Any) -> types.FixedPoint | types.BitField:
    size = draw(sizes)
    common = (size, draw(orders), draw(bit), draw(bit), *draw(bits(size)))
    if draw(st.booleans()):
        return types.BitField(*common)
    return types.FixedPoint(*common, draw(st.booleans()))


@st.composite
def floats(draw: Any) -> types.FloatingPoint:
    size = draw(sizes)
    order, normalization = draw(st.sampled_from(("<", ">", "vax"))), draw(st.integers(0, 2))
    places = (draw(bits(size, 255)), draw(bits(size, 255)), draw(bits(size, 255)))
    (sign, _), exponent, mantissa = places
    padding = (draw(bit), draw(bit), *draw(bits(size)), draw(bit))
    return types.FloatingPoint(
        size, order, *padding, normalization, sign, *exponent, *mantissa, draw(u32)
    )


plain_types = st.one_of(
    integers(),
    floats(),
    sizes.flatmap(lambda n: st.builds(types.Time, st.just(n), orders, st.integers(1, 8 * n))),
    st.builds(types.String, sizes, **charsets),
    st.builds(types.Opaque, sizes, names),
    st.builds(types.Reference, sizes, st.integers(0, 4), bit),
)


def arrays(base: types.Datatype) -> st.SearchStrategy[types.Datatype]:
    def build(shape: list[int]) -> types.Array:
        size = base.size
        for n in shape:
            size *= n
        return types.Array(size, base, tuple(shape))

    return st.lists(st.integers(1, 3), max_size=3).map(build)


def compounds(bases: st.SearchStrategy[types.Datatype]) -> st.SearchStrategy[types.Datatype]:
    def build(members: list[tuple[bytes, int, types.Datatype]]) -> types.Compound:
        end, made = 0, []
        for name, gap, datatype in members:
            made.append(types.Member(name, end + gap, datatype))
            end += gap + datatype.size
        return types.Compound(end, tuple(made))

    member = st.tuples(names, st.integers(0, 3), bases)
    return st.lists(member, min_size=1, max_size=4).map(build)


@st.composite
def enumerations(draw: Any, bases: st.SearchStrategy[types.Datatype]) -> types.Enumeration:
    base = draw(bases)
    labels = draw(st.lists(names, max_size=4))
    value = st.binary(min_size=base.size, max_size=base.size)
    values = draw(st.lists(value, min_size=len(labels), max_size=len(labels)))
    return types.Enumeration(base.size, base, tuple(labels), tuple(values))


def derived(bases: st.SearchStrategy[types.Datatype]) -> st.SearchStrategy[types.Datatype]:
    return st.one_of(
        compounds(bases),
        bases.flatmap(arrays),
        enumerations(bases),
        st.builds(types.VariableLength, sizes, st.booleans(), base=bases, **charsets),
        st.tuples(bases, st.integers(0, 2)).map(lambda t: types.Complex(2 * t[0].size, *t)),
    )


datatypes = st.recursive(plain_types, derived, max_leaves=6)


@some
@given(datatypes)
def test_datatypes(record: types.Datatype) -> None:
    assert decode_datatype(bounded(messages.datatype(record))) == record


# -- other messages

extents = st.lists(st.tuples(small, st.none() | small), max_size=6)


@some
@given(contexts, extents, st.sampled_from((1, 2)))
def test_dataspaces(context: Context, extent: list[tuple[int, int | None]], version: int) -> None:
    space = Dataspace(tuple(n for n, _ in extent), tuple(m for _, m in extent))
    assert decode_dataspace(bounded(messages.dataspace(context, space, version), context)) == space


values = st.none() | st.binary(min_size=1, max_size=20)
times = st.integers(0, 3)


@some
@given(values, times, times, st.booleans(), st.sampled_from((1, 2, 3)))
def test_fill_values(
    value: bytes | None, allocation: int, write: int, undefined: bool, version: int
) -> None:
    record = FillValue(None if undefined else value, undefined, allocation, write)
    assert decode_fill_value(bounded(messages.fill_value(record, version))) == record


filters = st.lists(
    st.builds(
        Filter,
        st.integers(256, 0xFFFF),
        st.one_of(st.just(b""), names),
        st.booleans(),
        st.lists(u32, max_size=5).map(tuple),
    ),
    max_size=4,
)


@some
@given(filters, st.sampled_from((1, 2)))
def test_filter_pipelines(pipeline: list[Filter], version: int) -> None:
    data = messages.filter_pipeline(pipeline, version)
    assert decode_filter_pipeline(bounded(data)) == tuple(pipeline)


targets = st.one_of(
    st.builds(links.HardTarget, small),
    st.builds(links.SoftTarget, names),
    st.builds(links.ExternalTarget, names, names),
    st.builds(links.UserDefinedTarget, st.integers(65, 255), st.binary(max_size=20)),
)
any_link = st.builds(links.Link, names, targets, st.none() | st.integers(0, 2**64 - 1), bit)


@some
@given(contexts, any_link, st.integers(0, 3))
def test_links(context: Context, record: links.Link, width: int) -> None:
    assert links.decode_link(bounded(messages.link(context, record, width), context)) == record


indexes = st.one_of(
    st.builds(layouts.BTreeV1Index, places),
    st.builds(layouts.SingleChunkIndex, places, st.none(), st.just(0)),
    st.builds(layouts.SingleChunkIndex, places, small, u32),
    st.builds(layouts.ImplicitIndex, places),
    st.builds(layouts.FixedArrayIndex, places, u8),
    st.builds(layouts.ExtensibleArrayIndex, places, u8, u8, u8, u8, u8),
    st.builds(layouts.BTreeV2Index, places, u32, u8, u8),
)


@st.composite
def chunked(draw: Any) -> layouts.Chunked:
    index = draw(indexes)
    old = isinstance(index, layouts.BTreeV1Index)
    shape = draw(st.lists(st.integers(1, 2 ** (32 if old else 64) - 1), min_size=1, max_size=5))
    version = 3 if old else draw(st.sampled_from((4, 5)))
    edge = False if old else draw(st.booleans())
    return layouts.Chunked(tuple(shape), draw(st.integers(1, 1000)), index, version, edge)


any_layout = st.one_of(
    st.builds(layouts.Compact, st.binary(max_size=40), st.just(4)),
    st.builds(layouts.Contiguous, places, small),
    st.builds(layouts.Virtual, places, u32),
    chunked(),
)


@some
@given(contexts, any_layout)
def test_layouts(context: Context, record: layouts.DataLayout) -> None:
    data = messages.layout(context, record)
    assert layouts.decode_data_layout(bounded(data, context)) == record


@some
@given(names, datatypes, st.binary(max_size=30), st.sampled_from((1, 2, 3)))
def test_attributes(name: bytes, datatype: types.Datatype, data: bytes, version: int) -> None:
    kind = messages.datatype(datatype)
    space = messages.dataspace(Context(), Dataspace((), ()), 2)
    message = messages.attribute(name, kind, space, data, version)
    record = Attribute(decode_attribute(bounded(message)), 0)
    assert (record.name, record.data.body) == (name, data)
    for part in (record.datatype, record.dataspace, record.data):
        assert message[part.offset :].startswith(part.body)
    assert decode_datatype(bounded(record.datatype.body)) == datatype
    assert decode_dataspace(bounded(record.dataspace.body)) == Dataspace((), ())


# -- structures

# Flags without "shareable", which not every type may have.
message_flags = u8.map(lambda flags: flags & ~0x40)
bodies = st.lists(st.tuples(u8, st.binary(max_size=30), message_flags, u16), max_size=6)


@some
@given(bodies, st.integers(0, 63), st.integers(0, 3))
def test_headers_of_version_2(
    parts: list[tuple[int, bytes, int, int]], flags: int, gap: int
) -> None:
    ordered = bool(flags & 4)
    made = [encode.message_v2(k, b, f, o if ordered else None) for k, b, f, o in parts]
    if sum(map(len, made)) + gap > 255:
        flags |= 3
    data = encode.object_header_v2(made, flags, gap=gap)
    block = decode_object_header(Cursor(data, Context()))
    expected = [(k, f, b, o if ordered else None) for k, b, f, o in parts]
    assert [(m.type, m.flags, m.body, m.creation_order) for m in block.messages] == expected
    assert all(data[m.offset :].startswith(m.body) for m in block.messages)
    assert block.flags == flags
    assert (block.times is None, block.phase_change is None) == (not flags & 32, not flags & 16)
    more = encode.continuation_v2(made, gap=gap)
    again = decode_continuation(Cursor(more, Context()), len(more), 2, flags)
    assert [m.body for m in again] == [m.body for m in block.messages]


@some
@given(bodies, u32)
def test_headers_of_version_1(parts: list[tuple[int, bytes, int, int]], references: int) -> None:
    made = [encode.message_v1(k, body, flags) for k, body, flags, _ in parts]
    block = decode_object_header(Cursor(encode.object_header_v1(made, references), Context()))
    expected = [(k, flags, encode.aligned(body)) for k, body, flags, _ in parts]
    assert [(m.type, m.flags, m.body) for m in block.messages] == expected
    assert block.reference_count == references


@some
@given(contexts, st.lists(st.lists(st.tuples(small, small), max_size=5), min_size=1), u8)
def test_group_nodes(context: Context, nodes: list[list[tuple[int, int]]], level: int) -> None:
    cursors = [Cursor(encode.group_node(context, level, node), context) for node in nodes]
    found, table = decode_group_nodes(Cursors.of(cursors), None)
    assert found == level
    assert plain(table) == [list(entry) for node in nodes for entry in node]


@some
@given(contexts, st.integers(1, 4), st.data())
def test_chunk_nodes(context: Context, dimensions: int, data: st.DataObject) -> None:
    key = st.tuples(u32, u32, *[st.integers(0, 2**64 - 1)] * dimensions)
    nodes = data.draw(st.lists(st.lists(st.tuples(key, small), max_size=4), min_size=1))
    cursors = [Cursor(encode.chunk_node(context, 0, node), context) for node in nodes]
    _, table = decode_chunk_nodes(Cursors.of(cursors), 0, dimensions)
    assert plain(table) == [[*key, child] for node in nodes for key, child in node]


@some
@given(contexts, st.lists(st.lists(st.tuples(small, small, u32), max_size=5), min_size=1))
def test_symbol_table_nodes(context: Context, nodes: list[list[tuple[int, int, int]]]) -> None:
    cursors = [
        Cursor(
            encode.symbol_table_node(
                context, [encode.symbol_table_entry(context, *entry) for entry in node]
            ),
            context,
        )
        for node in nodes
    ]
    table = decode_symbol_table_nodes(Cursors.of(cursors))
    columns = ["link_name_offset", "object_header_address", "cache_type"]
    assert plain(table[columns]) == [list(entry) for node in nodes for entry in node]


@some
@given(contexts, small, small)
def test_local_heaps(context: Context, size: int, place: int) -> None:
    record = decode_local_heap(Cursor(encode.local_heap(context, size, place), context))
    assert record == LocalHeapHeader(b"HEAP", 0, bytes(3), size, 1, place)


@some
@given(
    contexts,
    st.dictionaries(st.integers(1, 0xFFFF), st.binary(max_size=40), max_size=6),
    st.sampled_from((0, 16, 24, 160)),
)
def test_global_heaps(context: Context, objects: dict[int, bytes], free: int) -> None:
    data = encode.global_heap(context, objects, free)
    assert decode_global_heap_collection(Cursor(data, context)).objects == objects
