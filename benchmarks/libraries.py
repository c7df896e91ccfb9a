"""How each library opens a file: what the ways of several cases share."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable, Iterable
from functools import cache
from mmap import mmap
from pathlib import Path
from typing import Any

import numpy as np

from .case import Way

__all__ = [
    "LIKE_H5PY",
    "async_dataset",
    "in_memory",
    "like_h5py",
    "local_store",
    "registry",
    "through_zarr",
    "whole",
]

LIKE_H5PY = ("h5py", "purehdf", "pyfive")


def in_memory(array: Any) -> Any:
    """`array`, or a copy if it looks into a mapped file and nothing was read yet."""
    base = array
    while isinstance(base, np.ndarray | memoryview):
        base = base.base if isinstance(base, np.ndarray) else base.obj
    return array.copy() if isinstance(base, mmap) else array


def whole(file: Any) -> Any:
    """All elements of the dataset "d"."""
    return in_memory(file["d"][...])


def like_h5py(
    work: Callable[[Any], Any], libraries: Iterable[str] = LIKE_H5PY, answer: Any = None
) -> dict[str, Way]:
    """The same work, done with an open file of each library whose API is h5py's."""

    def way(library: str) -> Way:
        def run(path: Path) -> Any:
            with importlib.import_module(library.partition("[")[0]).File(path) as file:
                return work(file)

        return Way(run, answer) if answer else Way(run)

    return {library: way(library) for library in libraries}


def local_store() -> Any:
    """The store of obstore for local files."""
    from obstore.store import LocalStore

    return LocalStore()


def registry() -> Any:
    """The registry of stores that VirtualiZarr wants."""
    from obspec_utils.registry import ObjectStoreRegistry

    found = ObjectStoreRegistry()
    found.register("file://", local_store())
    return found


async def async_dataset(path: Path, name: str) -> Any:
    """A dataset of async-hdf5."""
    from async_hdf5 import HDF5File

    file = await HDF5File.open(str(path), store=local_store())
    return await (await file.root_group()).dataset(name)


def _kerchunk_group(path: Path) -> Any:
    import fsspec
    import zarr
    from kerchunk.hdf import SingleHdf5ToZarr
    from zarr.storage import FsspecStore

    refs = SingleHdf5ToZarr(str(path), inline_threshold=0).translate()
    options = {"fo": refs, "asynchronous": True, "remote_options": {"asynchronous": True}}
    fs = fsspec.filesystem("reference", remote_protocol="file", **options)
    return zarr.open_group(FsspecStore(fs, read_only=True, path=""), mode="r", zarr_format=2)


def _virtualizarr_group(path: Path) -> Any:
    import zarr
    from virtualizarr.parsers import HDFParser

    return zarr.open_group(HDFParser()(path.as_uri(), registry()), mode="r", zarr_format=3)


def _async_group(path: Path) -> Any:
    import zarr
    from async_hdf5.zarr import open_hdf5

    store = asyncio.run(open_hdf5(path=str(path), store=local_store()))
    return zarr.open_group(store, mode="r", zarr_format=3)


_GROUPS = {
    "kerchunk": _kerchunk_group,
    "VirtualiZarr": _virtualizarr_group,
    "async-hdf5": _async_group,
}


def through_zarr(work: Callable[[Any], Any]) -> dict[str, Way]:
    """Ways of the libraries that read through Zarr.

    Only reading is measured: the chunks are indexed in the first run, which does not count.
    """

    def way(library: str) -> Way:
        group = cache(_GROUPS[library])
        return Way(lambda path: work(group(path)))

    return {library: way(library) for library in _GROUPS}
