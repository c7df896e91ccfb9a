"""Attributes as readers of netCDF-4 show them, those of many objects read side by side."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..api.objects import HDFObject
from ..data.attributes import attribute_value
from ..data.empty import Empty
from ..datatype.metadata import check_string_dtype
from ..datatype.numpy_types import memory_dtype, text
from ..errors import PureHDFError
from ..format.messages.attribute import Attribute
from ..session import Session
from ..walk.attributes import attribute_types, object_attributes
from ..walk.headers import ObjectHeader
from ..walk.need import gather, result_of
from ..walk.reader import Reader

__all__ = ["Attributes", "read_attributes"]

# What netCDF-4 and dimension scales keep for themselves.
_HIDDEN = frozenset(
    {
        *("CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST"),
        *("_NCProperties", "_Netcdf4Coordinates", "_Netcdf4Dimid", "_nc3_strict"),
    }
)
# They stand for elements, and so stay what the elements are.
_LIKE_ELEMENTS = frozenset({"_FillValue", "missing_value"})


class Stored(NamedTuple):
    """A value as h5py has it, and the dtype it is stored in."""

    value: Any
    dtype: np.dtype[Any]


class Attributes:
    """The attributes of one object; one that cannot be read raises when it is wanted."""

    def __init__(self, found: Mapping[str, Stored | Exception]) -> None:
        self._found = found

    def get(self, name: str, default: Any = None) -> Any:
        """The value as h5py has it, or `default`."""
        found = self._found.get(name)
        return default if found is None else result_of(found).value

    def text(self, name: str) -> str:
        """A string, "" if there is none: some writers store them with a length, some without."""
        value = self.get(name)
        if isinstance(value, bytes):
            return text(value)
        return value if isinstance(value, str) else ""

    @property
    def is_scale(self) -> bool:
        """Whether the object is a dimension scale."""
        return self.text("CLASS") == "DIMENSION_SCALE"

    def shown(self) -> dict[str, Any]:
        """Name -> value of those for users, strings decoded, one element alone as a scalar."""
        return {
            name: _shown(name, result_of(found))
            for name, found in self._found.items()
            if name not in _HIDDEN
        }


def _shown(name: str, stored: Stored) -> Any:
    value = _netcdf_value(stored)
    if isinstance(value, bytes) and name not in _LIKE_ELEMENTS:
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            warnings.warn(f"attribute {name!r} is not UTF-8: left as bytes", UnicodeWarning, 2)
    return value


def _netcdf_value(stored: Stored) -> Any:
    """Strings with a length are decoded, unless of one byte: that is netCDF's char."""
    value, dtype = stored
    string = check_string_dtype(dtype)
    if isinstance(value, Empty):
        is_char = string is not None and string.length == 1
        return b"" if is_char else np.array([], dtype)
    if string is not None and string.length is not None and string.length > 1:
        value = _decoded(value, string.encoding)
    elif string is not None and isinstance(value, np.ndarray):
        value = value.tolist()
    single = isinstance(value, list | np.ndarray) and len(value) == 1
    return value[0] if single else value


def _decoded(value: Any, encoding: str) -> Any:
    if isinstance(value, np.ndarray):
        return [each.decode(encoding, "surrogateescape") for each in value.flat]
    return value.decode(encoding, "surrogateescape")


def read_attributes(objects: Sequence[HDFObject]) -> list[Attributes | Exception]:
    """Read all attributes of many objects in a few waves; an error comes in its object's place."""
    sessions: dict[Session, list[int]] = {}
    for i, each in enumerate(objects):
        sessions.setdefault(each._session, []).append(i)
    found: dict[int, Attributes | Exception] = {}
    for session, places in sessions.items():
        walks = (_attributes(session.reader, objects[i]._header) for i in places)
        for i, outcome in zip(places, session.run(gather(walks)), strict=True):
            if isinstance(outcome, PureHDFError):
                outcome.locate(path=objects[i].name)
            found[i] = outcome
    return [found[i] for i in range(len(objects))]


async def _attributes(reader: Reader, header: ObjectHeader) -> Attributes:
    found = await object_attributes(reader, header)
    good = [each for each in found if isinstance(each, Attribute)]
    values = await gather(_stored(reader, each) for each in good)
    named: dict[str, Stored | Exception] = {
        text(each.name): value for each, value in zip(good, values, strict=True)
    }
    for i, each in enumerate(found):
        if isinstance(each, PureHDFError):
            named[f"<unreadable attribute {i}>"] = each
    return Attributes(named)


async def _stored(reader: Reader, attribute: Attribute) -> Stored:
    datatype, _ = await attribute_types(reader, attribute)
    return Stored(await attribute_value(reader, attribute), memory_dtype(datatype))
