"""``HDF5Zarr`` and ``open_as_zarr``: what users of HDF5Zarr begin with."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..extras import naming_extras
from ..limits import DEFAULT_LIMITS, Limits
from ..session import External
from .chunk_references import url_of
from .nodes import Documents
from .report import ReportEntry

with naming_extras(__name__):
    import zarr
    from zarr.abc.store import Store
    from zarr.core.sync import sync

    from .saved import SavedStore, format_of, read_source
    from .saving import load_store, save
    from .store import MAX_CHUNKSIZE, HDF5Store

__all__ = ["HDF5Zarr", "open_as_zarr"]

_CACHE = 1 << 30


class HDF5Zarr:
    """An HDF5 file seen through Zarr, without copying.

    Parameters
    ----------
    filename
        A path, bytes, a binary file object, an fsspec file, a URL, or an object of h5py;
        None with ``store_mode="r"``: the place that was saved with the metadata.
    hdf5obj, hdf5group : str, optional
        Path of the one object, or of the group, to be seen; `hdf5obj` goes first.  A
        dataset makes ``zgroup`` a ``zarr.Array``.  An object of h5py stands for its path.
    collectattrs : bool
        Whether nodes have the attributes of their objects.
    collectrefs
        Without effect, and warned of: references always become the paths of objects.
    uri : str, optional
        Where others find the file: kept with saved metadata.
    store : zarr Store, mapping, or path, optional
        Where the metadata is saved: everything but the chunks.  A path ending in ``.json``
        is one file, any other a directory; a mapping gets JSON values.
    store_path : str, optional
        Place inside `store`; the path of the group that is seen if it is None.
    store_mode : {"a", "r", "r+", "w", "w-", "x"}
        "r" reads what was saved, and of the HDF5 file nothing but chunks.  Others save:
        "r+" over what must be there, "w-" and "x" where nothing is.
    max_chunksize, zarr_format, consolidated, storage_options, limits, external
        As :class:`HDF5Store` takes them.
    LRU, LRU_max_size : bool, int
        Whether chunks and metadata are kept in zarr-python's ``CacheStore``, up to so many
        bytes.
    nwb : bool
        Whether links and references are marked, as ``NWBZARRHDF5IO`` needs it of saved metadata.
    blocksize : int, optional
        A remote file is read in blocks of so many bytes.  None: with ``store_mode="r"`` each
        chunk is a request of its own, and nothing else is read.

    Attributes
    ----------
    zgroup : zarr.Group or zarr.Array
        The file, or the group or dataset that was asked for.
    store : zarr Store
        The store that it is read from.

    Raises
    ------
    NotImplementedError
        For ``driver=``, which is libhdf5's, and for ``LRU=True`` where zarr-python has no cache.
    FileExistsError, FileNotFoundError
        As `store_mode` says.
    """

    def __init__(
        self,
        filename: Any,
        hdf5obj: Any = None,
        *,
        hdf5group: Any = None,
        collectattrs: bool = True,
        collectrefs: Any = None,
        uri: str | None = None,
        store: Any = None,
        store_path: str | None = None,
        store_mode: str = "a",
        max_chunksize: int | None = MAX_CHUNKSIZE,
        LRU: bool = False,
        LRU_max_size: int = _CACHE,
        blocksize: int | None = None,
        driver: str | None = None,
        zarr_format: int = 3,
        consolidated: bool = False,
        storage_options: Mapping[str, Any] | None = None,
        limits: Limits = DEFAULT_LIMITS,
        external: External | None = None,
        nwb: bool = False,
    ) -> None:
        _check(driver, collectrefs, store, store_path, store_mode)
        filename, group = _target(filename, hdf5group if hdf5obj is None else hdf5obj)
        self._uri = _uri(filename) if uri is None else uri
        self._kept = store
        self._place = group.strip("/") if store_path is None else store_path.strip("/")
        self._report: list[ReportEntry] | None = None
        options: dict[str, Any] = {
            "storage_options": storage_options,
            "limits": limits,
            "external": external,
            "blocksize": blocksize,
        }
        self._live: HDF5Store | None = None
        self._format = zarr_format
        if store_mode == "r":
            self.store: Store = self._saved(filename, options)
        else:
            self._live = _kind(nwb=nwb)(
                filename,
                group=group,
                zarr_format=zarr_format,
                max_chunksize=max_chunksize,
                consolidated=consolidated,
                attributes=collectattrs,
                **options,
            )
            self.store = self._live
        if LRU:
            self.store = _cached(self.store, LRU_max_size)
        try:
            self.zgroup = self._open()
            if store is not None and store_mode != "r":
                save(self.metadata(consolidated=consolidated), store, self._place, store_mode)
        except BaseException:
            self.store.close()
            raise

    def _open(self) -> Any:
        return zarr.open(self.store, mode="r", zarr_format=self._format)  # type: ignore[arg-type]

    def _saved(self, filename: Any, options: dict[str, Any]) -> SavedStore:
        metadata = load_store(self._kept)
        self._format = sync(format_of(metadata, self._place))
        if filename is None:
            filename = self._uri or sync(read_source(metadata, self._place))
        return SavedStore(metadata, self._place, self._format, filename, **options)

    def metadata(self, *, consolidated: bool = False) -> Documents:
        """Return all metadata as JSON by key: what ``store=`` takes with ``store_mode="r"``."""
        if self._live is None:
            raise ValueError("this is saved metadata already")
        return self._live.metadata(self._uri, consolidated=consolidated)

    def export_json(self, path: str | os.PathLike[str]) -> None:
        """Write all metadata into one JSON file, which ``store=`` takes as well."""
        place = f"{self._place}/" if self._place else ""
        named = {place + key: value for key, value in self.metadata().items()}
        Path(path).write_text(json.dumps(named))

    def consolidate_metadata(self, metadata_key: str = ".zmetadata") -> Any:
        """Return ``zgroup`` with the metadata of all its nodes at hand.

        If there is a store that metadata is saved in, it gets the consolidated metadata
        too.  Only its usual place is known to zarr-python: `metadata_key` is there for
        the sake of older code.
        """
        if metadata_key != ".zmetadata":
            raise ValueError("metadata_key: consolidated metadata has one place in Zarr")
        if self._live is None:
            raise ValueError("saved metadata is consolidated when it is saved: consolidated=True")
        if self._kept is not None:
            save(self.metadata(consolidated=True), self._kept, self._place, "w")
        return zarr.open(
            self._live.consolidated(),
            mode="r",
            zarr_format=self._format,  # type: ignore[arg-type]
        )

    def report(self) -> list[ReportEntry]:
        """Return how each array is served, and what is left out; this reads all metadata."""
        if self._live is None:
            raise ValueError("saved metadata has no report: it was made when it was saved")
        return self._live.report()

    def __repr__(self) -> str:
        return f"<HDF5Zarr: {self.zgroup!r}>"


def _check(driver: Any, refs: Any, store: Any, store_path: Any, store_mode: str) -> None:
    if driver is not None:
        raise NotImplementedError("driver= is libhdf5's: give a URL, with storage_options=")
    if refs is not None:
        warnings.warn(
            "collectrefs= has no effect: references become the paths of their objects",
            stacklevel=3,
        )
    if store is None and (store_path is not None or store_mode != "a"):
        raise ValueError("store_path= and store_mode= are about saved metadata: give store= too")


def _kind(*, nwb: bool) -> type[HDF5Store]:
    if not nwb:
        return HDF5Store
    from .nwb import NWBStore  # late: it comes with hdmf

    return NWBStore


def _target(filename: Any, wanted: Any) -> tuple[Any, str]:
    """The file and the path in it, where objects of h5py may stand for either."""
    path = getattr(wanted, "name", wanted)
    if hasattr(filename, "attrs") and hasattr(filename, "file"):
        path = filename.name if path is None else path
        filename = filename.file.filename
    path = "/" if path is None else path
    if not isinstance(path, str):
        raise TypeError(f"an object is named by its path, not by a {type(path).__name__}")
    return filename, path


def _uri(filename: Any) -> str | None:
    """Where a file is found again; None for bytes and the like."""
    name = getattr(filename, "name", None)  # of an open file
    if isinstance(name, str) and hasattr(filename, "read") and os.path.exists(name):
        return os.path.abspath(name)
    try:
        url = url_of(filename)
    except ValueError:
        return None
    return url if "://" in url else os.path.abspath(url)


def _cached(store: Store, size: int) -> Store:
    try:
        from zarr.experimental.cache_store import CacheStore
    except ImportError as error:
        raise NotImplementedError(
            f"LRU=True needs zarr-python's CacheStore, which {zarr.__version__} does not have: "
            "update zarr, or do without"
        ) from error
    found: Store = CacheStore(store, cache_store=zarr.storage.MemoryStore(), max_size=size)
    return found


def open_as_zarr(target: Any, hdf5obj: Any = None, **options: Any) -> Any:
    """Return ``HDF5Zarr(target, ...).zgroup``: a ``zarr.Group``, or the Array of one dataset."""
    return HDF5Zarr(target, hdf5obj, **options).zgroup
