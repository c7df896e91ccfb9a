"""Which function undoes which filter."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..errors import FilterUnavailableError
from ..format.buffer import Buffer
from ..format.messages.filter_pipeline import Filter
from .names import REGISTERED

__all__ = ["Decoder", "RegisteredFilter", "filter_name", "find", "register"]

Decoder = Callable[[Buffer, tuple[int, ...], int], Buffer]


class RegisteredFilter(NamedTuple):
    """A filter that purehdf can undo.

    ``decode(data, parameters, limit)`` returns the bytes that the filter was given.
    `parameters` are the client data values of the pipeline message; `limit` is the
    number of bytes that the result may have.  It raises an error of ``purehdf.errors``
    for data it cannot decode.
    """

    id: int
    name: str
    decode: Decoder


_FILTERS: dict[int, RegisteredFilter] = {}


def register(id: int, name: str, decode: Decoder) -> None:
    """Make filter `id` known, or replace it; see :class:`RegisteredFilter` for `decode`."""
    _FILTERS[id] = RegisteredFilter(id, name, decode)


def filter_name(filter: Filter) -> str:
    """The name of a filter: ours, the registered one, or the file's own."""
    if filter.id in _FILTERS:
        return _FILTERS[filter.id].name
    return (
        REGISTERED.get(filter.id) or filter.name.decode("utf-8", "replace") or f"filter {filter.id}"
    )


def find(filter: Filter) -> RegisteredFilter:
    """Return the registered filter, or raise FilterUnavailableError."""
    try:
        return _FILTERS[filter.id]
    except KeyError:
        raise FilterUnavailableError(
            f"filter {filter_name(filter)} (id {filter.id}, parameters "
            f"{list(filter.parameters)}) is not available; "
            "purehdf.filters.register(id, name, decode) makes one known",
            section="IV.A.2.l",
        ) from None
