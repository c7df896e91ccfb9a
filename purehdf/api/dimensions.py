"""``dataset.dims``: dimension scales, which the HDF5 library describes by attributes."""

from __future__ import annotations

from collections.abc import Iterator
from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from ..datatype.numpy_types import text

if TYPE_CHECKING:
    from .dataset import Dataset

__all__ = ["Dimension", "Dimensions", "is_scale"]


def is_scale(dataset: Dataset) -> bool:
    """Whether the dataset is a dimension scale."""
    return _text(dataset, "CLASS") == "DIMENSION_SCALE"


def _text(dataset: Dataset, name: str) -> str:
    """A string attribute, "" where there is none; files differ in how it is stored."""
    return _as_text(dataset.attrs.get(name))


def _as_text(value: Any) -> str:
    if isinstance(value, bytes):
        return text(value)
    return value if isinstance(value, str) else ""


class Dimension:
    """One dimension of a dataset: a ``label``, and scales by name or number."""

    def __init__(self, dataset: Dataset, number: int) -> None:
        self._dataset = dataset
        self._number = number

    @property
    def label(self) -> str:
        """The label, "" if there is none."""
        labels = self._attribute("DIMENSION_LABELS")
        return "" if labels is None else _as_text(labels[self._number])

    def _attribute(self, name: str) -> Any:
        """An attribute with an element for each dimension, or None."""
        value: Any = self._dataset.attrs.get(name)
        return value if np.shape(value)[:1] == (self._dataset.ndim,) else None

    def values(self) -> list[Dataset]:
        """The scales that are attached, as datasets."""
        lists = self._attribute("DIMENSION_LIST")
        if lists is None:
            return []
        file = self._dataset.file
        return [file[reference] for reference in np.atleast_1d(lists[self._number]) if reference]

    def items(self) -> list[tuple[str, Dataset]]:
        """Pairs of name ("" if it has none) and scale."""
        return [(_text(scale, "NAME"), scale) for scale in self.values()]

    def keys(self) -> list[str]:
        """The names of the scales."""
        return [name for name, _ in self.items()]

    def __getitem__(self, item: int | str) -> Dataset:
        if not isinstance(item, str):
            return self.values()[index(item)]
        for name, scale in self.items():
            if name == item:
                return scale
        raise KeyError(item)

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self.values())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dimension) and other._key == self._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[Dataset, int]:
        return self._dataset, self._number

    def __repr__(self) -> str:
        if not self._dataset:
            return "<Dimension of closed HDF5 dataset>"
        return f'<"{self.label}" dimension {self._number} of {self._dataset!r}>'


class Dimensions:
    """The dimensions of a dataset, in order."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset

    def __getitem__(self, number: int) -> Dimension:
        return Dimension(self._dataset, range(len(self))[number])

    def __len__(self) -> int:
        return self._dataset.ndim

    def __iter__(self) -> Iterator[Dimension]:
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        return f"<Dimensions of {self._dataset!r}>"
