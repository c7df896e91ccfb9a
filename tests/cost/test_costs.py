"""Exact costs of named operations, and the bounds that they must keep.

``BOUNDS`` are promises: waves of an operation, whatever wrote the file.  The exact numbers are
what the reader makes of them on these files; whoever changes one should know why.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import purehdf

from .counting import SAME_LIBRARY, Cost, Counted

Made = Callable[[str], Path]

LISTING_OLD, OPENING_100, ABOVE_TREE = 5, 6, 2

# Depth of the tree in waves: the levels of its nodes.  An array counts as a tree of
# header, index block, super blocks and data blocks; no index at all as depth 0.
DEPTHS = {
    "tree_v1": 3,
    "single": 0,
    "implicit": 0,
    "fixed": 1,
    "fixed_pages": 2,
    "extensible": 3,
    "tree_v2": 3,
}


def agree(found: Cost, exact: tuple[int, int, int], bound: int) -> None:
    assert found.waves <= bound
    if SAME_LIBRARY:
        assert found == exact


def all_headers(file: purehdf.File) -> list[Any]:
    return [dataset.shape for dataset in file["hundred"].values()]


def all_items(file: purehdf.File) -> list[Any]:
    return [dataset.dtype for _, dataset in file["hundred"].items()]


@pytest.mark.parametrize(
    ("name", "exact"),
    [
        ("group_small.h5", (1, 1, 4468)),  # all of a small file
        ("superblock_v0.h5", (1, 1, 12513)),
        ("superblock_v3.h5", (1, 1, 4642)),
        ("group_1000.h5", (1, 1, 69632)),  # one block, and 64 KiB that are read ahead
        ("superblock_v2.h5", (1, 1, 10660)),
        # The search for the superblock goes on at 512, 1024, ...: here inside the first wave.
        ("userblock_512.h5", (1, 1, 13025)),
        ("userblock_2048.h5", (1, 1, 14561)),
    ],
)
def test_opening(fixture_file: Made, name: str, exact: tuple[int, int, int]) -> None:
    assert Counted(fixture_file(name)).opening == exact


def test_listing_a_large_old_group(made: Made) -> None:
    """10,000 links.

    The header of the group and the B-tree's root came with the opening, and then:

    1. the local heap's names (one run), and the inner nodes; 2. their ninety leaves;
    3. all 2,499 symbol table nodes.
    """
    counted = Counted(made("links_old"))
    found = counted.cost(lambda file: list(file["many"]))
    assert len(counted.file["many"]) == 10_000
    agree(found, (3, 95, 8760536), LISTING_OLD)
    # What was listed is known, and costs nothing again; nor does a header that came along.
    assert counted.cost(lambda file: (list(file["many"]), file["many/group 05000"])) == (0, 0, 0)


def test_listing_a_large_new_group(made: Made) -> None:
    """10,000 links.

    The B-tree's header comes with the opening, and then:

    1. its root, and the root block of the fractal heap, whose header lay near; 2. eleven
    nodes, and the direct blocks of the heap; 3. 249 leaves.
    """
    counted = Counted(made("links_dense"))
    agree(counted.cost(lambda file: list(file["many"])), (3, 17, 1736041), LISTING_OLD)
    assert len(counted.file["many"]) == 10_000


def test_listing_does_not_depend_on_what_is_listed(fixture_file: Made) -> None:
    """1,000 links, most of which came with the opening; 1. the rest of the B-tree."""
    counted = Counted(fixture_file("group_1000.h5"))
    assert counted.cost(lambda file: list(file["many"])) == (1, 1, 20312)


@pytest.mark.parametrize("operation", [all_headers, all_items])
@pytest.mark.parametrize(
    ("name", "exact"),
    [
        # All of it came with the opening.
        ("datasets_old", (0, 0, 0)),
        ("datasets_new", (0, 0, 0)),
        # With 100 kB between the headers: 1. symbol table nodes; 2. all headers.
        ("datasets_old_apart", (2, 23, 176128)),
        # 1. and 2. the roots of the B-tree and of the heap; 3. the tree's leaves, and the heap's
        # direct blocks; 4. all headers: some of these lie in blocks that are there already.
        ("datasets_new_apart", (4, 18, 159744)),
    ],
)
def test_opening_100_datasets(
    made: Made, name: str, exact: tuple[int, int, int], operation: Callable[[purehdf.File], Any]
) -> None:
    counted = Counted(made(name))
    agree(counted.cost(operation), exact, OPENING_100 - counted.opening.waves)
    assert len(counted.file["hundred"]) == 100
    assert counted.cost(operation) == (0, 0, 0)


@pytest.mark.parametrize(
    ("name", "exact"),
    [
        ("tree_v1", (2, 7, 889288)),  # 1. the inner nodes (the root was near); 2. the leaves
        ("single", (0, 0, 0)),  # in the layout message
        ("implicit", (0, 0, 0)),  # nothing to read
        ("fixed", (0, 0, 0)),  # near: it came with the opening
        ("fixed_pages", (1, 1, 102400)),  # the pages (data block and header were near)
        ("extensible", (2, 2, 265600)),  # 1. super blocks, with some data blocks; 2. the others
        ("tree_v2", (3, 5, 667648)),  # 1. the root; 2. the inner nodes; 3. the leaves
    ],
)
def test_indexing(made: Made, name: str, exact: tuple[int, int, int]) -> None:
    counted = Counted(made(name))
    found = counted.cost(lambda file: file["data"].chunk_table())
    agree(found, exact, DEPTHS[name] + ABOVE_TREE)


@pytest.mark.parametrize(
    ("dataset", "selection", "exact"),
    [
        # Contiguous data comes in runs of at most a mebibyte, here of 131 rows, two a request.
        ("contiguous", (5, 5), (1, 1, 1048000)),
        ("contiguous", (slice(100, 400), slice(100, 300)), (1, 2, 4192000)),
        ("contiguous", ..., (1, 4, 8000000)),
        # The chunks that are touched, rounded out to blocks, the next block read ahead, in
        # requests of 2 MiB.
        ("chunked", (5, 5), (1, 1, 90112)),
        ("chunked", (slice(150, 250), slice(150, 250)), (1, 2, 335872)),
        ("chunked", (slice(None), 5), (1, 10, 884736)),
        ("chunked", ..., (1, 4, 8002560)),
    ],
)
def test_reading_a_selection(
    made: Made, dataset: str, selection: Any, exact: tuple[int, int, int]
) -> None:
    counted = Counted(made("large"))
    if dataset == "chunked":
        counted.cost(lambda file: file[dataset].chunk_table())  # the index is at hand now
    agree(counted.cost(lambda file: file[dataset][selection]), exact, 1)
