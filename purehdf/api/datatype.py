"""Committed datatypes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..datatype.numpy_types import memory_dtype
from ..format.datatypes import Datatype as Record
from ..lazy import lazy_property
from ..walk.datasets import DATATYPE
from ..walk.messages import find_message
from .objects import HDFObject
from .type_id import TypeID

__all__ = ["Datatype"]


class Datatype(HDFObject):
    """A datatype that is an object of the file, with a name and attributes of its own."""

    @lazy_property
    def dtype(self) -> np.dtype[Any]:
        """The numpy dtype."""
        return memory_dtype(self._datatype)

    @property
    def id(self) -> TypeID:
        """``id.get_class()``: which kind of type it is; equal for equal types."""
        return TypeID(self, self._datatype)

    @property
    def _datatype(self) -> Record:
        walk = find_message(self._session.reader, self._header, DATATYPE)
        found: Record = self._session.run(walk, self._name)
        return found

    def __repr__(self) -> str:
        if not self:
            return "<Closed HDF5 named type>"
        return f'<HDF5 named type "{self._short_name()}" (dtype {self.dtype.str})>'
