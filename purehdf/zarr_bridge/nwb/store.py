"""The Zarr store over an NWB file, with links and references as such."""

from __future__ import annotations

from typing import Any

from .. import v3
from ..contents import Contents
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

    def __init__(self, target: Any, **options: Any) -> None:
        super().__init__(target, **options)
        if self._options["group"].strip("/") or self.zarr_format != 3:
            raise ValueError("an NWB file is seen whole, and in format 3")
        hierarchy = MarkedHierarchy.like(self._contents.hierarchy)
        consolidated = self._options["consolidated"]
        self._contents = Contents(hierarchy, v3, consolidated=consolidated)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NWBStore) and super().__eq__(other) is True

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self._target, self._options)

    def consolidated(self) -> NWBStore:
        """Return a store of the same file whose root holds the metadata of all nodes."""
        return _rebuild(self._target, {**self._options, "consolidated": True})


def _rebuild(target: Any, options: dict[str, Any]) -> NWBStore:
    return NWBStore(target, **options)
