"""The value of an attribute."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..datatype.elements import read_elements
from ..datatype.metadata import check_string_dtype
from ..datatype.numpy_types import memory_dtype, text
from ..errors import PureHDFError
from ..format.messages.attribute import Attribute
from ..walk.attributes import attribute_types
from ..walk.reader import Reader
from .empty import Empty

__all__ = ["attribute_value"]


async def attribute_value(reader: Reader, attribute: Attribute) -> Any:
    """Return the value of an attribute as h5py does."""
    datatype, dataspace = await attribute_types(reader, attribute)
    if dataspace.shape is None:
        return Empty(memory_dtype(datatype))
    try:
        array = await read_elements(reader, datatype, attribute.data.body, dataspace.shape)
    except PureHDFError as error:
        error.locate(
            structure="attribute message", section="IV.A.2.m", offset=attribute.data.offset
        )
        raise
    return _plain(array)


def _plain(array: np.ndarray[Any, Any]) -> Any:
    """Strings of variable length become ``str``; an array without dimensions a scalar."""
    info = check_string_dtype(array.dtype) if array.dtype.kind == "O" else None
    if info is not None:
        strings = [text(value) for value in array.reshape(-1)]
        if array.ndim == 0:
            return strings[0]
        out = np.empty(array.size, array.dtype)
        out[:] = strings
        return out.reshape(array.shape)
    array = array.copy()  # not a view of the file
    return array[()] if array.ndim == 0 else array
