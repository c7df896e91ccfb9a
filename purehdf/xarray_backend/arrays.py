"""Arrays that xarray reads when it needs their elements."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from xarray.backends import BackendArray, CachingFileManager
from xarray.core import indexing

from ..api import Dataset, File
from ..datatype.metadata import check_string_dtype
from .netcdf import Variable

__all__ = ["OpenFile", "VariableArray"]

_TRIES = 3  # the file may be closed behind a reader's back, to open others


@dataclass(frozen=True, eq=False)
class OpenFile:
    """Opens a file, again where that is needed: in another process, or after it was closed."""

    target: Any
    storage_options: Mapping[str, Any] | None

    def __call__(self, mode: str = "r") -> File:
        """Open it."""
        return File(self.target, mode, storage_options=self.storage_options)


class VariableArray(BackendArray):
    """The elements of a variable; read from any thread, and pickled as the way to them."""

    def __init__(self, manager: CachingFileManager[File], variable: Variable) -> None:
        self._manager = manager
        self._path = variable.path
        self._dataset: Dataset | None = variable.dataset
        self.shape = variable.shape
        self.dtype = variable.dataset.dtype

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_dataset": None}

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:
        return indexing.explicit_indexing_adapter(
            key, self.shape, indexing.IndexingSupport.OUTER, self._read
        )

    async def async_getitem(self, key: indexing.ExplicitIndexer) -> Any:
        """The same in a thread, for ``load_async``: the event loop goes on meanwhile."""
        if sys.platform == "emscripten":  # there are no threads
            return self[key]
        return await asyncio.to_thread(self.__getitem__, key)

    def _read(self, key: tuple[Any, ...]) -> np.ndarray[Any, Any]:
        for _ in range(_TRIES):
            dataset = self._opened()
            try:
                return _read_padded(dataset, key, self.shape)
            except ValueError:
                if dataset:  # it is open, so this is about something else
                    raise
        raise ValueError(f"{self._path}: the file is closed again and again")

    def _opened(self) -> Dataset:
        file = self._manager.acquire()
        dataset = self._dataset
        if not dataset or dataset.file != file:
            dataset = self._dataset = file[self._path]
        return dataset


def _read_padded(
    dataset: Dataset, key: tuple[Any, ...], shape: tuple[int, ...]
) -> np.ndarray[Any, Any]:
    """Read from an array of `shape`, which goes on with the fill value where the dataset ends.

    So does a netCDF variable along an unlimited dimension that others have made longer.
    """
    stored = dataset.shape or ()
    if all(size <= has for size, has in zip(shape, stored, strict=True)):
        return _elements(dataset, key)
    positions = [np.atleast_1d(np.arange(n)[k]) for n, k in zip(shape, key, strict=True)]
    inside = [each < n for each, n in zip(positions, stored, strict=True)]
    part = _elements(dataset, tuple(p[i] for p, i in zip(positions, inside, strict=True)))
    out = np.empty([len(each) for each in positions], part.dtype)
    out[...] = _fill(dataset)
    out[np.ix_(*inside)] = part
    dropped = tuple(i for i, k in enumerate(key) if np.ndim(k) == 0 and not isinstance(k, slice))
    return out.squeeze(dropped)


def _elements(dataset: Dataset, key: tuple[Any, ...]) -> np.ndarray[Any, Any]:
    """Read elements as an array, strings of variable length decoded."""
    found = dataset.asstr()[key] if _is_text(dataset) else dataset[key]
    if isinstance(found, np.ndarray):
        return found
    scalar = np.empty((), object if _is_text(dataset) else dataset.dtype)
    scalar[()] = found
    return scalar


def _is_text(dataset: Dataset) -> bool:
    info = check_string_dtype(dataset.dtype)
    return info is not None and info.length is None


def _fill(dataset: Dataset) -> Any:
    fill = dataset.fillvalue
    if not _is_text(dataset):
        return fill
    return fill.decode() if isinstance(fill, bytes) else ""
