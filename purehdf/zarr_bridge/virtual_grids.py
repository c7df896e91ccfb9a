"""References as VirtualiZarr best joins them: whole chunks, and dimensions by number."""

from __future__ import annotations

import re
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from .array_references import ArrayReferences, References

__all__ = ["fit_for_joining"]

_PHONY = re.compile(r"phony_dim_\d+(_\d+)?")


def fit_for_joining(found: References) -> References:
    """Cut chunks that reach beyond their array, and count dimensions without a name.

    The first chunk of an unlimited dimension may be longer than the array: without codecs, the
    part inside is a range of bytes as well.  Dimensions without a scale are counted in each
    group, as netCDF's readers do, so that files of different lengths have the same names.
    """
    names: dict[tuple[str, str], str] = {}
    arrays = {path: _cut(_numbered(path, each, names)) for path, each in found.arrays.items()}
    return replace(found, arrays=arrays)


def _numbered(
    path: str, array: ArrayReferences, names: dict[tuple[str, str], str]
) -> ArrayReferences:
    group = path.rpartition("/")[0]
    dimensions = [
        names.setdefault((group, name), f"phony_dim_{len(names)}")
        if _PHONY.fullmatch(name)
        else name
        for name in array.documents["zarr.json"]["dimension_names"]
    ]
    return _changed(array, dimension_names=dimensions)


def _cut(array: ArrayReferences) -> ArrayReferences:
    """An array whose only chunk along the first dimension ends where the array does."""
    inside = tuple(min(c, max(n, 1)) for c, n in zip(array.chunks, array.shape, strict=True))
    codecs = array.documents["zarr.json"]["codecs"]
    one_range = inside[1:] == array.chunks[1:] and [each["name"] for each in codecs] == ["bytes"]
    if inside == array.chunks or not one_range:
        return array
    whole, part = prod(array.chunks), prod(inside)
    grid = {"name": "regular", "configuration": {"chunk_shape": list(inside)}}
    return replace(
        _changed(array, chunk_grid=grid),
        chunks=inside,
        size=np.asarray(array.size // whole * part),
        inlined=[data[: len(data) // whole * part] for data in array.inlined],
    )


def _changed(array: ArrayReferences, **entries: Any) -> ArrayReferences:
    document = {**array.documents["zarr.json"], **entries}
    return replace(array, documents={**array.documents, "zarr.json": document})
