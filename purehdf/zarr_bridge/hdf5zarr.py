"""``HDF5Zarr`` and ``open_as_zarr``: what users of HDF5Zarr begin with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import zarr

from ..limits import DEFAULT_LIMITS, Limits
from .report import ReportEntry
from .store import MAX_CHUNKSIZE, HDF5Store

__all__ = ["HDF5Zarr", "open_as_zarr"]

_NOT_HERE = {
    "LRU",
    "LRU_max_size",
    "blocksize",
    "collectattrs",
    "collectrefs",
    "driver",
    "store",
    "store_mode",
    "store_path",
    "uri",
}


class HDF5Zarr:
    """An HDF5 file seen through Zarr, without copying.

    Parameters
    ----------
    filename
        A path, bytes, a binary file object, an fsspec file, or a URL.
    hdf5obj : str, optional
        Path of the one object to be seen; a dataset makes ``zgroup`` a ``zarr.Array``.
    hdf5group : str, optional
        Path of the group to be seen; `hdf5obj` goes before it.
    max_chunksize, zarr_format, consolidated, storage_options, limits
        As :class:`HDF5Store` takes them.

    Attributes
    ----------
    zgroup : zarr.Group or zarr.Array
        The file, or the group or dataset that was asked for.
    store : HDF5Store
        The store that it is read from.

    Raises
    ------
    NotImplementedError
        For an argument of the HDF5Zarr package that has no counterpart here.
    """

    def __init__(
        self,
        filename: Any,
        hdf5obj: str | None = None,
        *,
        hdf5group: str | None = None,
        max_chunksize: int | None = MAX_CHUNKSIZE,
        zarr_format: int = 3,
        consolidated: bool = False,
        storage_options: Mapping[str, Any] | None = None,
        limits: Limits = DEFAULT_LIMITS,
        **others: Any,
    ) -> None:
        _refuse(others)
        group = hdf5group if hdf5obj is None else hdf5obj
        if group is None:
            group = "/"
        if not isinstance(group, str):
            raise TypeError(f"an object is named by its path, not by a {type(group).__name__}")
        self.store = HDF5Store(
            filename,
            group=group,
            zarr_format=zarr_format,
            max_chunksize=max_chunksize,
            consolidated=consolidated,
            storage_options=storage_options,
            limits=limits,
        )
        self.zgroup = self._open()

    def _open(self) -> Any:
        try:
            return zarr.open(self.store, mode="r", zarr_format=self.store.zarr_format)  # type: ignore[arg-type]
        except BaseException:
            self.store.close()
            raise

    def report(self) -> list[ReportEntry]:
        """Return how each array is served, and what is left out; this reads all metadata."""
        return self.store.report()

    def __repr__(self) -> str:
        return f"<HDF5Zarr: {self.zgroup!r}>"


def _refuse(others: dict[str, Any]) -> None:
    for name in others:
        if name in _NOT_HERE:
            raise NotImplementedError(f"{name}= of HDF5Zarr has no counterpart in purehdf")
        raise TypeError(f"HDF5Zarr() got an unexpected keyword argument {name!r}")


def open_as_zarr(target: Any, hdf5obj: str | None = None, **options: Any) -> Any:
    """Return ``HDF5Zarr(target, ...).zgroup``: a ``zarr.Group``, or the Array of one dataset."""
    return HDF5Zarr(target, hdf5obj, **options).zgroup
