"""Whatever leads back to itself comes to an end, as an error that says so."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

import purehdf
from tests.features.sources import space, virtual
from tests.format import encode

from .maker import CONTEXT, CONTINUATION, LINK_INFO, Maker, hard_link, soft_link

Harmless = Callable[[bytes | Path], None]
SYMBOL_TABLE = 0x11


def test_a_group_in_itself(harmless: Harmless) -> None:
    maker = Maker()
    root = maker.add(bytes(120))
    maker.group([hard_link("self", root), hard_link("again", root)], at=root)
    content = maker.finish(root)
    harmless(content)
    with purehdf.File(content) as file:
        assert file["self/again/self"] == file["/"]
        assert list(file["self"]) == ["again", "self"]


def test_groups_in_a_ring(harmless: Harmless) -> None:
    maker = Maker()
    first, second = maker.add(bytes(120)), maker.add(bytes(120))
    maker.group([hard_link("second", second)], at=first)
    maker.group([hard_link("first", first)], at=second)
    content = maker.finish(first)
    harmless(content)
    with purehdf.File(content) as file:
        assert file["second/first/second/first"] == file["/"]


LONG = {"a": "l0"} | {f"l{i}": f"/l{i + 1}" for i in range(1500)}


@pytest.mark.parametrize(
    "links",
    [{"a": "/a"}, {"a": "/b", "b": "/a"}, {"a": "a/a/a"}, LONG],
    ids=["itself", "two", "longer and longer", "1500 in a row"],
)
def test_soft_links(harmless: Harmless, links: dict[str, str]) -> None:
    maker = Maker()
    root = maker.group([soft_link(name, path) for name, path in links.items()])
    content = maker.finish(root)
    harmless(content)
    with purehdf.File(content) as file, pytest.raises(purehdf.LimitError, match="soft links"):
        file["a"]


def test_a_continuation_block_that_continues_in_itself(harmless: Harmless) -> None:
    maker = Maker()
    at = maker.add(bytes(28))
    there = struct.pack("<QQ", at, 28)
    maker.data[at : at + 28] = encode.continuation_v2([encode.message_v2(CONTINUATION, there)])
    root = maker.header([(LINK_INFO, b"\0\0" + b"\xff" * 16), (CONTINUATION, there)])
    content = maker.finish(root)
    harmless(content)
    with pytest.raises(purehdf.LimitError, match="circle"):
        purehdf.File(content)


def old_group(maker: Maker, btree: int) -> bytes:
    """A file whose root group has its links in the B-tree at `btree`."""
    heap_data = maker.add(bytes(8) + b"name\0\0\0\0")
    heap = maker.add(encode.local_heap(CONTEXT, 16, heap_data))
    return maker.finish(maker.header([(SYMBOL_TABLE, struct.pack("<QQ", btree, heap))]))


@pytest.mark.parametrize("level", [1, 2, 255])
def test_a_b_tree_node_that_is_its_own_child(harmless: Harmless, level: int) -> None:
    maker = Maker()
    at = maker.add(bytes(600))
    node = encode.group_node(CONTEXT, level, [(8, at)] * 32)
    maker.data[at : at + len(node)] = node
    content = old_group(maker, at)
    harmless(content)
    with purehdf.File(content) as file, pytest.raises(purehdf.FormatError):
        list(file)


def test_b_tree_nodes_that_share_children(harmless: Harmless) -> None:
    """32 ** 12 ways down, through 12 nodes."""
    maker = Maker()
    entry = encode.symbol_table_entry(CONTEXT, 8, 48)
    child = maker.add(encode.symbol_table_node(CONTEXT, [entry]))
    for level in range(12):
        child = maker.add(encode.group_node(CONTEXT, level, [(8, child)] * 32))
    content = old_group(maker, child)
    harmless(content)
    with purehdf.File(content) as file, pytest.raises(purehdf.FormatError):
        list(file)


def write_virtual(path: Path, sources: dict[str, list[tuple[str, str]]]) -> Path:
    """Virtual datasets of 20 elements, each in as many parts as it has sources."""
    with h5py.File(path, "w", libver="latest") as file:
        for name, parts in sources.items():
            size = 20 // len(parts)
            mappings = [
                (space((20,), ((i * size,), (size,))), *part, space((20,), ((0,), (size,))))
                for i, part in enumerate(parts)
            ]
            virtual(file, name, (20,), mappings)
    return path


@pytest.mark.parametrize(
    "sources",
    [{"v": [(".", "v")]}, {"v": [(".", "w")], "w": [(".", "v")]}, {"v": [("file.h5", "v")]}],
    ids=["itself", "ring of two", "itself by its file's name"],
)
def test_a_virtual_dataset_that_is_its_own_source(
    harmless: Harmless, tmp_path: Path, sources: dict[str, list[tuple[str, str]]]
) -> None:
    """libhdf5 dies of these."""
    path = write_virtual(tmp_path / "file.h5", sources)
    harmless(path)
    with (
        purehdf.File(path) as file,
        pytest.raises(purehdf.LimitError, match="source of itself"),
    ):
        file["v"][()]


def test_virtual_datasets_of_two_files_in_a_ring(harmless: Harmless, tmp_path: Path) -> None:
    path = write_virtual(tmp_path / "file.h5", {"v": [("other.h5", "v")]})
    write_virtual(tmp_path / "other.h5", {"v": [("file.h5", "v")]})
    harmless(path)
    with (
        purehdf.File(path) as file,
        pytest.raises(purehdf.LimitError, match="source of itself"),
    ):
        file["v"][()]


def test_virtual_datasets_that_double(harmless: Harmless, tmp_path: Path) -> None:
    """Each has the one before as its source twice: 2 ** 24 ways to the first."""
    sources = {f"v{i}": [(".", f"v{i - 1}")] * 2 for i in range(1, 25)}
    path = write_virtual(tmp_path / "file.h5", sources)
    with h5py.File(path, "a") as file:
        file["v0"] = np.arange(20, dtype="<i4")
    harmless(path)


def test_external_links_in_a_ring(harmless: Harmless, tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        with h5py.File(tmp_path / f"{name}.h5", "w") as file:
            file["x"] = h5py.ExternalLink(f"{other}.h5", "/x")
            file["root"] = h5py.ExternalLink(f"{other}.h5", "/")
    harmless(tmp_path / "a.h5")
    with purehdf.File(tmp_path / "a.h5") as file:
        with pytest.raises(purehdf.LimitError, match="circle"):
            file["x"]
        assert file["root/root/root"].file.filename.endswith("b.h5")


def test_object_headers_that_share_a_message_with_themselves(harmless: Harmless) -> None:
    """A datatype message that says that the datatype is in the very same header."""
    maker = Maker()
    at = maker.add(bytes(200))
    shared = struct.pack("<BBQ", 3, 2, at)
    maker.header([(1, b"\2\0\0\0"), (3, shared, 2), (8, b"\3\0\0\0")], at=at)
    content = maker.finish(maker.group([hard_link("d", at)]))
    harmless(content)
    with purehdf.File(content) as file, pytest.raises(purehdf.PureHDFError):
        file["d"][()]
