"""The attributes of an object: those for users, and those that netCDF-4 keeps for itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..data.attributes import attribute_value
from ..data.empty import Empty
from ..datatype.metadata import check_string_dtype
from ..datatype.numpy_types import text
from ..errors import PureHDFError, SourceError
from ..format.messages.attribute import Attribute
from ..walk.attributes import object_attributes
from ..walk.headers import ObjectHeader
from ..walk.need import gather
from ..walk.reader import Reader
from .json_values import PathOf, to_json

__all__ = ["ObjectAttributes", "read_attributes"]

_INTERNAL = {
    "DIMENSION_LIST",
    "REFERENCE_LIST",
    "_NCProperties",
    "_Netcdf4Coordinates",
    "_Netcdf4Dimid",
    "_nc3_strict",
}
_OF_A_SCALE = {"CLASS", "NAME"}
_NETCDF = {"_NCProperties", "_nc3_strict"}
_NO_VARIABLE = "This is a netCDF dimension but not a netCDF variable"


@dataclass(frozen=True, slots=True)
class ObjectAttributes:
    """Values of all attributes as numpy has them, and the errors of those that have none."""

    values: dict[str, Any]
    errors: dict[str, PureHDFError] = field(default_factory=dict)

    @property
    def is_scale(self) -> bool:
        """Whether the object is a dimension scale."""
        found = self.values.get("CLASS")
        return isinstance(found, str | bytes) and _text(found) == "DIMENSION_SCALE"

    @property
    def is_only_a_dimension(self) -> bool:
        """Whether netCDF-4 made the dataset to have a dimension, not to keep values."""
        name = self.values.get("NAME")
        return (
            self.is_scale and isinstance(name, str | bytes) and _text(name).startswith(_NO_VARIABLE)
        )

    @property
    def is_netcdf(self) -> bool:
        """Whether the object bears a mark of netCDF-4: one element alone is then a scalar."""
        return self.is_scale or not self.values.keys().isdisjoint(_NETCDF | {"DIMENSION_LIST"})

    def for_users(self, path_of: PathOf, *, netcdf: bool) -> dict[str, Any]:
        """Return the attributes as JSON, without those that `dimension_names` speaks for.

        With `netcdf`, an array of one element becomes that element and text of no elements
        empty text, as every reader of netCDF shows them.  What cannot be expressed goes to
        ``errors``.
        """
        hidden = _INTERNAL | _OF_A_SCALE if self.is_scale else _INTERNAL
        shown = {}
        for name, value in self.values.items():
            if name in hidden:
                continue
            try:
                shown[name] = to_json(_as_netcdf(value) if netcdf else value, path_of)
            except PureHDFError as error:
                self.errors[name] = error
        return shown


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else text(value)


def _as_netcdf(value: Any) -> Any:
    if isinstance(value, Empty) and check_string_dtype(value.dtype) is not None:
        return ""
    return value[0] if isinstance(value, np.ndarray) and value.shape == (1,) else value


async def read_attributes(reader: Reader, header: ObjectHeader) -> ObjectAttributes:
    """Read all attributes of an object; one that cannot be read does not hide the others."""
    try:
        found = await object_attributes(reader, header)
    except SourceError:
        raise
    except PureHDFError as error:
        return ObjectAttributes({}, {"*": error})
    result = ObjectAttributes({})
    good = [each for each in found if isinstance(each, Attribute)]
    values = await gather(attribute_value(reader, each) for each in good)
    for i, each in enumerate(found):
        if isinstance(each, PureHDFError):
            result.errors[f"<unreadable attribute {i}>"] = each
    for each, value in zip(good, values, strict=True):
        if isinstance(value, PureHDFError) and not isinstance(value, SourceError):
            result.errors[text(each.name)] = value
        elif isinstance(value, Exception):
            raise value
        else:
            result.values[text(each.name)] = value
    return result
