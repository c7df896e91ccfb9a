"""Zarr format 2: ``.zarray``, ``.zgroup`` and ``.zattrs``, chunk keys ``0.1``."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from .capabilities import HAS_MORE_TYPES, HAS_STRUCT
from .elements import unsupported
from .fill import fill_json
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

_DOCUMENTS = (".zarray", ".zgroup", ".zattrs", ".zmetadata")
_CHUNK = re.compile(r"(?:(.*)/)?((?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))*)", re.DOTALL)


def array_documents(mapping: ArrayMapping) -> Documents:
    """Return the metadata documents of an array; xarray's names of dimensions are an attribute."""
    array = {
        "zarr_format": 2,
        "shape": list(mapping.shape),
        "chunks": list(mapping.chunks),
        "dtype": _data_type(mapping.dtype),
        "compressor": None,
        "fill_value": _fill(mapping),
        "order": "C",
        "filters": _filters(mapping) or None,
        "dimension_separator": ".",
    }
    attributes = {**mapping.attributes, "_ARRAY_DIMENSIONS": list(mapping.dimension_names)}
    return {".zarray": array, ".zattrs": attributes}


def has_type(dtype: np.dtype[Any]) -> bool:
    """Return whether zarr-python has a structure for what numpy has one for."""
    nested = any(dtype[name].names is not None for name in dtype.names or ())
    return dtype.names is None or (HAS_MORE_TYPES and (HAS_STRUCT or not nested))


def group_documents(attributes: dict[str, Any]) -> Documents:
    """Return the metadata documents of a group."""
    return {".zgroup": {"zarr_format": 2}, ".zattrs": attributes}


def consolidated(root: Documents, below: dict[str, Documents]) -> Documents:
    """Return the root's documents, and one with those of all nodes in it."""
    metadata = {
        f"{path}/{name}".lstrip("/"): document
        for path, documents in {"": root, **below}.items()
        for name, document in documents.items()
    }
    return {**root, ".zmetadata": {"zarr_consolidated_format": 1, "metadata": metadata}}


def chunk_name(chunk: tuple[int, ...]) -> str:
    """Return the key of a chunk, without the array's path."""
    return ".".join(map(str, chunk)) or "0"


def parse_key(key: str) -> Key | None:
    """Return what a key asks for; None for what no store of format 2 has."""
    path, _, name = key.rpartition("/")
    if name in _DOCUMENTS:
        return Key(path, document=name)
    found = _CHUNK.fullmatch(key)
    if found is None:
        return None
    return Key(found[1] or "", chunk=tuple(map(int, found[2].split("."))))


def _data_type(dtype: np.dtype[Any]) -> Any:
    if dtype.names is None:
        return dtype.str
    return [[name, _data_type(dtype[name])] for name in dtype.names]


def _fill(mapping: ArrayMapping) -> Any:
    """Null where the file states no value: zeros, which xarray must not take for missing."""
    dtype = mapping.dtype
    if mapping.fill_is_default and dtype.kind not in "mMO":
        return None
    if dtype.kind == "c" and not HAS_MORE_TYPES:
        raise unsupported("zarr-python before 3.1 reads no complex fill values in format 2")
    return fill_json(mapping.fill, dtype)


def _filters(mapping: ArrayMapping) -> list[dict[str, Any]]:
    if mapping.dtype.kind == "O":
        return [{"id": "vlen-utf8"}]
    return [{"id": codec.name, **codec.configuration} for codec in mapping.codecs]
