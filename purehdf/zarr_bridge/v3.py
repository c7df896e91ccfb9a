"""Zarr format 3: ``zarr.json``, chunk keys ``c/0/1``."""

from __future__ import annotations

import re
import struct
from typing import Any

import numpy as np

from .capabilities import HAS_MORE_TYPES, HAS_STRUCT
from .elements import unsupported
from .fill import base64_text, fill_json
from .mapping import ArrayMapping
from .nodes import Key

__all__ = [
    "array_documents",
    "chunk_name",
    "consolidated",
    "group_documents",
    "has_type",
    "parse_key",
]

Documents = dict[str, dict[str, Any]]

_DOCUMENT = "zarr.json"
_CHUNK = re.compile(r"(?:(.*)/)?c((?:/(?:0|[1-9][0-9]*))*)", re.DOTALL)


def array_documents(mapping: ArrayMapping) -> Documents:
    """Return the metadata document of an array."""
    document = {
        "zarr_format": 3,
        "node_type": "array",
        "shape": list(mapping.shape),
        "data_type": _data_type(mapping.dtype),
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": list(mapping.chunks)}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": _fill(mapping.fill, mapping.dtype),
        "codecs": _codecs(mapping),
        "attributes": _attributes(mapping),
        "dimension_names": list(mapping.dimension_names),
    }
    return {_DOCUMENT: document}


def has_type(dtype: np.dtype[Any]) -> bool:
    """Return whether zarr-python has a structure for what numpy has one for."""
    return dtype.names is None or HAS_MORE_TYPES


def group_documents(attributes: dict[str, Any]) -> Documents:
    """Return the metadata document of a group."""
    return {_DOCUMENT: {"zarr_format": 3, "node_type": "group", "attributes": attributes}}


def consolidated(root: Documents, below: dict[str, Documents]) -> Documents:
    """Return the root's document with those of all nodes below in it."""
    metadata = {path: documents[_DOCUMENT] for path, documents in below.items()}
    inline = {"kind": "inline", "must_understand": False, "metadata": metadata}
    return {_DOCUMENT: {**root[_DOCUMENT], "consolidated_metadata": inline}}


def chunk_name(chunk: tuple[int, ...]) -> str:
    """Return the key of a chunk, without the array's path."""
    return "/".join(["c", *map(str, chunk)])


def parse_key(key: str) -> Key | None:
    """Return what a key asks for; None for what no store of format 3 has."""
    path, _, name = key.rpartition("/")
    if name == _DOCUMENT:
        return Key(path, document=name)
    found = _CHUNK.fullmatch(key)
    if found is None:
        return None
    return Key(found[1] or "", chunk=tuple(map(int, found[2].split("/")[1:])))


def _data_type(dtype: np.dtype[Any]) -> Any:
    if dtype.kind == "O":
        return "string"
    if dtype.kind in "biufc":
        return dtype.name
    if not HAS_MORE_TYPES:
        raise unsupported(
            f"zarr-python before 3.1 has no type for {dtype} in format 3; zarr_format=2 may do"
        )
    if dtype.names is not None:
        return _structure(dtype)
    if dtype.kind in "mM":
        unit, scale = np.datetime_data(dtype)
        name = "numpy.datetime64" if dtype.kind == "M" else "numpy.timedelta64"
        return {"name": name, "configuration": {"unit": unit, "scale_factor": scale}}
    name = "null_terminated_bytes" if dtype.kind == "S" else "raw_bytes"
    return {"name": name, "configuration": {"length_bytes": dtype.itemsize}}


def _structure(dtype: np.dtype[Any]) -> Any:
    fields = [(name, _data_type(dtype[name])) for name in dtype.names or ()]
    if not HAS_STRUCT:
        return {"name": "structured", "configuration": {"fields": [list(each) for each in fields]}}
    described = [{"name": name, "data_type": kind} for name, kind in fields]
    return {"name": "struct", "configuration": {"fields": described}}


def _fill(value: Any, dtype: np.dtype[Any]) -> Any:
    if dtype.names is None or not HAS_STRUCT:
        return fill_json(value, dtype)
    return {name: _fill(value[name], dtype[name]) for name in dtype.names}


def _codecs(mapping: ArrayMapping) -> list[dict[str, Any]]:
    dtype = mapping.dtype
    if dtype.kind == "O":
        return [{"name": "vlen-utf8", "configuration": {}}]
    first: dict[str, Any] = {"name": "bytes"}
    if dtype.names is not None or (dtype.itemsize > 1 and dtype.kind not in "SV"):
        endian = "big" if dtype.str[0] == ">" else "little"
        first["configuration"] = {"endian": endian}
    return [
        first,
        *(
            {
                "name": codec.name if codec.is_own else f"numcodecs.{codec.name}",
                "configuration": codec.configuration,
            }
            for codec in mapping.codecs
        ),
    ]


def _attributes(mapping: ArrayMapping) -> dict[str, Any]:
    """With ``_FillValue`` as xarray writes and expects it in format 3: floats in base64."""
    found = mapping.attributes.get("_FillValue")
    if found is None:
        return mapping.attributes
    return {**mapping.attributes, "_FillValue": _xarray_fill(found, mapping.dtype)}


def _xarray_fill(value: Any, dtype: np.dtype[Any]) -> Any:
    if dtype.kind == "f" and isinstance(value, int | float):
        return base64_text(struct.pack("<d", value))
    if dtype.kind == "c" and isinstance(value, list) and len(value) == 2:
        return [base64_text(struct.pack("<d", part)) for part in value]
    if dtype.kind == "S" and isinstance(value, str):
        return base64_text(value.encode("utf-8", "surrogateescape"))
    return value
