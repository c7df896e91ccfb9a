"""Converting elements to another type, with libhdf5's rules rather than numpy's.

Whoever asks for a narrower type gets the nearest number that it holds: integers saturate.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..datatype.metadata import check_string_dtype
from ..datatype.numpy_types import text

__all__ = ["converted"]

AnyArray = np.ndarray[Any, Any]

_REAL = "biuf"


def converted(array: AnyArray, dtype: np.dtype[Any]) -> AnyArray:
    """Return the elements of `array` as `dtype`.

    Raises TypeError where one type is no form of the other.
    """
    if array.dtype == dtype and array.dtype.metadata == dtype.metadata:
        return array
    if dtype.names is not None and array.dtype.names is not None:
        return _compound(array, dtype)
    if array.dtype.kind in _REAL and dtype.kind in _REAL and not _to_flag(array, dtype):
        return _saturated(array, dtype) if dtype.kind in "iu" else _plainly(array, dtype)
    if array.dtype.kind == dtype.kind == "c":
        return _plainly(array, dtype)
    if check_string_dtype(array.dtype) is not None:
        strings = _strings(array, dtype)
        if strings is not None:
            return strings
    raise TypeError(f"elements of type {array.dtype} do not become {dtype}")


def _to_flag(array: AnyArray, dtype: np.dtype[Any]) -> bool:
    """A float is no truth value."""
    return dtype.kind == "b" and array.dtype.kind == "f"


def _plainly(array: AnyArray, dtype: np.dtype[Any]) -> AnyArray:
    with np.errstate(over="ignore", invalid="ignore"):
        return array.astype(dtype)


def _saturated(array: AnyArray, dtype: np.dtype[Any]) -> AnyArray:
    """Integers of the nearest value; what is no number becomes zero."""
    if array.dtype.kind == "b":
        return array.astype(dtype)
    info = np.iinfo(dtype)
    if array.dtype.kind == "f":
        array = np.where(np.isnan(array), 0, array)
    with np.errstate(over="ignore", invalid="ignore"):
        out = array.astype(dtype)
    out[array >= info.max] = info.max
    out[array <= info.min] = info.min
    return out


def _compound(array: AnyArray, dtype: np.dtype[Any]) -> AnyArray:
    """Field by field, going by the names; what is new is zero."""
    out = np.zeros(array.shape, dtype)
    for name in dtype.names or ():
        if name in (array.dtype.names or ()):
            out[name] = converted(array[name], dtype[name])
    return out


def _strings(array: AnyArray, dtype: np.dtype[Any]) -> AnyArray | None:
    """Strings of another form: of fixed length, of any length, or numpy's own; else None."""
    if dtype.kind == "S":
        return np.array(array.reshape(-1).tolist(), dtype).reshape(array.shape)
    if dtype.kind == "T":
        return np.array([text(s) for s in array.reshape(-1).tolist()], dtype).reshape(array.shape)
    return array.astype(dtype) if dtype.kind == "O" else None
