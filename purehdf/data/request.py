"""What an index asks of a dataset, and the answer in the form that h5py gives it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..format.record import Record
from .empty import Empty
from .fields import check_names, packed, split_names
from .selection import Points, Selection, parse_selection

__all__ = ["Request", "parse_request"]

AnyArray = np.ndarray[Any, Any]


class Request(Record, eq=False):
    """A selection, the fields that are wanted of a compound, and whether an array is."""

    selection: Selection | Points
    names: Sequence[str]
    as_array: bool

    def answer(self, array: AnyArray) -> Any:
        """Return what was asked for, once the selection is read."""
        if self.names:
            single = len(self.names) == 1
            array = array[self.names[0]] if single else packed(array, self.names)
        return array if self.as_array else array[()]


def parse_request(args: Any, shape: tuple[int, ...] | None, dtype: Any) -> Request | Empty:
    """Return what ``dataset[args]`` asks for; if there are no elements, the answer.

    Raises IndexError, ValueError or TypeError where h5py does.
    """
    names, given = split_names(args if isinstance(args, tuple) else (args,))
    if any(arg is None for arg in given):
        raise TypeError("None (numpy.newaxis) does not index a dataset")
    if shape is None:
        if names or any(arg is not Ellipsis for arg in given) or len(given) > 1:
            raise ValueError("a dataset without elements has nothing to select")
        return Empty(dtype)
    check_names(names, dtype)
    selection = parse_selection(given, shape)
    # As in h5py, () is the element of a scalar dataset and ... an array of it.
    return Request(selection, names, not selection.scalar or (shape == () and len(given) > 0))
