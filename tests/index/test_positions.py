"""Each row of a chunk table leads to the chunk that it names, for every kind of index."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from .naming import Case, check, write

GZIP = {"compression": "gzip"}
V110 = ("v110", "v110")
V200 = ("v200", "v200")


def scattered(grid: tuple[int, ...], step: int) -> list[tuple[int, ...]]:
    """Every `step`-th chunk of a grid of two dimensions, in an order that jumps."""
    places = [(i // grid[1], i % grid[1]) for i in range(0, grid[0] * grid[1], step)]
    return places[1::2] + places[0::2]


def alone(*places: int) -> list[tuple[int, ...]]:
    return [(place,) for place in places]


OLD = {
    "one chunk": Case("BTreeV1Index", (2, 2), (2, 2)),
    "one level": Case("BTreeV1Index", (10, 6), (2, 2)),
    "partial chunks": Case("BTreeV1Index", (11, 5), (4, 2)),
    "three dimensions": Case("BTreeV1Index", (5, 7, 3), (2, 3, 1)),
    "several levels": Case("BTreeV1Index", (60, 70), (1, 1)),
    "unlimited second": Case("BTreeV1Index", (10, 6), (2, 2), (10, None)),
    "sparse": Case("BTreeV1Index", (40, 40), (2, 2), only=scattered((20, 20), 7)),
    "grown": Case("BTreeV1Index", (4, 4), (2, 2), (None, None), resized=(6, 10)),
    "shrunk": Case("BTreeV1Index", (12, 12), (2, 2), (None, None), resized=(5, 7)),
}

NEW = {
    "single": Case("SingleChunkIndex", (10, 6), (10, 6)),
    "fixed, a chunk larger than the dataset": Case("FixedArrayIndex", (3,), (5,), (5,)),
    "implicit": Case("ImplicitIndex", (10, 6), (2, 2), early=True),
    "implicit, partial chunks": Case("ImplicitIndex", (5, 7, 3), (2, 3, 2), early=True),
    "implicit, may grow": Case("ImplicitIndex", (6, 4), (2, 2), (10, 9), early=True),
    "implicit, grown": Case(
        "ImplicitIndex", (6, 4), (2, 2), (10, 9), resized=(8, 9), early=True
    ),
    "implicit, sparse": Case("ImplicitIndex", (10, 6), (2, 2), only=[(4, 2), (0, 1)], early=True),
    "fixed": Case("FixedArrayIndex", (10, 6), (2, 2)),
    "fixed, partial chunks": Case("FixedArrayIndex", (5, 7, 3), (2, 3, 1)),
    "fixed, may grow": Case("FixedArrayIndex", (10, 6), (2, 2), (15, 30)),
    "fixed, grown": Case("FixedArrayIndex", (4, 6), (2, 2), (15, 30), resized=(12, 8)),
    "fixed, shrunk": Case("FixedArrayIndex", (12, 8), (2, 2), (15, 30), resized=(3, 5)),
    "fixed, sparse": Case("FixedArrayIndex", (40, 40), (2, 2), only=scattered((20, 20), 7)),
    "fixed, 1024: no pages": Case("FixedArrayIndex", (32, 32), (1, 1)),
    "fixed, 1025: pages": Case("FixedArrayIndex", (25, 41), (1, 1)),
    "fixed, pages": Case("FixedArrayIndex", (60, 70), (1, 1)),
    "fixed, some pages": Case("FixedArrayIndex", (9000,), (1,), only=alone(1023, 5000, 8999, 4096)),
    "extensible": Case("ExtensibleArrayIndex", (10, 6), (2, 2), (None, 6)),
    "extensible, unlimited second": Case("ExtensibleArrayIndex", (10, 6), (2, 2), (10, None)),
    "extensible, unlimited second of three": Case(
        "ExtensibleArrayIndex", (4, 6, 5), (2, 2, 2), (7, None, 9)
    ),
    "extensible, unlimited last of three": Case(
        "ExtensibleArrayIndex", (4, 6, 5), (2, 2, 2), (7, 9, None)
    ),
    "extensible, in the index block": Case("ExtensibleArrayIndex", (4,), (1,), (None,)),
    "extensible, one chunk": Case("ExtensibleArrayIndex", (3,), (5,), (None,)),
    "extensible, sparse": Case(
        "ExtensibleArrayIndex", (40, 40), (2, 2), (40, None), only=scattered((20, 20), 7)
    ),
    "extensible, grown": Case("ExtensibleArrayIndex", (4, 6), (2, 2), (10, None), resized=(9, 16)),
    "extensible, shrunk": Case("ExtensibleArrayIndex", (9, 16), (2, 2), (10, None), resized=(3, 5)),
    "extensible, super blocks": Case("ExtensibleArrayIndex", (60, 70), (1, 1), (60, None)),
    "extensible, pages": Case(
        "ExtensibleArrayIndex", (600_000,), (1,), (None,),
        only=alone(0, 4, 131_059, 131_060, 131_071, 131_072, 135_000, 262_200, 599_999),
    ),
    "extensible, pages, unlimited second": Case(
        "ExtensibleArrayIndex", (3, 100_000), (1, 1), (4, None),
        only=[(0, 0), (2, 99_999), (1, 50_000), (0, 32_768), (2, 7)],
    ),
    "tree": Case("BTreeV2Index", (10, 6), (2, 2), (None, None)),
    "tree, first and last unlimited": Case("BTreeV2Index", (5, 7, 3), (2, 3, 1), (None, 9, None)),
    "tree, several levels": Case("BTreeV2Index", (100, 110), (1, 1), (None, None)),
    "tree, sparse": Case(
        "BTreeV2Index", (40, 40), (2, 2), (None, None), only=scattered((20, 20), 7)
    ),
    "tree, grown": Case("BTreeV2Index", (4, 6), (2, 2), (None, None), resized=(9, 16)),
    "tree, shrunk": Case("BTreeV2Index", (30, 40), (1, 1), (None, None), resized=(7, 9)),
}  # fmt: skip

# The index of early allocated chunks is implicit only where they go through no filter.
FILTERED = {name: replace(case, options=GZIP) for name, case in NEW.items() if not case.early}


def located(path: Path, case: Case, libver: Any, **options: Any) -> None:
    write(path, case, libver, **options)
    check(path, case)


@pytest.mark.parametrize("options", [{}, GZIP], ids=["plain", "gzip"])
@pytest.mark.parametrize("name", OLD)
def test_version_1_b_tree(tmp_path: Path, name: str, options: dict[str, str]) -> None:
    located(tmp_path / "old.h5", replace(OLD[name], options=options), ("earliest", "v108"))


@pytest.mark.parametrize("name", NEW)
def test_without_filters(tmp_path: Path, name: str) -> None:
    located(tmp_path / "new.h5", NEW[name], V110)


@pytest.mark.parametrize("name", FILTERED)
def test_layout_4_with_a_filter(tmp_path: Path, name: str) -> None:
    located(tmp_path / "new.h5", FILTERED[name], V110)


@pytest.mark.parametrize("name", FILTERED)
def test_layout_5_with_a_filter(tmp_path: Path, name: str) -> None:
    located(tmp_path / "new.h5", FILTERED[name], V200)


@pytest.mark.parametrize("case", [OLD["one level"], NEW["fixed"], NEW["extensible"], NEW["tree"]])
def test_file_offsets_count_the_user_block(tmp_path: Path, case: Case) -> None:
    old = case.index == "BTreeV1Index"
    libver = ("earliest", "v108") if old else V110
    located(tmp_path / "moved.h5", case, libver, userblock_size=1024)
