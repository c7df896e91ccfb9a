"""``datatype.id`` and ``dataset.id.get_type()``: which kind of type it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..format import datatypes as kinds
from .object_id import ObjectID

if TYPE_CHECKING:
    import numpy as np

    from .dataset import Dataset
    from .datatype import Datatype

__all__ = ["TypeID"]

# The place of each is its number in the specification (IV.A.2.d).
_CLASSES = (
    *(kinds.FixedPoint, kinds.FloatingPoint, kinds.Time, kinds.String, kinds.BitField),
    *(kinds.Opaque, kinds.Compound, kinds.Reference, kinds.Enumeration, kinds.VariableLength),
    *(kinds.Array, kinds.Complex),
)


class TypeID(ObjectID):
    """The type of a dataset's elements, or a committed one.  Equal for equal types."""

    def __init__(self, of: Dataset | Datatype, datatype: kinds.Datatype) -> None:
        super().__init__(of)
        self._datatype = datatype
        self.dtype: np.dtype[Any] = of.dtype

    def get_class(self) -> int:
        """The number of its class (``h5py.h5t.INTEGER`` is 0); strings of any length are 3."""
        kind = self._datatype
        if isinstance(kind, kinds.VariableLength) and kind.is_string:
            return _CLASSES.index(kinds.String)
        return _CLASSES.index(type(kind))

    def equal(self, other: TypeID) -> bool:
        """Whether it is the same type as another one."""
        return self == other

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TypeID) and self._datatype == other._datatype

    def __hash__(self) -> int:
        return hash(self._datatype)
