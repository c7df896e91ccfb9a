"""Groups: symbol tables of several levels, link messages, and B-trees that go wrong."""

from __future__ import annotations

import pytest

from purehdf.errors import FormatError, LimitError
from purehdf.format.context import Context
from purehdf.format.messages.link import HardTarget, Link, LinkTarget, SoftTarget
from purehdf.limits import Limits
from purehdf.walk.groups import group_links, is_group
from purehdf.walk.headers import object_header
from purehdf.walk.reader import Reader
from tests.format import encode
from tests.format.encode_messages import link, symbol_table

from .image import Image, walk

LINK_INFO, LINK, SYMBOL_TABLE = 0x02, 0x06, 0x11
WIDTHS = [Context(o, n) for o in (2, 4, 8) for n in (2, 4, 8)]


async def links_of(reader: Reader, address: int) -> dict[str, LinkTarget]:
    header = await object_header(reader, address)
    assert is_group(header)
    return await group_links(reader, header)


# -- symbol tables


@pytest.mark.parametrize("context", WIDTHS)
@pytest.mark.parametrize("count", [0, 1, 5, 27], ids="{} links".format)
def test_a_symbol_table_of_any_depth(count: int, context: Context) -> None:
    """27 links, two in a node and two nodes below each: a B-tree of levels 3 to 0."""
    image = Image(context, base=512)
    expected = {f"link {i:02}": 8 * i + 8 for i in range(count)}
    address = image.group(dict(expected), leaf=2, fan=2)
    found, _ = walk(image, links_of, address)
    assert found == {name: HardTarget(place) for name, place in expected.items()}
    assert list(found) == sorted(found)


@pytest.mark.parametrize(("count", "levels"), [(4, 1), (16, 1), (17, 2), (256, 3)])
def test_waves(count: int, levels: int) -> None:
    """Three for the header; two for each level of the B-tree and for the symbol table nodes.

    The heap is read beside them.
    """
    image = Image()
    address = image.group({f"{i:03}": 8 for i in range(count)}, leaf=4, fan=4)
    found, source = walk(image, links_of, address)
    assert len(found) == count
    assert len(source.waves) == 3 + 2 * levels + 2


def test_soft_links_are_in_the_scratch_pad() -> None:
    image = Image(Context(4, 4))
    address = image.group({"b": "/a path/to", "a": 0x60})
    found, _ = walk(image, links_of, address)
    assert found == {"a": HardTarget(0x60), "b": SoftTarget(b"/a path/to")}


def test_names_that_are_not_utf8() -> None:
    image = Image()
    address = image.group({"é": 8, "zz": 16})
    at = image.data.find("é".encode())
    image.data[at : at + 2] = b"\xe9 "
    found, _ = walk(image, links_of, address)
    assert list(found) == ["zz", "\udce9 "]


def test_a_hard_link_without_an_address() -> None:
    image = Image()
    address = image.group({"a": -1})
    with pytest.raises(FormatError, match="without an address") as caught:
        walk(image, links_of, address)
    assert caught.value.section == "III.C"


# -- B-trees that go wrong


def group_of(image: Image, btree: int) -> int:
    """A group with this B-tree and an empty heap."""
    heap = image.add(encode.local_heap(image.context, 8, image.add(bytes(8))))
    return image.header([encode.message_v1(SYMBOL_TABLE, symbol_table(image.context, btree, heap))])


def node(image: Image, level: int, children: list[int]) -> bytes:
    return encode.group_node(image.context, level, [(0, child) for child in children])


def test_a_node_that_is_its_own_child() -> None:
    image = Image()
    root = image.add(node(image, 1, [0]))
    image.put(root, node(image, 1, [root]))
    with pytest.raises(LimitError, match="child more than once") as caught:
        walk(image, links_of, group_of(image, root))
    assert (caught.value.section, caught.value.offset) == ("III.A", root)


def test_a_node_below_that_leads_back_to_the_root() -> None:
    image = Image()
    root = image.add(node(image, 2, [0]))
    below = image.add(node(image, 1, [root]))
    image.put(root, node(image, 2, [below]))
    with pytest.raises(LimitError):
        walk(image, links_of, group_of(image, root))


def test_a_child_twice() -> None:
    image = Image()
    leaf = image.add(node(image, 0, []))
    with pytest.raises(LimitError):
        walk(image, links_of, group_of(image, image.add(node(image, 1, [leaf, leaf]))))


@pytest.mark.parametrize("level", [0, 2, 255])
def test_a_child_of_the_wrong_level(level: int) -> None:
    image = Image()
    good, bad = image.add(node(image, 1, [])), image.add(node(image, level, []))
    with pytest.raises(FormatError) as caught:
        walk(image, links_of, group_of(image, image.add(node(image, 2, [good, bad]))))
    assert not isinstance(caught.value, LimitError)
    assert (caught.value.field, caught.value.offset) == ("node level", bad)
    assert (caught.value.expected, caught.value.found) == (1, level)


def test_a_child_of_the_wrong_type() -> None:
    image = Image()
    bad = image.add(encode.chunk_node(image.context, 0, []))
    with pytest.raises(FormatError) as caught:
        walk(image, links_of, group_of(image, image.add(node(image, 1, [bad]))))
    assert (caught.value.field, caught.value.offset) == ("node type", bad)


def test_a_child_without_an_address() -> None:
    image = Image()
    with pytest.raises(FormatError, match="without an address"):
        walk(image, links_of, group_of(image, image.add(node(image, 1, [-1]))))


def test_a_tree_that_is_too_deep_or_too_wide() -> None:
    image = Image()
    deep = group_of(image, image.add(node(image, 65, [8])))
    with pytest.raises(LimitError, match="too deep"):
        walk(image, links_of, deep)
    leaves = [image.add(node(image, 0, [])) for _ in range(5)]
    wide = group_of(image, image.add(node(image, 1, leaves)))
    assert walk(image, links_of, wide, limits=Limits(btree_nodes=6))[0] == {}
    with pytest.raises(LimitError, match="too many nodes"):
        walk(image, links_of, wide, limits=Limits(btree_nodes=5))


# -- link messages


def compact(image: Image, links: list[Link], tracked: bool) -> int:
    info = bytes([0, tracked]) + (bytes(8) if tracked else b"")
    info += encode.address(image.context, None) * 2
    made = [encode.message_v2(LINK, link(image.context, one)) for one in links]
    return image.header_v2([encode.message_v2(LINK_INFO, info), *made])


@pytest.mark.parametrize(("tracked", "order"), [(False, "abc"), (True, "cab")])
@pytest.mark.parametrize("context", WIDTHS)
def test_compact_links(context: Context, tracked: bool, order: str) -> None:
    image = Image(context)
    links = [
        Link(b"b", SoftTarget(b"/c"), 2),
        Link(b"a", HardTarget(0x40), 1),
        Link(b"c", HardTarget(0x48), 0),
    ]
    found, _ = walk(image, links_of, compact(image, links, tracked))
    assert "".join(found) == order
    assert found == {one.name.decode(): one.target for one in links}


def test_what_is_no_group() -> None:
    image = Image()
    address = image.header([encode.message_v1(0x0D, b"a comment\0")])

    async def attempt(reader: Reader) -> None:
        header = await object_header(reader, address)
        assert not is_group(header)
        await group_links(reader, header)

    with pytest.raises(FormatError, match="not a group") as caught:
        walk(image, attempt)
    assert caught.value.offset == address
