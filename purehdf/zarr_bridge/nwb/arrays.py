"""Zarr arrays as HDMF wants them: with a length, objects for text, and h5py's selections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import numpy as np
import zarr

from ...datatype.metadata import string_dtype

__all__ = ["AsciiArray", "LazyArray", "TextArray", "ViewedArray", "lazy"]


A = TypeVar("A", bound="LazyArray")


class LazyArray(zarr.Array):  # type: ignore[type-arg]
    """An array that is read when it is sliced; elements come as h5py gives them."""

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("a scalar has no length")
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        step = max(self.chunks[0] if self.chunks else 1, 1)
        for start in range(0, len(self), step):
            yield from self[start : start + step]

    def __getitem__(self, key: Any) -> Any:
        """Return a selection as h5py does: lists and masks select along their own axis."""
        found = self._converted(np.asarray(self._selected(key)))
        return found if found.ndim else found[()]

    def _selected(self, key: Any) -> Any:
        if _is_mask(key) and np.ndim(key) > 1:
            return self.vindex[np.asarray(key)]
        parts = key if isinstance(key, tuple) else (key,)
        if any(isinstance(part, list | np.ndarray) for part in parts):
            parts = tuple(np.asarray(p) if isinstance(p, list) else p for p in parts)
            return self.oindex[parts]
        return super().__getitem__(key)

    def _converted(self, values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return values

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.asarray(self[...], dtype=dtype)


class ViewedArray(LazyArray):
    """Numbers of a type that Zarr has no name for, kept as raw bytes."""

    native: np.dtype[Any]

    @property
    def dtype(self) -> Any:
        """Type of the numbers."""
        return self.native

    def _converted(self, values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return values.view(self.native)


class TextArray(LazyArray):
    """Text, as objects of type ``str``."""

    @property
    def dtype(self) -> Any:
        """Type of h5py's strings of variable length."""
        return string_dtype()

    def _converted(self, values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return values.astype(object)


class AsciiArray(TextArray):
    """Text of a type that h5py gives as ``bytes``."""

    @property
    def dtype(self) -> Any:
        """Type of h5py's strings of variable length and one byte for a character."""
        return string_dtype("ascii")

    def _converted(self, values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        out = np.empty(values.size, object)
        out[:] = [each.encode("utf-8", "surrogateescape") for each in values.flat]
        return out.reshape(values.shape)


def lazy(array: Any, kind: type[A]) -> A:
    """Return the array as one of `kind`."""
    return kind(array._async_array)


def _is_mask(key: Any) -> bool:
    return isinstance(key, np.ndarray | list) and np.asarray(key).dtype == bool
