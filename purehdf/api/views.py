"""Views of a dataset: its elements converted, decoded, or some of their fields, when read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..data.convert import converted
from ..data.empty import Empty
from ..data.fields import check_names, packed, split_names

if TYPE_CHECKING:
    from .dataset import Dataset

__all__ = ["AsStrView", "AsTypeView", "FieldsView"]


class _View:
    """What is the same of all views; indexing one reads."""

    dtype: np.dtype[Any]

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset

    def __getitem__(self, args: Any) -> Any:
        raise NotImplementedError

    @property
    def shape(self) -> tuple[int, ...] | None:
        """The shape of the dataset."""
        return self._dataset.shape

    @property
    def ndim(self) -> int:
        """Number of dimensions."""
        return self._dataset.ndim

    @property
    def size(self) -> int | None:
        """Number of elements."""
        return self._dataset.size

    def __len__(self) -> int:
        return len(self._dataset)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        if copy is False:
            raise ValueError("reading a dataset makes a copy")
        return np.asarray(self[()], self.dtype if dtype is None else dtype)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._dataset!r}>"


class AsTypeView(_View):
    """``dataset.astype(dtype)``: elements are converted as libhdf5 does it.

    Numbers that the type cannot hold become the nearest that it can (numpy would wrap
    integers around), fractions are cut off, and fields of compounds go by their names.
    Reading raises TypeError where one type is no form of the other.
    """

    def __init__(self, dataset: Dataset, dtype: Any) -> None:
        super().__init__(dataset)
        self.dtype = np.dtype(dtype)

    def __getitem__(self, args: Any) -> Any:
        names, rest = split_names(args if isinstance(args, tuple) else (args,))
        found = self._dataset[rest]
        if isinstance(found, Empty):
            return found
        array = converted(np.asarray(found, self._dataset.dtype), self.dtype)
        if names:
            array = array[names[0]] if len(names) == 1 else packed(array, names)
        return array if isinstance(found, np.ndarray) else array[()]


class FieldsView(_View):
    """``dataset.fields(names)``: one field of a compound as an array, or several of them."""

    def __init__(self, dataset: Dataset, names: str | Sequence[str]) -> None:
        super().__init__(dataset)
        self._names = [names] if isinstance(names, str) else list(names)
        check_names(self._names, dataset.dtype)
        fields = [(name, dataset.dtype[name]) for name in self._names]
        self._single = isinstance(names, str)
        self.dtype = dataset.dtype[names] if isinstance(names, str) else np.dtype(fields)

    def __getitem__(self, args: Any) -> Any:
        found = self._dataset[args]
        if isinstance(found, Empty):
            return found
        if self._single:
            return found[self._names[0]]
        array = packed(np.asarray(found), self._names)
        return array if isinstance(found, np.ndarray) else array[()]


class AsStrView(_View):
    """``dataset.asstr()``: strings decoded, as ``str``."""

    dtype = np.dtype(object)

    def __init__(self, dataset: Dataset, encoding: str, errors: str) -> None:
        super().__init__(dataset)
        self._encoding = encoding
        self._errors = errors

    def __getitem__(self, args: Any) -> Any:
        found = self._dataset[args]
        if isinstance(found, bytes):
            return found.decode(self._encoding, self._errors)
        out = np.empty(found.size, object)
        out[:] = [value.decode(self._encoding, self._errors) for value in found.reshape(-1)]
        return out.reshape(found.shape)
