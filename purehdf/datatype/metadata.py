"""What h5py keeps in ``dtype.metadata``, and the functions that look at it.

The keys are h5py's, so code that asks h5py's helpers about a dtype of ours gets the
same answer.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

__all__ = [
    "Reference",
    "RegionReference",
    "check_enum_dtype",
    "check_ref_dtype",
    "check_string_dtype",
    "check_vlen_dtype",
    "enum_dtype",
    "string_dtype",
    "string_info",
    "vlen_dtype",
]

Dtype = np.dtype[Any]
OBJECT_KEYS = {"vlen", "ref"}


class Reference:
    """A reference to an object: what ``File[ref]`` opens; false where it leads nowhere."""

    __slots__ = ("address",)

    def __init__(self, address: int | None = None) -> None:
        self.address = address

    def __bool__(self) -> bool:
        return self.address is not None

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.address == self.address  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash((type(self), self.address))

    def __repr__(self) -> str:
        where = "null" if self.address is None else f"to address {self.address:#x}"
        return f"<purehdf {type(self).__name__} {where}>"


class RegionReference(Reference):
    """A reference to a selection in a dataset."""

    __slots__ = ()


class string_info(NamedTuple):
    """Encoding of a string dtype, and its length in bytes (None: variable)."""

    encoding: str
    length: int | None


def string_dtype(encoding: str = "utf-8", length: int | None = None) -> Dtype:
    """Return the dtype of strings of `length` bytes, or of variable length."""
    if length is None:
        return np.dtype("O", metadata={"vlen": str if encoding == "utf-8" else bytes})
    return np.dtype(f"S{length}", metadata={"h5py_encoding": encoding})


def enum_dtype(values: dict[str, int], basetype: Any = np.uint8) -> Dtype:
    """Return an integer dtype that knows the names of its values."""
    return np.dtype(basetype, metadata={"enum": values})


def vlen_dtype(basetype: Any) -> Dtype:
    """Return the dtype of sequences of any length of `basetype`."""
    return np.dtype("O", metadata={"vlen": basetype})


def _metadata(dtype: Any, key: str) -> Any:
    found = getattr(dtype, "metadata", None)
    return None if found is None else found.get(key)


def check_string_dtype(dtype: Any) -> string_info | None:
    """Return encoding and length if `dtype` is a string type of h5py's kind, else None."""
    base = _metadata(dtype, "vlen")
    if base is str or base is bytes:
        return string_info("utf-8" if base is str else "ascii", None)
    if getattr(dtype, "kind", "") == "S":
        return string_info(_metadata(dtype, "h5py_encoding") or "ascii", dtype.itemsize)
    return None


def check_enum_dtype(dtype: Any) -> dict[str, int] | None:
    """Return the names and values if `dtype` is an enumeration, else None."""
    found: dict[str, int] | None = _metadata(dtype, "enum")
    return found


def check_vlen_dtype(dtype: Any) -> Any:
    """Return the base type if `dtype` is of variable length, else None."""
    return _metadata(dtype, "vlen")


def check_ref_dtype(dtype: Any) -> type[Reference] | None:
    """Return the class of references that `dtype` holds, or None."""
    found: type[Reference] | None = _metadata(dtype, "ref")
    return found
