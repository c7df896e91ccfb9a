"""The versions of the Zarr format, by their numbers."""

from __future__ import annotations

from . import v2, v3
from .nodes import Format

__all__ = ["check_cut", "form_of"]

_FORMS: dict[int, Format] = {2: v2, 3: v3}


def form_of(zarr_format: int) -> Format:
    """Return how a version of the format writes things down; ValueError: there is none."""
    if zarr_format not in _FORMS:
        raise ValueError(f"zarr_format is 2 or 3, not {zarr_format!r}")
    return _FORMS[zarr_format]


def check_cut(max_chunksize: int | None) -> None:
    """Raise ValueError for what arrays cannot be cut to."""
    if max_chunksize is not None and max_chunksize < 1:
        raise ValueError("max_chunksize is a number of bytes, at least 1, or None")
