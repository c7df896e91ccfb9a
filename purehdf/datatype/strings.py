"""Strings of fixed length (class 3), padded as numpy pads them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..format.datatypes import String, VariableLength
from .bits import AnyArray
from .metadata import string_dtype

__all__ = ["fixed_string_dtype", "is_plain_string", "read_strings", "text", "variable_string_dtype"]

_ZERO_PADDED, _SPACE_PADDED = 1, 2
_ENCODINGS = ("ascii", "utf-8")


def text(name: bytes) -> str:
    """A name of the file as text; bytes that are not UTF-8 become surrogate escapes."""
    return name.decode("utf-8", "surrogateescape")


def _encoding(number: int) -> str:
    if number >= len(_ENCODINGS):
        raise UnsupportedError(
            f"character set {number} is not defined",
            structure="datatype message",
            section="IV.A.2.d",
        )
    return _ENCODINGS[number]


def fixed_string_dtype(datatype: String) -> np.dtype[Any]:
    """The dtype of strings of ``datatype.size`` bytes."""
    return string_dtype(_encoding(datatype.character_set), datatype.size)


def variable_string_dtype(datatype: VariableLength) -> np.dtype[Any]:
    """The dtype of strings of any length."""
    return string_dtype(_encoding(datatype.character_set))


def is_plain_string(datatype: String) -> bool:
    """Whether numpy reads the bytes as they are."""
    return datatype.padding == _ZERO_PADDED


def read_strings(datatype: String, raw: AnyArray) -> AnyArray:
    """Put zeros where a string has ended: at its first zero, or before its last spaces."""
    dtype = fixed_string_dtype(datatype)
    if is_plain_string(datatype) or not raw.size:
        return raw.view(dtype)
    out = np.array(raw, order="C")
    characters = out.reshape(-1).view(np.uint8).reshape(-1, datatype.size)
    if datatype.padding == _SPACE_PADDED:
        kept = np.logical_or.accumulate(characters[:, ::-1] != ord(" "), axis=1)[:, ::-1]
    else:
        kept = characters != 0
        if not (kept[:, 1:] & ~kept[:, :-1]).any():  # nothing follows a zero
            return raw.view(dtype)
        kept = np.logical_and.accumulate(kept, axis=1)
    characters[~kept] = 0
    return out.view(dtype)
