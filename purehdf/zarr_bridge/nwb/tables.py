"""Arrays of references and of compounds, whose references become builders or containers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from hdmf.query import HDMFDataset, ReferenceResolver

from .arrays import LazyArray
from .marks import ASCII, REFERENCES, SEQUENCE, TEXT, Members, from_json, numpy_type

__all__ = ["ReferenceArray", "Resolvers", "Table"]

Resolve = Callable[[str], Any]
Resolvers = tuple[Resolve, Resolve]

_HDMF_NAMES = {REFERENCES: "object", TEXT: "utf", ASCII: "ascii", SEQUENCE: "object"}


class _Resolving(HDMFDataset, ReferenceResolver):  # type: ignore[misc]  # hdmf has no types
    """Elements with references, made by the first of two functions from a path.

    ``invert()`` changes the functions over: hdmf's builders have builders in place of
    references, its containers have containers.
    """

    def __init__(self, array: LazyArray, resolvers: Resolvers) -> None:
        super().__init__(dataset=array)
        self._resolvers = resolvers

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the dimensions."""
        shape: tuple[int, ...] = self.dataset.shape
        return shape

    maxshape = shape

    @classmethod
    def get_inverse_class(cls) -> type:
        """Return the class of what :meth:`invert` returns."""
        return cls

    def invert(self) -> _Resolving:
        """Return the same elements, with references resolved in the other way."""
        return type(self)(self.dataset, self._resolvers[::-1])

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def _resolved(self, path: str | None) -> Any:
        return self._resolvers[0](path) if path else None


class ReferenceArray(_Resolving):
    """References to objects; a null reference is None."""

    @property
    def dtype(self) -> str:
        """What hdmf calls references."""
        return "object"

    def __getitem__(self, key: Any) -> Any:
        found = self.dataset[key]
        if isinstance(found, np.ndarray):
            return [self._resolved(path) for path in found]
        return self._resolved(found)


class Table(_Resolving):
    """Elements of a compound type: a structured array, with objects for references.

    `members` say their types, as in the attribute ``_DTYPE``.
    """

    def __init__(self, array: LazyArray, resolvers: Resolvers, members: Members) -> None:
        super().__init__(array, resolvers)
        self._members = members
        self._row = numpy_type(members)
        self._references = [each["name"] for each in members if each["dtype"] == REFERENCES]

    def invert(self) -> Table:
        """Return the same elements, with references resolved in the other way."""
        return Table(self.dataset, self._resolvers[::-1], self._members)

    @property
    def dtype(self) -> list[str]:
        """Names of the members' types, as hdmf has them."""
        return [
            _HDMF_NAMES.get(str(each["dtype"])) or self._row[each["name"]].type.__name__
            for each in self._members
        ]

    @property
    def types(self) -> list[dict[str, Any]]:
        """Names of members and of their types."""
        named = zip(self._members, self.dtype, strict=True)
        return [{"name": member["name"], "dtype": word} for member, word in named]

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            return self[...][key]
        found = np.asarray(self.dataset[key])
        rows = self._rows(found)
        for name in self._references:
            for i in np.ndindex(rows.shape):
                rows[name][i] = self._resolved(rows[name][i])
        return rows if rows.ndim else rows[()]

    def _rows(self, found: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        if found.dtype.names is not None:  # packed as ours is; only array members look otherwise
            return np.ascontiguousarray(found).reshape(found.shape).view(self._row)
        rows = np.empty(found.shape, self._row)
        for i, text in np.ndenumerate(found):
            rows[i] = from_json(json.loads(text), self._row)
        return rows
