"""What the tests of features share: the same file through h5py and through purehdf."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

import purehdf
from fixtures.expected import canonical, differences

Same = Callable[[Path], None]


@pytest.fixture
def same() -> Same:
    """Check that all of a file is the same through both."""

    def check(path: Path) -> None:
        with h5py.File(path) as theirs, purehdf.File(path) as ours:
            wanted, found = (json.loads(json.dumps(canonical(f))) for f in (theirs, ours))
        assert differences(wanted, found) == []

    return check


@pytest.fixture
def same_values() -> Callable[[Path, str], np.ndarray]:
    """Check that a dataset has the same type, shape and values; return them."""

    def check(path: Path, name: str) -> np.ndarray:
        with h5py.File(path) as theirs, purehdf.File(path) as ours:
            wanted, found = theirs[name], ours[name]
            assert (found.shape, found.dtype) == (wanted.shape, wanted.dtype)
            np.testing.assert_array_equal(found[()], wanted[()])
            return found[()]

    return check
