"""References of HDF5 1.12: each element says itself what it leads to."""

from __future__ import annotations

from ..data.read import read_selection
from ..data.selection import Axis, Selection
from ..format.datatypes import Datatype, Reference
from ..walk.datasets import DatasetRecord
from ..walk.reader import Reader
from .json_values import to_json

__all__ = ["check_references"]

_OBJECT = 2  # the first of the kinds of 1.12


async def check_references(reader: Reader, record: DatasetRecord) -> None:
    """Raise for a reference that does not become a path: to a region, or into another file.

    Only where the datatype does not say so are the elements read, all of them.

    Raises
    ------
    UnsupportedError
        There is one.
    FormatError
        One cannot be read.
    """
    if _says_nothing(record.datatype):
        shape = record.dataspace.shape or ()
        everything = Selection(tuple(Axis(range(n)) for n in shape))
        to_json(await read_selection(reader, record, everything), lambda _: None)


def _says_nothing(datatype: Datatype) -> bool:
    if isinstance(datatype, Reference):
        return datatype.kind >= _OBJECT
    return any(map(_says_nothing, datatype.inner()))
