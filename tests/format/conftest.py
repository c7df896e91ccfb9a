"""The tables' checks are written once, in ``table.py``: let pytest explain their failures too."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.format.table")
