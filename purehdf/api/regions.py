"""``obj.regionref``: the shapes that a region reference speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..datatype.reference import RegionReference

if TYPE_CHECKING:
    from .objects import HDFObject

__all__ = ["RegionProxy"]


class RegionProxy:
    """Looks at region references into the file of an object; it makes none."""

    def __init__(self, found: HDFObject) -> None:
        self._object = found

    def shape(self, ref: RegionReference) -> tuple[int, ...] | None:
        """The shape of the dataset that `ref` leads to."""
        shape: tuple[int, ...] | None = self._dataset(ref).shape
        return shape

    def selection(self, ref: RegionReference) -> tuple[int, ...]:
        """The shape of what `ref` selects there."""
        dataset = self._dataset(ref)
        if ref.selection is None:
            raise ValueError("the region reference selects nothing")
        from ..datatype.regions import select_region

        with self._object._session.errors(dataset.name):
            return select_region(ref.selection, dataset.shape or ()).shape

    def _dataset(self, ref: RegionReference) -> Any:
        if not isinstance(ref, RegionReference):
            raise TypeError(f"a region reference is wanted, not {type(ref).__name__}")
        return self._object.file[ref]
