"""Chunks of B-trees come in the order of the grid; a tree in another order is refused."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import h5py
import numpy as np
import pytest

import purehdf

ROWS, COLUMNS = 100, 60
RECORD = 24  # bytes: an address and two coordinates


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A file with a version 2 B-tree of three levels."""
    path: Path = tmp_path_factory.mktemp("order") / "tree.h5"
    with h5py.File(path, "w", libver="latest") as file:
        values = np.zeros((ROWS, COLUMNS), "i1")
        file.create_dataset("d", data=values, chunks=(1, 1), maxshape=(None, None))
    return path.read_bytes()


def nodes(data: bytes, kind: bytes) -> list[int]:
    """File offsets of the first records of all nodes."""
    return [found.end() for found in re.finditer(kind + rb"\0\x0a", data)]


def test_records_of_all_levels_are_in_order(tree: bytes) -> None:
    assert len(nodes(tree, b"BTIN")) > 2
    with purehdf.File(tree) as file:
        table = file["d"].chunk_table()
        places = np.indices((ROWS, COLUMNS)).reshape(2, -1).T
        assert table.coordinates.tolist() == places.tolist()
        assert len(set(table.file_offset.tolist())) == len(places)


@pytest.mark.parametrize("kind", [b"BTIN", b"BTLF"])
def test_records_that_are_not_in_order(tree: bytes, kind: bytes) -> None:
    for record in nodes(tree, kind)[:5]:
        for other in ((ROWS, 0), struct.unpack_from("<QQ", tree, record + RECORD + 8)):
            damaged = bytearray(tree)
            struct.pack_into("<QQ", damaged, record + 8, *other)
            with (
                purehdf.File(bytes(damaged), verify_checksums=False) as file,
                pytest.raises(purehdf.FormatError, match="not in order"),
            ):
                file["d"].chunk_table()
