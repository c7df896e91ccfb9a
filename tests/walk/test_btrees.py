"""Version 1 B-trees of chunks, a level at a time; those of groups are in ``test_groups.py``."""

from __future__ import annotations

import pytest

from purehdf.errors import LimitError
from purehdf.format.btree_v1 import decode_chunk_nodes
from purehdf.format.context import Context
from purehdf.format.cursor import Table
from purehdf.walk.btrees import btree_v1_leaves
from purehdf.walk.reader import Reader
from tests.format.encode import chunk_node

from .image import Image, walk

Entry = tuple[tuple[int, ...], int]


async def chunks(reader: Reader, root: int) -> Table:
    return await btree_v1_leaves(reader, decode_chunk_nodes, root, 2)


def tree(image: Image, entries: list[Entry], fan: int, level: int = 0) -> int:
    """Add a B-tree with `fan` children a node and return its root."""
    if len(entries) <= fan:
        return image.add(chunk_node(image.context, level, entries))
    parts = [entries[i : i + fan] for i in range(0, len(entries), fan)]
    nodes = [(part[0][0], image.add(chunk_node(image.context, level, part))) for part in parts]
    return tree(image, nodes, fan, level + 1)


@pytest.mark.parametrize("context", [Context(o, n) for o in (2, 4, 8) for n in (2, 8)])
@pytest.mark.parametrize(("count", "levels"), [(0, 1), (4, 1), (16, 2), (17, 3), (250, 4)])
def test_leaves_in_order(count: int, levels: int, context: Context) -> None:
    image = Image(context, base=512)
    entries: list[Entry] = [((100 + i, i % 2, 10 * i, 0), 8 * i) for i in range(count)]
    table, source = walk(image, chunks, tree(image, entries, 4))
    assert table["chunk_size"].tolist() == [100 + i for i in range(count)]
    assert table["filter_mask"].tolist() == [i % 2 for i in range(count)]
    assert table["chunk_offset_0"].tolist() == [10 * i for i in range(count)]
    assert table["child_address"].tolist() == [8 * i for i in range(count)]
    assert len(source.waves) == (2 * levels if count else 1)


def test_a_node_that_is_its_own_child() -> None:
    image = Image()
    root = image.add(bytes(200))
    image.put(root, chunk_node(image.context, 1, [((0, 0, 0, 0), root)]))
    with pytest.raises(LimitError):
        walk(image, chunks, root)
