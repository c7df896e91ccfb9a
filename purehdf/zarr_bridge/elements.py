"""Which type an array has in Zarr, and whether its bytes can stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from ..datatype.metadata import (
    Reference,
    check_enum_dtype,
    check_ref_dtype,
    check_string_dtype,
    check_vlen_dtype,
)
from ..datatype.numpy_types import is_plain, memory_dtype
from ..errors import UnsupportedError
from ..format.datatypes import Array, Datatype, String

__all__ = ["ElementType", "converted", "element_type", "unsupported"]

_NULL_TERMINATED = 0
_MOST_MEMBERS = 1024  # single values in a structure
_AS_JSON = "Zarr has no such type: each element becomes JSON text"
_OLD_ZARR = "this zarr-python has no such structures: each element becomes JSON text"


@dataclass(frozen=True, slots=True)
class ElementType:
    """The type of an array's elements in Zarr.

    Attributes
    ----------
    dtype : numpy.dtype
        ``object`` stands for text of variable length; a structure is packed and
        little-endian, as Zarr has no others.  A long double is raw bytes.
    native : numpy.dtype
        Numpy's type for the same bytes: that with the long doubles.
    inner : tuple of int
        Dimensions of an HDF5 array type: they become the last ones of the Zarr array.
    labels : dict of str to int, or None
        Names of the values of an enumeration.
    members : dict of str to list of int
        Members of a compound that are arrays, ``"outer.inner"``, with their shapes: each
        is a structure of its elements, named "0", "1", and so on, in C order.
    is_json : bool
        Zarr has no such type: its elements are text, each of them JSON.
    refers : bool
        There are object references in it.
    decoded : str
        Why the bytes of the file do not do as they are; empty if they do.
    """

    dtype: np.dtype[Any]
    native: np.dtype[Any]
    inner: tuple[int, ...]
    labels: dict[str, int] | None
    decoded: str
    members: dict[str, list[int]]
    is_json: bool
    refers: bool

    @property
    def itemsize(self) -> int:
        """Bytes of one element of the HDF5 dataset, with its inner dimensions."""
        return self.dtype.itemsize * prod(self.inner)

    @property
    def view(self) -> Any:
        """How numpy names `native`, as JSON; None where Zarr has this type itself."""
        return None if self.dtype == self.native else _described(self.native)

    def shown(self, values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Return `values`, as read from the file, in `dtype`."""
        return converted(values, self.native).view(self.dtype)


def unsupported(reason: str) -> UnsupportedError:
    """The error for what has no form in Zarr."""
    return UnsupportedError(reason, structure="Zarr bridge")


def element_type(
    datatype: Datatype, has_type: Callable[[np.dtype[Any]], bool] = lambda _: True
) -> ElementType:
    """Return how elements of `datatype` look in Zarr; `has_type` says which structures it has.

    Raises
    ------
    UnsupportedError
        Zarr has no such type, or purehdf does not read it.
    """
    inner: tuple[int, ...] = ()
    while isinstance(datatype, Array):
        inner, datatype = inner + datatype.shape, datatype.base
    memory = memory_dtype(datatype)
    parts = list(_parts(memory))  # not a set: dtypes that differ in metadata alone are equal
    for part in parts:
        _check_part(part)
    refers = any(check_ref_dtype(part) is not None for part in parts)
    if _needs_json(memory):
        return _as_json(inner, _AS_JSON, refers=refers)
    native = _native_dtype(memory)
    if not has_type(native):
        return _as_json(inner, _OLD_ZARR, refers=False)
    return ElementType(
        _zarr_dtype(native),
        native,
        inner,
        check_enum_dtype(memory),
        _why_decoded(datatype, native),
        _array_members(memory, ""),
        False,
        refers,
    )


def _as_json(inner: tuple[int, ...], reason: str, *, refers: bool) -> ElementType:
    text = np.dtype(object)
    return ElementType(text, text, inner, None, reason, {}, True, refers)


def _parts(memory: np.dtype[Any]) -> Iterator[np.dtype[Any]]:
    """All types that a type is made of and that are not made of others."""
    base = check_vlen_dtype(memory)
    if memory.subdtype is not None:
        yield from _parts(memory.subdtype[0])
    elif memory.names is not None:
        for name in memory.names:
            yield from _parts(memory[name])
    elif isinstance(base, np.dtype):
        yield from _parts(base)
    else:
        yield memory


def _check_part(part: np.dtype[Any]) -> None:
    """What neither Zarr nor JSON can hold."""
    if check_ref_dtype(part) not in (None, Reference):
        raise unsupported("Zarr has no region references")


def _needs_json(memory: np.dtype[Any]) -> bool:
    """Whether Zarr has no type for it, but that of text that says it."""
    if memory.kind != "O":
        return memory.hasobject or _count(memory) > _MOST_MEMBERS
    return check_string_dtype(memory) is None and check_ref_dtype(memory) is None


def _count(memory: np.dtype[Any]) -> int:
    """The number of single values in one element; too many, if any part of it has none."""
    count = 1
    if memory.subdtype is not None:
        count = prod(memory.shape) * _count(memory.subdtype[0])
    elif memory.names is not None:
        count = sum(_count(memory[name]) for name in memory.names)
    return count or _MOST_MEMBERS + 1  # Zarr has no structure of nothing


def _array_members(memory: np.dtype[Any], prefix: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for name in memory.names or ():
        member = memory[name]
        if member.subdtype is not None:
            found[prefix + name] = list(member.shape)
            member = member.subdtype[0]
            if member.names is not None:
                found |= _array_members(member, f"{prefix}{name}.*.")
        elif member.names is not None:
            found |= _array_members(member, f"{prefix}{name}.")
    return found


def _native_dtype(memory: np.dtype[Any]) -> np.dtype[Any]:
    if memory.kind == "O":
        return np.dtype(object)
    if memory.subdtype is not None:
        base = _native_dtype(memory.subdtype[0]).newbyteorder("<")
        return np.dtype([(str(i), base) for i in range(prod(memory.shape))])
    if memory.names is not None:
        return np.dtype(
            [(name, _native_dtype(memory[name]).newbyteorder("<")) for name in memory.names]
        )
    return np.dtype(memory.str)


def _zarr_dtype(native: np.dtype[Any]) -> np.dtype[Any]:
    """The same bytes, with raw bytes in the place of long doubles."""
    if native.names is not None:
        return np.dtype([(name, _zarr_dtype(native[name])) for name in native.names])
    return np.dtype(f"V{native.itemsize}") if native.char in "gG" else native


def _described(native: np.dtype[Any]) -> Any:
    if native.names is None:
        return native.str
    return [[name, _described(native[name])] for name in native.names]


def converted(values: np.ndarray[Any, Any], dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
    """Return `values`, as read from the file, in the `dtype` that numpy has for Zarr's."""
    if dtype.names is None:
        return values.astype(dtype)
    out = np.zeros(values.shape, dtype)
    _copy_members(values, out)
    return out


def _copy_members(values: np.ndarray[Any, Any], out: np.ndarray[Any, Any]) -> None:
    for name in values.dtype.names or ():
        if values.dtype[name].subdtype is not None:
            elements = values[name].reshape(*values.shape, -1)
            pairs = [(elements[..., i], out[name][each]) for i, each in _numbered(out[name])]
        else:
            pairs = [(values[name], out[name])]
        for source, target in pairs:
            if target.dtype.names is not None:
                _copy_members(source, target)
            else:
                target[...] = source


def _numbered(out: np.ndarray[Any, Any]) -> list[tuple[int, str]]:
    return list(enumerate(out.dtype.names or ()))


def _why_decoded(datatype: Datatype, dtype: np.dtype[Any]) -> str:
    if dtype.kind == "O":
        return (
            "references become paths"
            if check_ref_dtype(memory_dtype(datatype))
            else ("text of variable length lies in heaps of the file")
        )
    if dtype.kind == "S":
        single = (
            isinstance(datatype, String)
            and datatype.size == 1
            and datatype.padding == _NULL_TERMINATED
        )
        if is_plain(datatype) or single:
            return ""
        return "bytes behind the end of a string are not part of it"
    if not is_plain(datatype):
        return "the stored form of the elements is not numpy's"
    if dtype.names is not None and _layout(dtype) != _layout(memory_dtype(datatype)):
        return "Zarr's structures are packed and of one byte order"
    return ""


def _layout(dtype: np.dtype[Any]) -> Any:
    """Types and offsets of all fields, whatever their metadata."""
    if dtype.subdtype is not None:
        base, shape = dtype.subdtype
        width = base.itemsize
        return dtype.itemsize, [(_layout(base), i * width) for i in range(prod(shape))]
    if dtype.names is None:
        return dtype.str
    fields: Any = dtype.fields
    return dtype.itemsize, [(_layout(fields[name][0]), fields[name][1]) for name in dtype.names]
