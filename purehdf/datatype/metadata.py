"""What h5py keeps in ``dtype.metadata``, and the functions that look at it.

The keys are h5py's, so code that asks h5py's helpers about a dtype of ours gets the
same answer.
"""

from __future__ import annotations

import codecs
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np

from .reference import AttributeReference, Reference, RegionReference

__all__ = [
    "AttributeReference",
    "Reference",
    "RegionReference",
    "check_complex_dtype",
    "check_dtype",
    "check_enum_dtype",
    "check_opaque_dtype",
    "check_ref_dtype",
    "check_string_dtype",
    "check_vlen_dtype",
    "complex_compat_dtype",
    "enum_dtype",
    "opaque_dtype",
    "ref_dtype",
    "regionref_dtype",
    "special_dtype",
    "string_dtype",
    "string_info",
    "vlen_dtype",
]

Dtype = np.dtype[Any]


class string_info(NamedTuple):
    """Encoding of a string dtype, and its length in bytes (None: variable)."""

    encoding: str
    length: int | None


# -- making dtypes

ref_dtype: Dtype = np.dtype("O", metadata={"ref": Reference})
regionref_dtype: Dtype = np.dtype("O", metadata={"ref": RegionReference})


def string_dtype(encoding: str = "utf-8", length: int | None = None) -> Dtype:
    """Return the dtype of strings of `length` bytes, or of variable length.

    Raises ValueError for an encoding other than UTF-8 and ASCII.
    """
    with suppress(LookupError):  # an unknown one is refused below, as others are
        encoding = codecs.lookup(encoding).name
    if encoding not in ("ascii", "utf-8"):
        raise ValueError(f"encoding {encoding!r}: strings are 'utf-8' or 'ascii'")
    if length is None:
        return np.dtype("O", metadata={"vlen": str if encoding == "utf-8" else bytes})
    return np.dtype(f"S{length}", metadata={"h5py_encoding": encoding})


def enum_dtype(values_dict: dict[str, int], basetype: Any = np.uint8) -> Dtype:
    """Return an integer dtype that knows the names of its values.

    Raises TypeError if `basetype` is no integer type.
    """
    dtype: Dtype = np.dtype(basetype)
    if dtype.kind not in "iu":
        raise TypeError(f"an enumeration is of integers, not of {dtype}")
    return np.dtype(dtype, metadata={"enum": values_dict})


def vlen_dtype(basetype: Any) -> Dtype:
    """Return the dtype of sequences of any length of `basetype`."""
    return np.dtype("O", metadata={"vlen": basetype})


def opaque_dtype(np_dtype: Any) -> Dtype:
    """Return a dtype that is stored as opaque bytes, with a tag that names it.

    Raises TypeError for objects, structures, sub-arrays and types without a size.
    """
    dtype: Dtype = np.dtype(np_dtype)
    if dtype.hasobject or dtype.names or dtype.subdtype or not dtype.itemsize:
        raise TypeError(f"{dtype} cannot be stored as opaque bytes")
    return np.dtype(dtype, metadata={"h5py_opaque": True})


def complex_compat_dtype(complex_dtype: Any, names: tuple[str, str] = ("r", "i")) -> Dtype:
    """Return the structure of two floats that stands for a complex number in older files."""
    dtype = np.dtype(complex_dtype)
    if dtype.kind != "c":
        raise TypeError(f"{dtype} is not a complex dtype")
    part = f"{dtype.byteorder}f{dtype.itemsize // 2}"
    return np.dtype({"names": names, "formats": [part, part]})


def special_dtype(**kwds: Any) -> Dtype:
    """Return a dtype by one keyword: ``vlen=base``, ``enum=(base, values)`` or ``ref=class``."""
    if len(kwds) != 1:
        raise TypeError("exactly one keyword is needed")
    ((name, value),) = kwds.items()
    if name == "vlen":
        return vlen_dtype(value)
    if name == "enum":
        if not isinstance(value, tuple) or len(value) != 2:
            raise TypeError("an enumeration is made from a pair (base, values)")
        return enum_dtype(value[1], value[0])
    if name == "ref":
        found = {Reference: ref_dtype, RegionReference: regionref_dtype}.get(value)
        if found is None:
            raise ValueError("the class must be Reference or RegionReference")
        return found
    raise TypeError(f"unknown special type {name!r}")


# -- looking at dtypes


def _metadata(dtype: Any, key: str) -> Any:
    found = getattr(dtype, "metadata", None)
    return None if found is None else found.get(key)


def check_string_dtype(dt: Any) -> string_info | None:
    """Return encoding and length if `dt` is a string type of h5py's kind, else None."""
    base = check_vlen_dtype(dt)
    if base is str or base is bytes:
        return string_info("utf-8" if base is str else "ascii", None)
    if getattr(dt, "kind", "") == "S":
        return string_info(_metadata(dt, "h5py_encoding") or "ascii", dt.itemsize)
    return None


def check_enum_dtype(dt: Any) -> dict[str, int] | None:
    """Return the names and values if `dt` is an enumeration, else None."""
    found: dict[str, int] | None = _metadata(dt, "enum")
    return None if found is None else dict(found)  # the dtype, and so its own, may be shared


def check_vlen_dtype(dt: Any) -> Any:
    """Return the base type if `dt` is of variable length, else None."""
    return str if getattr(dt, "kind", "") == "T" else _metadata(dt, "vlen")


def check_ref_dtype(dt: Any) -> type[Reference] | None:
    """Return the class of references that `dt` holds, or None."""
    found: type[Reference] | None = _metadata(dt, "ref")
    return found


def check_opaque_dtype(dt: Any) -> bool:
    """Return whether `dt` is stored as opaque bytes with the tag of a numpy dtype."""
    return bool(_metadata(dt, "h5py_opaque"))


def check_complex_dtype(dt: Dtype, names: tuple[str, str] | None = ("r", "i")) -> Dtype | None:
    """Return the complex dtype that `dt` is, or that its two floats stand for, else None."""
    if dt.kind == "c":
        return dt
    if dt.names is None or len(dt.names) != 2 or dt.names != (names or dt.names):
        return None
    parts = [dt[name] for name in dt.names]
    if any(part.kind != "f" for part in parts) or parts[0] != parts[1]:
        return None
    if dt.itemsize != 2 * parts[0].itemsize:
        return None
    return np.dtype(f"{parts[0].byteorder}c{dt.itemsize}")


def check_dtype(**kwds: Any) -> Any:
    """Look at a dtype by one keyword: ``vlen=dtype``, ``enum=dtype`` or ``ref=dtype``."""
    if len(kwds) != 1:
        raise TypeError("exactly one keyword is needed")
    ((name, dtype),) = kwds.items()
    checks = {"vlen": check_vlen_dtype, "enum": check_enum_dtype, "ref": check_ref_dtype}
    if name not in checks:
        raise TypeError(f"unknown special type {name!r}")
    return checks[name](dtype)
