"""Compound types (class 6): names and places of their members, and complex numbers.

The storage dtype has members where they lie in the file.  The memory dtype has them where
libhdf5 puts them: as far apart as in the file, but that pointers and the like take
another size.  A member that numpy needs more room for pushes back those after it.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..format.datatypes import Array, Compound, Datatype, Reference, VariableLength
from .strings import text

__all__ = ["complex_of_members", "field_names", "memory_size", "memory_structure", "structure"]

Dtype = np.dtype[Any]
_POINTER, _SEQUENCE = 8, 16  # bytes that libhdf5 takes in memory for a string and a sequence
_REFERENCES = {0: 8, 1: 12}
_ANY_REFERENCE = 64


def field_names(datatype: Compound) -> list[str]:
    """Names of the members, in the file's order.

    numpy must have each name only once, so the second ``x`` is ``x_1``.
    """
    names: dict[str, int] = {}  # and how often each was wanted again
    for member in datatype.members:
        name = wanted = text(member.name)
        while name in names:
            names[wanted] += 1
            name = f"{wanted}_{names[wanted]}"
        names[name] = 0
    return list(names)


def structure(
    datatype: Compound, dtype_of: Callable[[Datatype], Dtype], offsets: list[int], size: int
) -> Dtype:
    """The dtype with the members at `offsets`."""
    try:
        return np.dtype(
            {
                "names": field_names(datatype),
                "formats": [dtype_of(member.datatype) for member in datatype.members],
                "offsets": offsets,
                "itemsize": size,
            }
        )
    except ValueError as error:
        raise UnsupportedError(
            f"numpy cannot hold this compound type: {error}",
            structure="datatype message",
            section="IV.A.2.d",
        ) from error


def memory_structure(datatype: Compound, dtype_of: Callable[[Datatype], Dtype]) -> Dtype:
    """The dtype with the members where they are in memory."""
    offsets, growth, end = [0] * len(datatype.members), 0, 0
    for i in sorted(range(len(offsets)), key=lambda i: datatype.members[i].offset):
        member = datatype.members[i]
        offsets[i] = max(member.offset + growth, end)
        end = offsets[i] + dtype_of(member.datatype).itemsize
        growth += memory_size(member.datatype) - member.datatype.size
    return structure(datatype, dtype_of, offsets, max(datatype.size + growth, end))


def memory_size(datatype: Datatype) -> int:
    """The size that libhdf5 gives an element in memory, and so h5py's itemsize."""
    if isinstance(datatype, VariableLength):
        return _POINTER if datatype.is_string else _SEQUENCE
    if isinstance(datatype, Reference):
        return _REFERENCES.get(datatype.kind, _ANY_REFERENCE)
    if isinstance(datatype, Array):
        return memory_size(datatype.base) * prod(datatype.shape)
    if isinstance(datatype, Compound):
        return datatype.size + sum(
            memory_size(m.datatype) - m.datatype.size for m in datatype.members
        )
    return datatype.size


def complex_of_members(datatype: Compound, dtype_of: Callable[[Datatype], Dtype]) -> Dtype | None:
    """Two equal floats named r and i are how h5py and others write complex numbers."""
    if [m.name for m in datatype.members] != [b"r", b"i"]:
        return None
    real, imaginary = (dtype_of(member.datatype) for member in datatype.members)
    if real.kind != "f" or real != imaginary or real.itemsize not in (4, 8, 12, 16):
        return None
    return np.dtype(f"{real.str[0]}c{2 * real.itemsize}")
