"""``obj.attrs``: the attributes of an object as a mapping."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from typing import Any, NoReturn

import numpy as np

from ..data.attributes import attribute_value, attribute_values
from ..datatype.numpy_types import memory_dtype, text
from ..errors import PureHDFError
from ..format.messages.attribute import Attribute
from ..lazy import lazy_property
from ..session import Session
from ..walk.attributes import attribute_types, object_attributes
from ..walk.headers import ObjectHeader
from .mapping_views import Names

__all__ = ["AttributeManager", "AttributeView"]


class AttributeView:
    """One attribute without its value: ``shape`` (None: no elements at all) and ``dtype``."""

    def __init__(self, name: str, shape: tuple[int, ...] | None, dtype: np.dtype[Any]) -> None:
        self.name = name
        self.shape = shape
        self.dtype = dtype

    def __repr__(self) -> str:
        return f"<attribute {self.name!r}: shape {self.shape}, type {self.dtype.str!r}>"


class AttributeManager(Mapping[str, Any]):
    """The attributes of an object, read-only.

    Values are what h5py returns: scalars as numpy scalars or ``str``, the rest as
    arrays, and ``Empty`` for an attribute without elements.  An attribute that cannot be
    read is listed, and raises when it is asked for.
    """

    def __init__(self, session: Session, header: ObjectHeader, path: str | None) -> None:
        self._session = session
        self._header = header
        self._path = path

    @lazy_property
    def _found(self) -> dict[str, Attribute | PureHDFError]:
        walk = object_attributes(self._session.reader, self._header)
        found = self._session.run(walk, self._path)
        return {
            f"<unreadable attribute {i}>"
            if isinstance(a, PureHDFError)
            else text(a.message.head.name): a
            for i, a in enumerate(found)
        }

    def _attribute(self, name: str) -> Attribute:
        found = self._found[text(name) if isinstance(name, bytes) else name]
        if isinstance(found, PureHDFError):
            raise found.anew().locate(path=self._path)
        return found

    def __getitem__(self, name: str) -> Any:
        walk = attribute_value(self._session.reader, self._attribute(name))
        return self._session.run(walk, f"{self._path}@{name}")

    def keys(self) -> Names:
        """The names."""
        return Names(self)

    def items(self) -> ItemsView[str, Any]:
        """Pairs of name and value; the values are read side by side."""
        return _Items(self)

    def values(self) -> ValuesView[Any]:
        """The values, which are read side by side."""
        return _Values(self)

    def _pairs(self) -> Iterator[tuple[str, Any]]:
        """Names with values; one that cannot be read raises in its turn."""
        found = self._found
        walk = attribute_values(self._session.reader, list(found.values()))
        for name, value in zip(found, self._session.run(walk, self._path), strict=True):
            if isinstance(value, Exception):
                self._refuse(name, value)
            yield name, value

    def _refuse(self, name: str, error: Exception) -> NoReturn:
        if isinstance(error, PureHDFError):
            whole = isinstance(self._found[name], PureHDFError)
            raise error.anew().locate(path=self._path if whole else f"{self._path}@{name}")
        raise error

    def get_id(self, name: str) -> AttributeView:
        """Return shape and dtype of an attribute, as the low-level object of h5py does."""
        walk = attribute_types(self._session.reader, self._attribute(name))
        datatype, dataspace = self._session.run(walk, f"{self._path}@{name}")
        return AttributeView(name, dataspace.shape, memory_dtype(datatype))

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __contains__(self, name: object) -> bool:
        return name in self._found

    def __repr__(self) -> str:
        if self._session.closed:
            return "<Attributes of closed HDF5 object>"
        return f"<attributes of {self._path}: {', '.join(self) or 'none'}>"


class _Items(ItemsView[str, Any]):
    """``attrs.items()``."""

    _mapping: AttributeManager

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return self._mapping._pairs()


class _Values(ValuesView[Any]):
    """``attrs.values()``."""

    _mapping: AttributeManager

    def __iter__(self) -> Iterator[Any]:
        return (value for _, value in self._mapping._pairs())
