"""What the documents of an NWB file say beyond Zarr, as attributes.

===================  =======================================================================
``_LINKS``           of a group: its links, ``{"name", "source", "path"}``; `source` is
                     "." or another file, and `path` is null where a link leads nowhere
``{"_REFERENCE"}``   value of an attribute that is a reference, ``{"source", "path"}``
``_DTYPE``           of an array: ``"object_reference"``, ``"ascii"`` for text that is bytes,
                     or the members of a compound, ``{"name", "dtype", "shape"}``
``_HDF5_DTYPES``     types of the attributes that are numbers or arrays, as numpy writes them
===================  =======================================================================

All but the last and the word "ascii" are hdmf-zarr's.
"""

from __future__ import annotations

from base64 import standard_b64decode
from typing import Any

import numpy as np

from ...datatype.metadata import check_ref_dtype, check_string_dtype, check_vlen_dtype

__all__ = [
    "ASCII",
    "ATTRIBUTE_TYPES",
    "LINKS",
    "REFERENCE",
    "REFERENCES",
    "TYPE",
    "Members",
    "describe",
    "from_json",
    "nested",
    "numpy_type",
]

LINKS = "_LINKS"
REFERENCE = "_REFERENCE"
TYPE = "_DTYPE"
ATTRIBUTE_TYPES = "_HDF5_DTYPES"
REFERENCES, ASCII, TEXT, SEQUENCE = "object_reference", "ascii", "utf8", "sequence"

Members = list[dict[str, Any]]


def describe(dtype: np.dtype[Any]) -> str | Members:
    """Return a type as JSON: the members of a compound, or a word, or what numpy writes."""
    if dtype.names is not None:
        return [_member(name, dtype[name]) for name in dtype.names]
    if check_ref_dtype(dtype) is not None:
        return REFERENCES
    if dtype.kind != "O":
        return dtype.newbyteorder("<").str
    if check_string_dtype(dtype) is None:
        return SEQUENCE
    return ASCII if check_vlen_dtype(dtype) is bytes else TEXT


def _member(name: str, dtype: np.dtype[Any]) -> dict[str, Any]:
    base, shape = dtype.subdtype or (dtype, ())
    found = {"name": name, "dtype": describe(base)}
    return {**found, "shape": list(shape)} if shape else found


def numpy_type(described: str | Members) -> np.dtype[Any]:
    """Return the numpy type of what :func:`describe` made; objects for what is no number."""
    if isinstance(described, str):
        word = described in (REFERENCES, ASCII, TEXT, SEQUENCE)
        return np.dtype(object if word else described)
    return np.dtype(
        [
            (each["name"], numpy_type(each["dtype"]), tuple(each.get("shape", ())))
            for each in described
        ]
    )


def from_json(value: Any, dtype: np.dtype[Any]) -> Any:
    """Return what the JSON of an element says, ready to be put into an array of `dtype`."""
    if dtype.names is not None:
        return tuple(from_json(value[name], dtype[name]) for name in dtype.names)
    if dtype.subdtype is not None:
        base, shape = dtype.subdtype
        return nested(value, base, len(shape))
    if dtype.kind == "c":
        return complex(*value)
    if dtype.kind == "S":
        return value.encode("utf-8", "surrogateescape")
    return np.void(standard_b64decode(value)) if dtype.kind == "V" else value


def nested(value: Any, base: np.dtype[Any], rank: int) -> Any:
    """Return what the JSON of an array of `rank` dimensions says, as nested lists."""
    if not rank:
        return from_json(value, base)
    return [nested(each, base, rank - 1) for each in value]
