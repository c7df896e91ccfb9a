"""``keys()``, ``values()`` and ``items()`` of groups and attributes."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView, ValuesView
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .group import Group

__all__ = ["GroupItems", "GroupValues", "Names"]


class Names(KeysView[str]):
    """The names: a set, in the order of the mapping."""

    def __reversed__(self) -> Iterator[str]:
        return reversed(list(self))

    def __repr__(self) -> str:
        closed = self._mapping._session.closed  # type: ignore[attr-defined]
        return super().__repr__() if closed else f"{type(self).__name__}({list(self)})"


class GroupItems(ItemsView[str, Any]):
    """``group.items()``, which reads the headers of many members at a time."""

    _mapping: Group

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return self._mapping._children()

    def __reversed__(self) -> Iterator[tuple[str, Any]]:
        yield from reversed(list(self))


class GroupValues(ValuesView[Any]):
    """``group.values()``, which reads the headers of many members at a time."""

    _mapping: Group

    def __iter__(self) -> Iterator[Any]:
        return (child for _, child in self._mapping._children())

    def __contains__(self, value: object) -> bool:
        return any(child == value for child in self)

    def __reversed__(self) -> Iterator[Any]:
        yield from reversed(list(self))
