"""Which type an array has in Zarr, and whether its bytes can stay as they are."""

from __future__ import annotations

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

__all__ = ["ElementType", "element_type", "unsupported"]

_NULL_TERMINATED = 0


@dataclass(frozen=True, slots=True)
class ElementType:
    """The type of an array's elements in Zarr.

    Attributes
    ----------
    dtype : numpy.dtype
        ``object`` stands for text of variable length; a structure is packed and
        little-endian, as Zarr has no others.
    inner : tuple of int
        Dimensions of an HDF5 array type: they become the last ones of the Zarr array.
    labels : dict of str to int, or None
        Names of the values of an enumeration.
    decoded : str
        Why the bytes of the file do not do as they are; empty if they do.
    """

    dtype: np.dtype[Any]
    inner: tuple[int, ...]
    labels: dict[str, int] | None
    decoded: str

    @property
    def itemsize(self) -> int:
        """Bytes of one element of the HDF5 dataset, with its inner dimensions."""
        return self.dtype.itemsize * prod(self.inner)


def unsupported(reason: str) -> UnsupportedError:
    """The error for what has no form in Zarr."""
    return UnsupportedError(reason, structure="Zarr bridge")


def element_type(datatype: Datatype) -> ElementType:
    """Return how elements of `datatype` look in Zarr.

    Raises
    ------
    UnsupportedError
        Zarr has no such type, or purehdf does not read it.
    """
    inner: tuple[int, ...] = ()
    while isinstance(datatype, Array):
        inner, datatype = inner + datatype.shape, datatype.base
    memory = memory_dtype(datatype)
    dtype = _zarr_dtype(memory)
    return ElementType(dtype, inner, check_enum_dtype(memory), _why_decoded(datatype, dtype))


def _zarr_dtype(memory: np.dtype[Any]) -> np.dtype[Any]:
    if memory.kind == "O":
        _check_text(memory)
        return np.dtype(object)
    if memory.names is not None:
        fields = [(name, _member_dtype(name, memory[name])) for name in memory.names]
        return np.dtype(fields)
    if memory.kind in "fc" and memory.itemsize > (8 if memory.kind == "f" else 16):
        raise unsupported("Zarr has no long double")
    return np.dtype(memory.str)


def _check_text(memory: np.dtype[Any]) -> None:
    """What numpy holds as objects is text, or becomes text: references, as paths."""
    if check_string_dtype(memory) is not None or check_ref_dtype(memory) is Reference:
        return
    if check_ref_dtype(memory) is not None:
        raise unsupported("Zarr has no region references")
    if check_vlen_dtype(memory) is not None:
        raise unsupported("Zarr has no sequences of variable length")
    raise unsupported("Zarr has no integers of more than 64 bits")


def _member_dtype(name: str, memory: np.dtype[Any]) -> np.dtype[Any]:
    if memory.subdtype is not None:
        raise unsupported(f"Zarr's structures hold no arrays, such as the member {name!r}")
    if memory.kind == "O":
        raise unsupported(f"Zarr's structures hold no text or references, such as member {name!r}")
    return _zarr_dtype(memory).newbyteorder("<")


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
    if dtype.names is None:
        return dtype.str
    fields: Any = dtype.fields
    return dtype.itemsize, [(_layout(fields[name][0]), fields[name][1]) for name in dtype.names]
