"""The Zarr store over an NWB file, with links and references as such."""

from __future__ import annotations

from typing import Any

from ..store import HDF5Store
from .hierarchy import MarkedHierarchy

__all__ = ["NWBStore"]


class NWBStore(HDF5Store):
    """An HDF5 file as a Zarr store of format 3, in which each object stands once.

    What other names lead to an object, soft and external links among them, is in the
    attribute ``_LINKS`` of a group; references and compounds are marked, in the way of
    hdmf-zarr where it has one.

    Parameters
    ----------
    target, options
        As :class:`HDF5Store` takes them, but for ``group`` and ``zarr_format``.
    """

    hierarchy_class = MarkedHierarchy

    def __init__(self, target: Any, **options: Any) -> None:
        if options.get("group", "/").strip("/") or options.get("zarr_format", 3) != 3:
            raise ValueError("an NWB file is seen whole, and in format 3")
        super().__init__(target, **options)
