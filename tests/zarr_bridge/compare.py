"""Comparing a Zarr hierarchy with what h5py sees in the same file."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Iterator
from math import ceil, prod
from pathlib import Path
from typing import Any

import numpy as np
import zarr

from purehdf.zarr_bridge import HDF5Store

from .seen_by_h5py import ADDRESS, UNREADABLE, Seen, _json, seen_by_h5py

RAISES = "reading it raises"
MOST_CHUNKS = 20_000  # that are read, which takes Zarr seconds


def differences(path: Path, zarr_format: int, **options: Any) -> list[str]:
    """All that is in the file for h5py and not in the store, or otherwise, without a report."""
    seen = seen_by_h5py(path)
    with HDF5Store(path, zarr_format=zarr_format, **options) as store:
        return list(_differences(seen, store))


def _differences(seen: dict[str, Seen], store: HDF5Store) -> Iterator[str]:
    reasons = {entry.path: entry for entry in store.report()}
    root = zarr.open(store, mode="r", zarr_format=store.zarr_format)
    nodes: dict[str, Any] = {"": root}
    if isinstance(root, zarr.Group):
        nodes.update(root.members(max_depth=None))
    for path, expected in seen.items():
        if path in nodes:
            yield from _node(path, expected, nodes[path], reasons)
        elif not any(_left_out(reasons, above) for above in _with_parents(path)):
            yield f"{path}: neither in the store nor in the report"
    for path in nodes.keys() & reasons.keys():
        if _left_out(reasons, path):
            yield f"{path}: in the store, and reported as left out"


def _with_parents(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[: i + 1]) for i in range(len(parts))]


def _left_out(reasons: dict[str, Any], path: str) -> bool:
    entry = reasons.get(f"/{path}")
    return entry is not None and entry.how in ("refused", "dimension") and bool(entry.reason)


def _is_reported(reasons: dict[str, Any], path: str, name: str) -> bool:
    return f"/{path}@{name}" in reasons or f"/{path}@*" in reasons


def _node(path: str, expected: Seen, node: Any, reasons: dict[str, Any]) -> Iterator[str]:
    is_group = isinstance(node, zarr.Group)
    if is_group != (expected.values is None):
        yield f"{path}: a group on one side only"
        return
    if not is_group:
        yield from _array(path, expected, node)
    attributes = dict(node.attrs)
    names = attributes.pop("_ARRAY_DIMENSIONS", None) or getattr(
        node.metadata, "dimension_names", None
    )
    for note in ("_HDF5_ARRAY_MEMBERS", "_HDF5_JSON", "_HDF5_NUMPY_TYPE"):
        attributes.pop(note, None)
    if not _is_reported(reasons, path, "DIMENSION_LIST"):
        yield from _dimensions(path, expected, names)
    dtype = None if is_group or node.metadata.zarr_format == 2 else node.dtype
    for name, value in expected.attributes.items():
        if name == "_FillValue" and dtype is not None and name in attributes:
            attributes[name] = _xarray_decoded(attributes[name], dtype)
        if value is UNREADABLE or _is_reported(reasons, path, name):
            continue
        if name not in attributes:
            yield f"{path}@{name}: missing"
        elif not _same_json(value, attributes[name]):
            yield f"{path}@{name}: {value!r} became {attributes[name]!r}"
    if expected.attributes.get("*") is UNREADABLE:
        return
    for name in attributes.keys() - expected.attributes.keys():
        yield f"{path}@{name}: h5py has no such attribute"


def _xarray_decoded(value: Any, dtype: Any) -> Any:
    if dtype.kind == "f":
        return struct.unpack("<d", base64.b64decode(value))[0]
    return base64.b64decode(value).decode() if dtype.kind == "S" else value


def _dimensions(path: str, expected: Seen, names: Any) -> Iterator[str]:
    for scales, name in zip(expected.dimensions, names or (), strict=False):
        if scales and name not in scales:
            yield f"{path}: dimension {scales!r} became {name!r}"
    if expected.values is not None and len(names or ()) != np.ndim(expected.values):
        yield f"{path}: {names!r} for {np.ndim(expected.values)} dimensions"


def _array(path: str, expected: Seen, array: Any) -> Iterator[str]:
    if np.shape(expected.values) != array.shape:
        yield f"{path}: shape {np.shape(expected.values)} became {array.shape}"
        return
    try:
        values, found = _values(expected, array)
    except Exception as error:
        yield f"{path}: {RAISES} {type(error).__name__}: {error}"
        return
    if array.attrs.get("_HDF5_JSON"):
        pairs = zip(np.ravel(values), np.ravel(found), strict=True)
        for expected_element, text in pairs:
            if not _same_json(_json(expected_element), json.loads(str(text))):
                yield f"{path}: {expected_element!r} became {text}"
    elif not same_values(values, _numpy(array, found)):
        yield f"{path}: values {np.ravel(values)[:3]} became {np.ravel(found)[:3]}"
    null = array.fill_value is None  # format 2: nothing stated, zeros
    if np.dtype(array.dtype).kind not in "OTU" and np.ndim(expected.fill) == 0:
        fill = np.zeros((), array.dtype) if null else np.asarray(array.fill_value, array.dtype)
        if not same_values(np.asarray(expected.fill), _numpy(array, fill)):
            yield f"{path}: fill {expected.fill!r} became {array.fill_value!r}"
    elif isinstance(expected.fill, bytes | str) and _text(expected.fill) != array.fill_value:
        yield f"{path}: fill {expected.fill!r} became {array.fill_value!r}"


def _values(expected: Seen, array: Any) -> tuple[Any, Any]:
    """What h5py and Zarr read; of very many chunks those that hold something, and some others."""
    values = expected.values
    if prod(map(ceil, np.divide(array.shape, array.chunks))) <= MOST_CHUNKS:
        return values, array[...]
    flat = values.reshape(-1)
    stored = np.flatnonzero(flat != expected.fill)[:MOST_CHUNKS]
    some = np.linspace(0, flat.size - 1, 1000, dtype=int)
    where = np.unravel_index(np.concatenate([stored, some]), values.shape)
    return values[where], array.get_coordinate_selection(where)


def _text(value: bytes | str) -> str:
    return value if isinstance(value, str) else value.decode("utf-8", "surrogateescape")


def _numpy(array: Any, values: Any) -> Any:
    """Values in the type that the array's attributes name, if they do."""
    name = array.attrs.get("_HDF5_NUMPY_TYPE")
    return values if name is None else np.asarray(values).view(_named(name))


def _named(name: Any) -> np.dtype[Any]:
    if isinstance(name, str):
        return np.dtype(name)
    return np.dtype([(each, _named(kind)) for each, kind in name])


def same_values(expected: Any, found: Any) -> bool:
    """Whether two arrays hold the same, whatever their byte order and padding."""
    expected, found = np.asarray(expected), np.asarray(found)
    if expected.dtype.names:
        return expected.dtype.names == found.dtype.names and all(
            same_values(expected[name], _member(found, name, expected.dtype[name]))
            for name in expected.dtype.names
        )
    if expected.dtype.kind == "O":
        pairs = zip(expected.reshape(-1), found.reshape(-1), strict=True)
        return all(_same_json(a, str(b)) for a, b in pairs)
    if expected.dtype.kind == found.dtype.kind == "S":
        return bool(np.array_equal(expected, found))
    if expected.dtype.kind != found.dtype.kind or expected.itemsize != found.itemsize:
        return False
    if expected.dtype.kind == "V":
        return expected.tobytes() == found.tobytes()
    floats = expected.dtype.kind in "fcmM"
    return bool(np.array_equal(expected, found, equal_nan=floats))


def _member(found: Any, name: str, dtype: Any) -> Any:
    """A member of a compound; one that is an array was a structure of its elements."""
    member = found[name]
    if dtype.subdtype is None:
        return member
    elements = [member[each] for each in member.dtype.names]
    return np.stack(elements, axis=-1).reshape(*found.shape, *dtype.shape)


def _same_json(expected: Any, found: Any) -> bool:
    if isinstance(expected, set) and expected == {ADDRESS}:  # of an object that no path leads to
        return str(found).startswith(ADDRESS)
    if isinstance(expected, set):  # the paths of an object; empty for a null reference
        return found in expected if expected else found in (None, "")
    if isinstance(expected, list):
        return (
            isinstance(found, list)
            and len(expected) == len(found)
            and all(map(_same_json, expected, found))
        )
    if isinstance(expected, dict):
        return expected.keys() == found.keys() and all(
            _same_json(expected[key], found[key]) for key in expected
        )
    if isinstance(expected, float) and expected != expected:
        return isinstance(found, float) and found != found
    return type(expected) is type(found) and bool(expected == found)
