"""Committed datatypes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..datatype.numpy_types import memory_dtype
from ..lazy import lazy_property
from ..walk.datasets import DATATYPE
from ..walk.messages import find_message
from .objects import HDFObject

__all__ = ["Datatype"]


class Datatype(HDFObject):
    """A datatype that is an object of the file, with a name and attributes of its own."""

    @lazy_property
    def dtype(self) -> np.dtype[Any]:
        """The numpy dtype."""
        walk = find_message(self._session.reader, self._header, DATATYPE)
        return memory_dtype(self._session.run(walk, self._name))

    def __repr__(self) -> str:
        if not self:
            return "<Closed HDF5 named type>"
        return f'<HDF5 named type "{self._short_name()}" (dtype {self.dtype.str})>'
