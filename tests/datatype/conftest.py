"""The fixture that makes a file of one dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .oracle import Make, write


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def make(datatype: Any, raw: bytes, shape: tuple[int, ...] | None = None) -> Path:
        return write(tmp_path / "made.h5", datatype, raw, shape)

    return make
