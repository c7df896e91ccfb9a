"""Selections applied to an extent; tests of references compare what they select with h5py."""

from __future__ import annotations

import numpy as np
import pytest

from purehdf.datatype.regions import select_region
from purehdf.errors import FormatError
from purehdf.format.selection import (
    AllSelection,
    BlockSelection,
    HyperslabSelection,
    NoneSelection,
    PointSelection,
)


def test_regions_that_do_not_fit() -> None:
    for selection in (
        PointSelection(np.array([[0, 4]])),
        BlockSelection(np.array([[0, 0]]), np.array([[3, 5]])),
        BlockSelection(np.zeros((9, 2), int), np.full((9, 2), 4)),
        HyperslabSelection((0, 0), (1, 2), (1, 3), (3, 1)),
        HyperslabSelection((0,), (1,), (1,), (3,)),
    ):
        with pytest.raises(FormatError):
            select_region(selection, (4, 4))


def test_regions_without_elements() -> None:
    empty = np.zeros((0, 2), int)
    assert select_region(BlockSelection(empty, empty), (4, 4)).shape == (0, 0)
    assert select_region(NoneSelection(), ()).shape == ()
    assert select_region(AllSelection(), (0, 3)).shape == (0, 3)
    assert select_region(PointSelection(empty), (4, 4)).shape == (0,)
