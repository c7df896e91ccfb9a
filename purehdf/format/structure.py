"""The name and the section of what a decoder decodes, for errors and traces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

__all__ = ["Structure", "structure", "structure_of"]

F = TypeVar("F", bound=Callable[..., Any])


class Structure(NamedTuple):
    """A structure's title and the section of the specification (4.0) that defines it."""

    title: str
    section: str


_STRUCTURES: dict[Callable[..., Any], Structure] = {}


def structure(title: str, section: str) -> Callable[[F], F]:
    """Say of a decoder what it decodes."""

    def declare(decode: F) -> F:
        _STRUCTURES[decode] = Structure(title, section)
        return decode

    return declare


def structure_of(decode: Callable[..., Any]) -> Structure:
    """What `decode` decodes."""
    return _STRUCTURES[decode]
