"""All cases, in the order of the table."""

from __future__ import annotations

from . import bulk, chunks, elements, references, selections, start, together, walk, xarray_open
from .case import Case

__all__ = ["CASES"]

_GROUPS = (walk, start, chunks, references, bulk, selections, elements, together, xarray_open)
CASES: dict[str, Case] = {case.name: case for group in _GROUPS for case in group.CASES}
