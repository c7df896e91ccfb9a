"""A group as a store of variables, which xarray decodes by its own conventions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from xarray import Variable as XarrayVariable
from xarray.backends import AbstractDataStore, CachingFileManager
from xarray.core.indexing import LazilyIndexedArray

from ..api import Dataset, File
from ..datatype.metadata import check_enum_dtype, check_string_dtype
from ..walk.need import result_of
from .arrays import VariableArray
from .attributes import read_attributes
from .netcdf import NetCDFGroup, Variable

__all__ = ["GroupStore"]

# What h5netcdf calls the filters that netCDF's own library knows, by their numbers.
_CODECS = {1: "zlib", 4: "szip", 307: "bzip2", 32001: "blosc", 32015: "zstd"}


class GroupStore(AbstractDataStore):
    """One group of an open file.

    Parameters
    ----------
    manager : CachingFileManager
        Has the file, and opens it again where that is needed.
    group : NetCDFGroup
        The group.
    source : str
        Path or URL of the file.
    dropped : frozenset of str
        Variables to leave out.
    """

    def __init__(
        self,
        manager: CachingFileManager[File],
        group: NetCDFGroup,
        source: str,
        dropped: frozenset[str],
    ) -> None:
        self._manager = manager
        self._variables = {
            name: _variable(manager, each, source) for name, each in group.variables(dropped)
        }
        (attributes,) = read_attributes([group.group])
        self._attributes = result_of(attributes).shown()
        self._unlimited = {dim.name for dim in group.dimensions.values() if dim.is_unlimited}

    def __getstate__(self) -> dict[str, Any]:
        return {"_manager": self._manager}  # a dataset goes with it for the sake of close()

    def get_variables(self) -> Mapping[str, XarrayVariable]:
        """Name -> variable, as stored."""
        return self._variables

    def get_attrs(self) -> Mapping[str, Any]:
        """The attributes of the group."""
        return self._attributes

    def get_encoding(self) -> dict[str, Any]:
        """Which dimensions are unlimited."""
        return {"unlimited_dims": self._unlimited}

    def close(self) -> None:
        """Close the file."""
        self._manager.close()


def _variable(manager: CachingFileManager[File], variable: Variable, source: str) -> XarrayVariable:
    data = LazilyIndexedArray(VariableArray(manager, variable))
    encoding = {
        "dtype": _dtype(variable),
        **_chunks(variable),
        **_filters(variable.dataset),
        "source": source,
        "original_shape": variable.shape,
    }
    return XarrayVariable(variable.dimensions, data, variable.attributes.shown(), encoding)


def _dtype(variable: Variable) -> Any:
    dtype = variable.dataset.dtype
    if variable.enum_name is not None:
        values = check_enum_dtype(dtype)
        # A copy: an encoding is there to be changed, and types are shared by all files.
        metadata = {"enum": dict(values or {}), "enum_name": variable.enum_name}
        return np.dtype(dtype.str, metadata=metadata)
    string = check_string_dtype(dtype)
    is_text = string is not None and string.length is None and string.encoding == "utf-8"
    return str if is_text else dtype


def _chunks(variable: Variable) -> dict[str, Any]:
    chunks = variable.dataset.chunks
    if not chunks:
        return {"contiguous": True, "chunksizes": None}
    preferred = dict(zip(variable.dimensions, chunks, strict=True))
    return {"contiguous": False, "chunksizes": chunks, "preferred_chunks": preferred}


def _filters(dataset: Dataset) -> dict[str, Any]:
    """The filters in netCDF's words, and in h5py's those that netCDF has no word for."""
    found: dict[str, Any] = dict.fromkeys(_CODECS.values(), False)
    found |= {"shuffle": dataset.shuffle, "fletcher32": dataset.fletcher32}
    for each in dataset.filters:
        if each.id in _CODECS:
            found[_CODECS[each.id]] = True
            found["complevel"] = each.parameters[0] if each.parameters else None
    if dataset.compression not in (None, "gzip"):
        found["compression"] = dataset.compression
        found["compression_opts"] = dataset.compression_opts
    return found
