"""Attributes that are found when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

__all__ = ["lazy_property"]

T = TypeVar("T")


class lazy_property(Generic[T]):  # it is written as a decorator
    """Like ``functools.cached_property``, but no thread ever waits for another one.

    That of Python 3.11 holds a lock of the class while the attribute is found, which here may
    take round trips to a server.  Of threads that find it at the same time all get what the
    first one found.
    """

    def __init__(self, find: Callable[[Any], T]) -> None:
        self._find = find
        self._name = find.__name__
        self.__doc__ = find.__doc__

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type[Any]) -> T: ...

    def __get__(self, instance: object | None, owner: type[Any]) -> Self | T:
        if instance is None:
            return self
        # Python looks there first from now on.
        found: T = instance.__dict__.setdefault(self._name, self._find(instance))
        return found
