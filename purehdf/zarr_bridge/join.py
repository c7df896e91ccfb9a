"""Joining the references of several files along a dimension."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .array_references import ArrayReferences, References
from .joined import Joined, JoinedArray
from .members import parts_of
from .nodes import Documents

__all__ = ["join"]

# Attributes by which values are understood: where they differ, values cannot stand side by side.
_MEANING = ("_FillValue", "add_offset", "calendar", "missing_value", "scale_factor", "units")


def join(files: Sequence[References], dimension: str) -> Joined:
    """Return the references of files that follow each other along `dimension`.

    Arrays without the dimension are taken from the first file.

    Raises
    ------
    ValueError
        The files do not fit, or none has the dimension.
    """
    if not files:
        raise ValueError("there are no files to join")
    first = files[0]
    _check_files(files)
    arrays: dict[str, JoinedArray] = {}
    joined = 0
    for path, array in first.arrays.items():
        axis = _axis(array, first.zarr_format, dimension)
        others = [each.arrays[path] for each in files]
        for file, other in zip(files, others, strict=True):
            _check(path, array, other, axis, file.url, first.zarr_format)
        if axis is None:
            _check_same_values(path, others)
            arrays[path] = JoinedArray(array.documents, parts_of(first, array))
        else:
            joined += 1
            arrays[path] = _join(path, files, others, axis)
    if not joined:
        raise ValueError(f"no array has a dimension {dimension!r}")
    return Joined(first.zarr_format, first.groups, arrays)


def _join(
    path: str, files: Sequence[References], arrays: Sequence[ArrayReferences], axis: int
) -> JoinedArray:
    chunk, length = arrays[0].chunks[axis], sum(array.shape[axis] for array in arrays)
    parts: list[tuple[str, ArrayReferences]] = []
    start = 0
    for file, array in zip(files, arrays, strict=True):
        if start % chunk:
            raise ValueError(
                f"{file.url}: {path} follows {start} elements, which is no multiple of its "
                f"chunks of {chunk}"
            )
        moved = _moved(array, axis, start // chunk, length)
        parts += parts_of(file, moved)
        start += array.shape[axis]
    return JoinedArray(_with_length(arrays[0].documents, axis, length), parts)


def _moved(array: ArrayReferences, axis: int, chunks: int, length: int) -> ArrayReferences:
    """The array as a part of a longer one, so many chunks behind its start."""
    step = np.zeros(len(array.shape), np.int64)
    step[axis] = chunks
    return replace(
        array,
        shape=(*array.shape[:axis], length, *array.shape[axis + 1 :]),
        coordinates=array.coordinates + step,
        inline_coordinates=array.inline_coordinates + step,
    )


def _with_length(documents: Documents, axis: int, length: int) -> Documents:
    documents = copy.deepcopy(documents)
    for document in documents.values():
        if "shape" in document and document.get("zarr_format"):
            document["shape"][axis] = length
    return documents


def _attributes(array: ArrayReferences, zarr_format: int) -> dict[str, Any]:
    documents = array.documents
    found: dict[str, Any] = (
        documents[".zattrs"] if zarr_format == 2 else documents["zarr.json"]["attributes"]
    )
    return found


def _axis(array: ArrayReferences, zarr_format: int, dimension: str) -> int | None:
    if zarr_format == 2:
        names = _attributes(array, 2)["_ARRAY_DIMENSIONS"]
    else:
        names = array.documents["zarr.json"]["dimension_names"]
    return names.index(dimension) if dimension in names else None


def _check_files(files: Sequence[References]) -> None:
    names = files[0].arrays.keys()
    for file in files:
        if file.zarr_format != files[0].zarr_format:
            raise ValueError(f"{file.url}: of another Zarr format")
        if file.arrays.keys() != names:
            odd = sorted(file.arrays.keys() ^ names)
            raise ValueError(f"{file.url}: not the same arrays as {files[0].url}: {odd}")


def _check(
    path: str,
    array: ArrayReferences,
    other: ArrayReferences,
    axis: int | None,
    url: str,
    zarr_format: int,
) -> None:
    if _core(array, axis, zarr_format) != _core(other, axis, zarr_format):
        raise ValueError(f"{url}: {path} has another shape, type, chunk shape or encoding")
    mine, theirs = _attributes(array, zarr_format), _attributes(other, zarr_format)
    for name in _MEANING:
        if axis is not None and str(mine.get(name)) != str(theirs.get(name)):
            raise ValueError(
                f"{url}: {name} of {path} is {theirs.get(name)!r}, not {mine.get(name)!r}"
            )


def _core(array: ArrayReferences, axis: int | None, zarr_format: int) -> dict[str, Any]:
    """What must be the same in all files: all metadata but attributes and the joined length."""
    name = ".zarray" if zarr_format == 2 else "zarr.json"
    core = {key: value for key, value in array.documents[name].items() if key != "attributes"}
    core["shape"] = [n for i, n in enumerate(core["shape"]) if i != axis]
    return core


def _check_same_values(path: str, arrays: Sequence[ArrayReferences]) -> None:
    """Arrays that are taken from the first file are the same in others, as far as is known."""
    held = [array.inlined for array in arrays if not len(array.coordinates)]
    if len(held) == len(arrays) and any(each != held[0] for each in held):
        raise ValueError(f"{path} lacks the dimension, and holds other values in other files")
