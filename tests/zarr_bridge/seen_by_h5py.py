"""What h5py sees in a file, in the form that the Zarr store must show.

All is read before Zarr begins, and the file is closed: h5py's lock and Zarr's thread do not
wait for each other.  The rules are written here once more, from the documentation, and share
no code with the bridge.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

HIDDEN = {
    "DIMENSION_LIST",
    "REFERENCE_LIST",
    "_NCProperties",
    "_Netcdf4Coordinates",
    "_Netcdf4Dimid",
    "_nc3_strict",
}
LARGEST = 1 << 24  # elements that are compared
ADDRESS = "0x"  # how an address begins
UNREADABLE = object()  # the value of an attribute that h5py cannot read


@dataclass
class Seen:
    """One object under one path; `values` is None for a group.

    `dimensions` are for each dimension the names its scale is known by, or its label; none,
    if it has neither.
    """

    attributes: dict[str, Any]
    values: Any = None
    fill: Any = None
    dimensions: tuple[set[str], ...] = ()


def seen_by_h5py(path: Path) -> dict[str, Seen]:
    """Path in the store -> what must be there.  What h5py cannot read is left out."""
    with h5py.File(path, "r") as f:
        list(f)  # where even this raises, there is nothing to compare with
        return dict(_walk(f, f, "", [], _Names(f)))


class _Names:
    """The paths of objects that references lead to: any of them is right."""

    def __init__(self, f: h5py.File) -> None:
        self.file = f
        self.netcdf = _is_netcdf(f)
        self.paths: dict[Any, set[str]] = {}

        def note(name: str, obj: Any) -> None:
            self.paths.setdefault(_identity(obj), set()).add("/" + name)

        note("", f)
        _visit(f, "", note, [])

    def of(self, reference: Any) -> set[str]:
        """None of them for a null reference; an address for an object without a path."""
        if not reference:
            return set()
        try:
            return self.paths.get(_identity(self.file[reference]), {ADDRESS})
        except (KeyError, ValueError):  # it leads to what is no object
            return {ADDRESS}


def _visit(group: Any, path: str, note: Any, above: list[Any]) -> None:
    above = [*above, _identity(group)]
    for name, obj in _children(group):
        note(f"{path}{name}", obj)
        if isinstance(obj, h5py.Group) and _identity(obj) not in above:
            _visit(obj, f"{path}{name}/", note, above)


def _decoded(name: str | bytes) -> str:
    """A name; h5py leaves one that is not UTF-8 as bytes."""
    return name if isinstance(name, str) else name.decode("utf-8", "surrogateescape")


def _identity(obj: Any) -> Any:
    try:
        return h5py.h5o.get_info(obj.id).addr
    except RuntimeError:  # h5py opens it, and cannot say more of it
        return obj.name


def _children(group: Any) -> Iterator[tuple[str, Any]]:
    try:
        names = list(group)
    except RuntimeError:  # the links are damaged
        return
    for name in names:
        try:
            yield _decoded(name), group[name]
        except (KeyError, OSError, RuntimeError, TypeError):  # TypeError: a user-defined link
            continue


def _walk(
    obj: Any, file: Any, path: str, above: list[Any], names: _Names
) -> Iterator[tuple[str, Seen]]:
    if isinstance(obj, h5py.Dataset):
        found = _dataset(obj, names)
        if found is not None:
            yield path, found
    elif isinstance(obj, h5py.Group) and _identity(obj) not in above:
        yield path, Seen(_attributes(obj, names, netcdf=names.netcdf))
        for name, child in _children(obj):
            below = f"{path}/{name}".lstrip("/")
            yield from _walk(child, file, below, [*above, _identity(obj)], names)


def _dataset(dataset: Any, names: _Names) -> Seen | None:
    try:
        if dataset.size is not None and dataset.size > LARGEST:
            return None
        values = dataset[()]
        fill = dataset.fillvalue
    except (KeyError, OSError, TypeError, ValueError, RuntimeError):
        return None
    if isinstance(values, h5py.Empty):
        values = np.zeros(0, dataset.dtype)
    if dataset.shape == () and isinstance(h5py.check_vlen_dtype(dataset.dtype), np.dtype):
        values, sequence = np.empty((), object), values
        values[()] = sequence  # a single sequence is an element, not an array of its own
    netcdf = names.netcdf or _is_netcdf(dataset)
    attributes = _attributes(dataset, names, netcdf=netcdf)
    if dataset.shape is None:
        attributes["_HDF5_NULL"] = True
    labels = h5py.check_enum_dtype(dataset.dtype.base)
    if labels is not None:
        attributes["_HDF5_ENUM"] = {_decoded(name): value for name, value in labels.items()}
    found = _json_elements(values, names) if _is_json(dataset.dtype) else _plain(values, names)
    return Seen(attributes, found, fill, _scales(dataset, names))


def _is_json(dtype: Any) -> bool:
    """Whether only text can say it to Zarr: sequences, and compounds with text or references."""
    if dtype.subdtype is not None:
        return _is_json(dtype.subdtype[0])
    base = h5py.check_vlen_dtype(dtype)
    # np.dtype("f8") == None, so types are not compared with it
    return (dtype.names is not None and dtype.hasobject) or isinstance(base, np.dtype)


def _json_elements(values: Any, names: _Names) -> Any:
    values = np.asarray(_native(values))
    out = np.empty(values.size, object)
    for i, each in enumerate(values.reshape(-1)):
        out[i] = _json(_plain(each, names))
    return out.reshape(values.shape)


def _scales(dataset: Any, names: _Names) -> tuple[set[str], ...]:
    try:
        scales = [dim[0] if len(dim) else None for dim in dataset.dims]
    except (RuntimeError, OSError, ValueError, KeyError):
        return ()
    paths = [names.paths.get(_identity(scale), set()) if scale else set() for scale in scales]
    found = [{path.rpartition("/")[2] for path in each} for each in paths]
    return tuple(each or _label(dim) for each, dim in zip(found, dataset.dims, strict=True))


def _label(dimension: Any) -> set[str]:
    try:
        return {dimension.label} - {""}
    except (RuntimeError, OSError, ValueError, KeyError):
        return set()


def _is_netcdf(obj: Any) -> bool:
    marks = {"_NCProperties", "_nc3_strict", "DIMENSION_LIST"}
    try:
        return bool(marks & set(obj.attrs)) or _is_scale(obj)
    except RuntimeError:  # the attributes are damaged
        return False


def _is_scale(obj: Any) -> bool:
    try:
        return obj.attrs.get("CLASS") in (b"DIMENSION_SCALE", "DIMENSION_SCALE")
    except (KeyError, OSError, RuntimeError, TypeError, ValueError):
        return False


def _attributes(obj: Any, names: _Names, *, netcdf: bool) -> dict[str, Any]:
    hidden = HIDDEN | {"CLASS", "NAME"} if _is_scale(obj) else HIDDEN
    found: dict[str, Any] = {}
    try:
        present = list(obj.attrs)
    except RuntimeError:
        return {"*": UNREADABLE}
    for name in present:
        if name in hidden:
            continue
        try:
            value = obj.attrs[name]
        except (KeyError, OSError, TypeError, ValueError, RuntimeError):
            found[name] = UNREADABLE
            continue
        if netcdf and isinstance(value, np.ndarray) and value.shape == (1,):
            value = value[0]
        if netcdf and isinstance(value, h5py.Empty) and h5py.check_string_dtype(value.dtype):
            value = ""
        found[name] = _json(_plain(_native(value), names))
    return found


def _native(values: Any) -> Any:
    """Undo what h5py does to sequences in big-endian: it forgets the byte order."""
    if not isinstance(values, np.ndarray):
        return values
    base = h5py.check_vlen_dtype(values.dtype)
    if not isinstance(base, np.dtype) or base.byteorder != ">":
        return values
    out = np.empty(values.size, object)
    for i, each in enumerate(values.reshape(-1)):
        out[i] = each.view(base)
    return out.reshape(values.shape)


def _plain(value: Any, names: _Names) -> Any:
    """References as sets of paths, text as ``str``, within arrays as well."""
    if isinstance(value, h5py.RegionReference):
        return value
    if isinstance(value, np.void | np.ndarray) and value.dtype.names and value.dtype.hasobject:
        if value.shape:
            return [_plain(each, names) for each in value]
        return {name: _plain(value[name], names) for name in value.dtype.names}
    if isinstance(value, h5py.Reference):
        return names.of(value)
    if isinstance(value, bytes) and not isinstance(value, np.generic):
        return value.decode("utf-8", "surrogateescape")
    if isinstance(value, np.ndarray) and value.dtype.kind == "O":
        out = np.empty(value.size, object)
        for i, each in enumerate(value.reshape(-1)):
            out[i] = _plain(each, names)
        return out.reshape(value.shape)
    return value


def _json(value: Any) -> Any:
    """An attribute's value as JSON has it; sets of paths stay what they are."""
    if isinstance(value, h5py.Empty):
        return None
    if isinstance(value, dict):
        return {name: _json(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_json(each) for each in value]
    if isinstance(value, np.void | np.ndarray) and value.dtype.names:
        if value.shape:
            return [_json(each) for each in value]
        return {name: _json(value[name]) for name in value.dtype.names}
    if isinstance(value, np.ndarray | np.generic) and value.dtype.char in "gG":
        return _long_doubles(value)
    if isinstance(value, np.ndarray):
        return [_json(each) for each in value]
    return _json_scalar(value)


def _long_doubles(value: Any) -> Any:
    """Numbers, or the digits of all where doubles would lose some."""
    if value.dtype.char == "G":
        value = np.stack([value.real, value.imag], -1)
    if np.array_equal(value.astype("f8"), value, equal_nan=True):
        return value.astype("f8").tolist()
    return np.vectorize(str, "O")(value).tolist()


def _json_scalar(value: Any) -> Any:
    if isinstance(value, np.void):
        return base64.b64encode(value.tobytes()).decode()
    if isinstance(value, np.datetime64 | np.timedelta64):
        return str(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    if isinstance(value, np.generic):
        value = value.item()
    return [value.real, value.imag] if isinstance(value, complex) else value
