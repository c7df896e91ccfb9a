"""What a declared block becomes: a frozen record with slots.

It does what a frozen dataclass does.  A dataclass compiles its methods for each class,
and with some eighty blocks that took longer than everything else of ``import purehdf``.
"""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any, ClassVar

__all__ = ["Record"]


class Record:
    """Values by position or by name; equal, hashed and shown by them; not to be changed."""

    __slots__: ClassVar[tuple[str, ...]] = ()
    names: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *values: Any, **named: Any) -> None:
        if named:
            values = (*values, *(named.pop(name) for name in self.names[len(values) :]))
        if named or len(values) != len(self.names):
            raise TypeError(f"{type(self).__name__} has the fields {', '.join(self.names)}")
        for name, value in zip(self.names, values, strict=True):
            object.__setattr__(self, name, value)

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.names)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in self.names)
        return f"{type(self).__name__}({', '.join(shown)})"

    def __setattr__(self, name: str, value: Any) -> None:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __replace__(self, **changes: Any) -> Record:
        """Return a record with other values in some fields (``copy.replace``)."""
        values = dict(zip(self.names, self._values(), strict=True))
        return type(self)(**{**values, **changes})

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._values()
