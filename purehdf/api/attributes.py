"""``obj.attrs``: the attributes of an object as a mapping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from ..data.attributes import attribute_value
from ..datatype.numpy_types import memory_dtype, text
from ..errors import PureHDFError
from ..format.messages.attribute import Attribute
from ..session import Session
from ..walk.attributes import attribute_types, object_attributes
from ..walk.headers import ObjectHeader

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

    @cached_property
    def _found(self) -> dict[str, Attribute | PureHDFError]:
        walk = object_attributes(self._session.reader, self._header)
        found = self._session.run(walk, self._path)
        return {
            f"<unreadable attribute {i}>" if isinstance(a, PureHDFError) else text(a.name): a
            for i, a in enumerate(found)
        }

    def _attribute(self, name: str) -> Attribute:
        found = self._found[text(name) if isinstance(name, bytes) else name]
        if isinstance(found, PureHDFError):
            raise found.locate(path=self._path)
        return found

    def __getitem__(self, name: str) -> Any:
        walk = attribute_value(self._session.reader, self._attribute(name))
        return self._session.run(walk, f"{self._path}@{name}")

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
