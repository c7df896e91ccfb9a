"""Records: what decoders return.

A record is declared like a dataclass, and is a tuple underneath.  It is made by one call of
C, however many fields it has, and declaring it compiles nothing: with some hundred records
a dataclass's methods took longer to compile than all else of opening a file::

    class Contiguous(Record):
        address: int | None
        size: int | None = None

``class Selection(Record, eq=False)`` is equal to itself alone, for what holds arrays.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import TYPE_CHECKING, Any, ClassVar, Self, dataclass_transform

__all__ = ["Record"]

# That it is a tuple is nobody's business: fields go by their names.
if TYPE_CHECKING:
    _Tuple = object
else:
    _Tuple = tuple


@dataclass_transform(frozen_default=True)
class _RecordType(type):
    """Turns the annotations of a class into its fields, after those of the class above."""

    def __new__(
        cls, name: str, bases: tuple[type, ...], body: dict[str, Any], *, eq: bool = True
    ) -> _RecordType:
        above = next((base for base in bases if isinstance(base, _RecordType)), None)
        names = list(getattr(above, "_fields", ()))
        defaults = dict(getattr(above, "_defaults", {}))
        for field, kind in body.get("__annotations__", {}).items():
            if not str(kind).startswith("ClassVar"):
                if field in body:
                    defaults[field] = body[field]
                body[field] = property(itemgetter(len(names)))
                names.append(field)
        if not eq:
            body.update(__eq__=object.__eq__, __ne__=object.__ne__, __hash__=object.__hash__)
        fields = tuple(names)
        body.update(__slots__=(), _fields=fields, __match_args__=fields, _defaults=defaults)
        return super().__new__(cls, name, bases, body)


class Record(_Tuple, metaclass=_RecordType):
    """Values by position or by name; equal, hashed and shown by them; not to be changed."""

    _fields: ClassVar[tuple[str, ...]]
    _defaults: ClassVar[dict[str, Any]]

    if TYPE_CHECKING:

        @classmethod
        def make(cls, values: Iterable[Any]) -> Self:
            """Make a record of the values of all fields, in order."""

    else:

        def __new__(cls, *values: Any, **named: Any) -> Self:
            if named or len(values) != len(cls._fields):
                values = cls._complete(values, named)
            return tuple.__new__(cls, values)

        make = classmethod(tuple.__new__)

    @classmethod
    def _complete(cls, values: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        known = {**cls._defaults, **named}
        rest = cls._fields[len(values) :]
        if len(values) > len(cls._fields) or not known.keys() >= set(rest) or named.keys() - rest:
            raise TypeError(f"{cls.__name__} has the fields {', '.join(cls._fields)}")
        return (*values, *(known[name] for name in rest))

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = _Tuple.__hash__

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in self._fields)
        return f"{type(self).__name__}({', '.join(shown)})"

    def __replace__(self, **changes: Any) -> Self:
        """Return a record with other values in some fields (``copy.replace``)."""
        values = {name: getattr(self, name) for name in self._fields}
        return type(self)(**{**values, **changes})

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, name) for name in self._fields)
