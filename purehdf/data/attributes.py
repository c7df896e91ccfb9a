"""The values of attributes."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..datatype.elements import read_elements, view_elements
from ..datatype.numpy_types import layout_of, memory_dtype, text
from ..datatype.sequences import strings
from ..errors import PureHDFError
from ..format.datatypes import Array, Datatype, VariableLength
from ..format.messages.attribute import Attribute
from ..walk.attributes import attribute_types
from ..walk.need import gather
from ..walk.reader import Reader
from .empty import Empty

__all__ = ["attribute_value", "attribute_values"]


class _Kind(NamedTuple):
    """What attributes have in common that differ in their data alone.

    ``dtype`` is that of the value, ``storage`` that of the data; where they are the same
    the value is ``viewed``: a view of the data.
    """

    datatype: Datatype
    shape: tuple[int, ...] | None
    dtype: np.dtype[Any]
    storage: np.dtype[Any]
    viewed: bool


async def _kind(reader: Reader, attribute: Attribute) -> _Kind:
    datatype, dataspace = await attribute_types(reader, attribute)
    shape: tuple[int, ...] | None = dataspace.shape
    if shape is None:
        dtype = memory_dtype(datatype)
        return _Kind(datatype, None, dtype, dtype, False)
    while isinstance(datatype, Array):  # it adds its own dimensions at the end
        shape += datatype.shape
        datatype = datatype.base
    layout = layout_of(datatype)
    return _Kind(datatype, shape, layout.memory, layout.storage, layout.plain)


async def attribute_values(
    reader: Reader, attributes: Sequence[Attribute | PureHDFError]
) -> list[Any]:
    """Return the values of attributes, read side by side; an error comes in its place."""
    found: list[Any] = []
    waiting: dict[int, Coroutine[Any, Any, Any]] = {}
    for i, each in enumerate(attributes):
        at_hand = each if isinstance(each, PureHDFError) else _value_at_hand(reader, each)
        if at_hand is None and isinstance(each, Attribute):
            waiting[i] = attribute_value(reader, each)
        found.append(at_hand)
    if waiting:
        for i, value in zip(waiting, await gather(waiting.values()), strict=True):
            found[i] = value
    return found


def _value_at_hand(reader: Reader, attribute: Attribute) -> Any:
    """The value, or its error, where nothing has to be looked for; else None."""
    kind = reader.at_once(_kind, attribute.message.head, None)
    if kind is None or not kind.viewed:
        return None
    try:
        return _viewed(kind, attribute.message.data)
    except PureHDFError as error:
        return _located(error, attribute)


async def attribute_value(reader: Reader, attribute: Attribute) -> Any:
    """Return the value of an attribute as h5py does."""
    try:
        kind = await reader.once(_kind, attribute, attribute.message.head)
        return await _value(reader, kind, attribute.message.data)
    except PureHDFError as error:
        raise _located(error, attribute) from error.__cause__


def _located(error: PureHDFError, attribute: Attribute) -> PureHDFError:
    offset = attribute.data.offset
    return error.locate(structure="attribute message", section="IV.A.2.m", offset=offset)


async def _value(reader: Reader, kind: _Kind, data: bytes) -> Any:
    datatype, shape = kind.datatype, kind.shape
    if shape is None:
        return Empty(kind.dtype)
    if kind.viewed:
        return _viewed(kind, data)
    if isinstance(datatype, VariableLength) and datatype.is_string:
        found = await strings(reader, datatype, view_elements(kind.storage, data, shape))
        return _shaped([text(value) for value in found], kind.dtype, shape)
    array = await read_elements(reader, datatype, data, shape)
    return array.copy() if array.ndim else array.copy()[()]  # not a view of the file


def _viewed(kind: _Kind, data: bytes) -> Any:
    array = view_elements(kind.dtype, data, kind.shape or ())
    if kind.shape or kind.dtype.kind == "V":
        array = array.copy()  # not a view of the file
    return array if kind.shape else array[()]


def _shaped(values: list[str], dtype: np.dtype[Any], shape: tuple[int, ...]) -> Any:
    """Strings as an array of objects, or the only one."""
    if not shape:
        return values[0]
    out = np.empty(len(values), dtype)
    out[:] = values
    return out.reshape(shape)
