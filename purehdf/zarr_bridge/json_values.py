"""Values of attributes as JSON.

======================  ===========================================================
numbers, booleans       themselves; NaN and the infinities as Python's json has them
complex                 ``[real, imaginary]``
text, bytes             text; bytes that are not UTF-8 become surrogate escapes
opaque                  text in base64
times                   text in ISO 8601
compound                an object, member by member
long doubles            numbers; text of all digits, where doubles would lose some
arrays, sequences       lists, nested
object references       a path of the object, or null; its address, ``"0x1f40"``, without a path
nothing (no elements)   null
======================  ===========================================================
"""

from __future__ import annotations

import json
from base64 import standard_b64encode
from collections.abc import Callable
from typing import Any

import numpy as np

from ..data.empty import Empty
from ..datatype.metadata import Reference, RegionReference
from ..datatype.numpy_types import text
from .elements import unsupported

__all__ = ["PathOf", "json_text", "reference_path", "to_json"]

PathOf = Callable[[int], str | None]


def to_json(value: Any, path_of: PathOf) -> Any:
    """Return the JSON form of an attribute's value; `path_of` names the object at an address."""
    if value is None or isinstance(value, Empty):
        return None
    if isinstance(value, np.ndarray | np.generic):
        return _array(value, path_of)
    if isinstance(value, list):
        return [to_json(each, path_of) for each in value]
    if isinstance(value, Reference):
        return reference_path(value, path_of)
    if isinstance(value, bytes):
        return text(value)
    if isinstance(value, complex):
        return [value.real, value.imag]
    if isinstance(value, bool | int | float | str):
        return value
    raise unsupported(f"JSON has no {type(value).__name__}")


def json_text(value: Any, path_of: PathOf) -> str:
    """Return the JSON form of an element as text, all ASCII."""
    return json.dumps(to_json(value, path_of))


def reference_path(reference: Reference, path_of: PathOf) -> str | None:
    """Return a path of the object that a reference leads to; None for a null reference.

    An object without one, which no link leads to, is named by its address: ``"0x1f40"``.
    """
    if type(reference) is not Reference:
        kind = "region" if isinstance(reference, RegionReference) else "attribute"
        raise unsupported(f"Zarr has no {kind} references; those to objects become paths")
    if reference.file is not None:
        raise unsupported("a reference into another file; those to objects of this become paths")
    if reference.address is None:
        return None
    path = path_of(reference.address)
    return hex(reference.address) if path is None else path


def _array(value: Any, path_of: PathOf) -> Any:
    names = value.dtype.names
    if names is not None:
        if value.ndim:
            return [_array(each, path_of) for each in value]
        return {name: to_json(value[name], path_of) for name in names}
    if value.dtype.kind == "V":
        if value.ndim:
            return [_array(each, path_of) for each in value]
        return standard_b64encode(value.tobytes()).decode()
    if value.dtype.kind == "M":
        return np.datetime_as_string(value).tolist()
    if value.dtype.kind == "m":
        return value.astype(str).tolist()
    if value.dtype.kind in "fc" and value.dtype.char in "gG":
        return _long_doubles(value)
    return to_json(value.tolist(), path_of)


def _long_doubles(value: Any) -> Any:
    """Long doubles as doubles where all of them are, otherwise as text."""
    if value.dtype.char == "G":
        pairs = np.stack([value.real, value.imag], axis=-1)
        return _long_doubles(pairs)
    narrow = value.astype("f8")
    if np.array_equal(narrow, value, equal_nan=True):
        return narrow.tolist()
    texts = [str(each) for each in value.reshape(-1)]
    return np.array(texts, object).reshape(value.shape).tolist() if value.ndim else texts[0]
