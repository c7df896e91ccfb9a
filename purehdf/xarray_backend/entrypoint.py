"""What xarray calls: opening a file as a dataset, or as a tree of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypedDict, Unpack, get_args

import xarray
from xarray.backends import BackendEntrypoint, CachingFileManager, StoreBackendEntrypoint

from .arrays import OpenFile
from .dimensions import PhonyDims
from .netcdf import NetCDFGroup, open_netcdf
from .store import GroupStore

__all__ = ["PureHDFBackendEntrypoint"]

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_EXTENSIONS = {".nc", ".nc4", ".h5", ".hdf5"}
_URL = re.compile(r"[A-Za-z][\w+.-]+:", re.ASCII)  # two letters: "C:" is a drive


class Options(TypedDict, total=False):
    """Options of opening: how xarray decodes variables, and from ``drop_variables`` on our own."""

    mask_and_scale: Any
    decode_times: Any
    concat_characters: Any
    decode_coords: Any
    use_cftime: Any
    decode_timedelta: Any
    drop_variables: str | Iterable[str] | None
    group: str | None
    phony_dims: PhonyDims | None
    storage_options: Mapping[str, Any] | None


class PureHDFBackendEntrypoint(BackendEntrypoint):
    """Opens netCDF-4 and other HDF5 files with purehdf, without libhdf5 or libnetcdf.

    Names of dimensions come from the dimension scales of the file.  For what has none they
    are made up, as ``phony_dim_0`` and so on, in the order in which groups are opened or,
    with ``phony_dims="sort"``, in that of the file.

    Whatever :class:`purehdf.File` opens can be opened; ``storage_options`` go to fsspec
    with a URL.  Elements are read when they are needed, from any thread or process, and with
    ``await dataset.load_async()`` all variables side by side.
    """

    description = "Open netCDF-4 (.nc, .nc4) and other HDF5 files with purehdf in Xarray"
    supports_groups = True
    open_dataset_parameters = ("filename_or_obj", *Options.__annotations__)

    def guess_can_open(self, filename_or_obj: Any) -> bool:
        """Whether it starts as HDF5 does; of what cannot be looked at, whether its name says so."""
        if isinstance(filename_or_obj, bytes | memoryview):
            return bytes(filename_or_obj[: len(_SIGNATURE)]) == _SIGNATURE
        if isinstance(filename_or_obj, str | os.PathLike):
            return _guess_path(_normal(filename_or_obj))
        if not (hasattr(filename_or_obj, "read") and hasattr(filename_or_obj, "seek")):
            return False
        position = filename_or_obj.tell()
        filename_or_obj.seek(0)
        start = filename_or_obj.read(len(_SIGNATURE))
        filename_or_obj.seek(position)
        return bool(start == _SIGNATURE)

    def open_dataset(self, filename_or_obj: Any, **options: Unpack[Options]) -> xarray.Dataset:
        """Open one group, the root by default, as a dataset."""
        opened = _Opened(filename_or_obj, options)
        return opened.dataset(opened.group)

    def open_groups_as_dict(
        self, filename_or_obj: Any, **options: Unpack[Options]
    ) -> dict[str, xarray.Dataset]:
        """Open a group and all below it: path -> dataset; paths start at `group`."""
        opened = _Opened(filename_or_obj, options)
        return {path: opened.dataset(each) for path, each in opened.paths()}

    def open_datatree(self, filename_or_obj: Any, **options: Unpack[Options]) -> xarray.DataTree:
        """Open a group and all below it as a tree; see :meth:`open_groups_as_dict`."""
        datasets = self.open_groups_as_dict(filename_or_obj, **options)
        tree = xarray.DataTree.from_dict(datasets)
        for path, dataset in datasets.items():
            tree[path].set_close(dataset.close)
        return tree


class _Opened:
    """An open file and the group that is wanted; whoever fails closes the file."""

    def __init__(self, target: Any, options: Options) -> None:
        group = options.pop("group", None)
        mode = options.pop("phony_dims", None) or "access"
        storage_options = options.pop("storage_options", None)
        dropped = options.pop("drop_variables", None)
        self._decoders: dict[str, Any] = {**options}
        if not isinstance(group, str | None):
            raise ValueError(f"group must be a string or None, not {group!r}")
        if mode not in get_args(PhonyDims):
            raise ValueError(f"phony_dims is 'access' or 'sort', not {mode!r}")
        self._dropped = frozenset([dropped] if isinstance(dropped, str) else dropped or ())
        self._manager = CachingFileManager(OpenFile(_normal(target), storage_options), mode="r")
        file = self._manager.acquire()
        self._source = file.filename
        try:
            self.group = open_netcdf(file, mode).descend(group or "")
        except BaseException:
            self._manager.close()
            raise

    def paths(self) -> Iterator[tuple[str, NetCDFGroup]]:
        """Paths and groups, as xarray's tree wants them."""
        top = self.group.path
        for group in self.group.walk():
            below = group.path[len(top) :].lstrip("/")
            yield (f"/{below}" if top == "/" else below or "."), group

    def dataset(self, group: NetCDFGroup) -> xarray.Dataset:
        """A group as a dataset."""
        try:
            store = GroupStore(self._manager, group, self._source, self._dropped)
            return StoreBackendEntrypoint().open_dataset(store, **self._decoders)
        except BaseException:
            self._manager.close()
            raise


def _normal(target: Any) -> Any:
    """A path as an absolute one: workers of Dask may run in other folders."""
    if not isinstance(target, str | os.PathLike) or hasattr(target, "fs"):
        return target
    path = os.fsdecode(target)
    return path if _URL.match(path) else os.path.abspath(os.path.expanduser(path))


def _guess_path(path: str) -> bool:
    if not _URL.match(path):
        try:
            with open(path, "rb") as file:
                if file.read(len(_SIGNATURE)) == _SIGNATURE:
                    return True
        except OSError:
            pass
        else:
            return False
    return os.path.splitext(path.partition("?")[0])[1].lower() in _EXTENSIONS
