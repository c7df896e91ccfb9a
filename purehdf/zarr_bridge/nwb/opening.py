"""From what a user has of an NWB file to its marked Zarr group."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import zarr
from zarr.abc.store import Store
from zarr.storage import WrapperStore

from ..saved import SavedStore
from ..store import HDF5Store
from .marks import LINKS
from .store import NWBStore

__all__ = ["Opened", "open_target"]


_WHOLE = {"consolidated": True, "attributes": True, "zarr_format": 3}


@dataclass(frozen=True)
class Opened:
    """An opened file.

    Attributes
    ----------
    zgroup : zarr.Group
        Its root, with the attributes of :mod:`.marks`.
    name : str
        Its path or URL.
    close : callable
        Closes it, if it was opened for this.
    left_out : dict of str to str
        Path of what is in the file and not in `zgroup`, and why.
    """

    zgroup: Any
    name: str
    close: Callable[[], None]
    left_out: dict[str, str] = field(default_factory=dict)


def open_target(target: Any, options: Mapping[str, Any]) -> Opened:
    """Open a path, a URL, a file object, an ``HDF5Zarr``, a ``zarr.Group`` or a store.

    Raises ValueError for a store that does not say where links lead.
    """
    store = _store_of(target)
    if store is None:
        return _opened(NWBStore(target, **{**options, **_WHOLE}))
    if isinstance(store, HDF5Store) and not isinstance(store, NWBStore):
        return _opened(store.again(NWBStore, **{**options, **_WHOLE}))
    if options:
        raise ValueError(f"it was opened already: {', '.join(options)} come too late")
    zgroup = target if isinstance(target, zarr.Group) else zarr.open_group(store, mode="r")
    if LINKS not in zgroup.attrs:
        raise ValueError(
            "this metadata was saved without links: save it by HDF5Zarr(..., nwb=True)"
        )
    left_out = _left_out(store) if isinstance(store, NWBStore) else {}
    return Opened(zgroup, _name_of(store), _nothing, left_out)


def _opened(store: NWBStore) -> Opened:
    try:
        zgroup = zarr.open_group(store, mode="r")
        return Opened(zgroup, _name_of(store), store.close, _left_out(store))
    except BaseException:
        store.close()
        raise


def _left_out(store: NWBStore) -> dict[str, str]:
    return {entry.path: entry.reason for entry in store.report() if entry.how == "refused"}


def _name_of(store: Store) -> str:
    """Path or URL of the file that a store shows."""
    name = store.name if isinstance(store, HDF5Store | SavedStore) else str(store)
    return os.path.abspath(name) if os.path.isfile(name) else name


def _store_of(target: Any) -> Store | None:
    """The store that a target stands for; None if it is none of Zarr's things."""
    store = getattr(getattr(target, "zgroup", target), "store", target)
    while isinstance(store, WrapperStore):  # a cache of chunks: links are not in it
        store = store._store
    return store if isinstance(store, Store) else None


def _nothing() -> None:
    """What was opened elsewhere is closed there."""
