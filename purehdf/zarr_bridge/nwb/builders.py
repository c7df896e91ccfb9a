"""From the groups and arrays of a marked store to HDMF's builders."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import zarr
from hdmf.backends.warnings import BrokenLinkWarning
from hdmf.build import DatasetBuilder, GroupBuilder, LinkBuilder, ReferenceBuilder

from ...datatype.numpy_types import text
from ..mapping import ARRAY_MEMBERS, ENUM_LABELS, JSON_ELEMENTS, NO_DATASPACE, NUMPY_TYPE
from .arrays import AsciiArray, LazyArray, TextArray, ViewedArray, lazy
from .marks import ASCII, ATTRIBUTE_TYPES, LINKS, REFERENCE, REFERENCES, TYPE, nested
from .specs import SPECIFICATIONS
from .tables import ReferenceArray, Table

__all__ = ["BuilderReader"]

_MARKS = {
    *(LINKS, TYPE, ATTRIBUTE_TYPES, SPECIFICATIONS),
    *(ARRAY_MEMBERS, ENUM_LABELS, JSON_ELEMENTS, NO_DATASPACE, NUMPY_TYPE),
}


class BuilderReader:
    """Makes the builders of one file, each once.

    Parameters
    ----------
    zgroup : zarr.Group
        The root of a store with the attributes of :mod:`.marks`.
    source : str
        Path or URL of the file, as builders have it.
    construct : callable
        Makes the container of a builder.
    other : callable
        Returns the reader of another file, which an external link names.
    left_out : mapping of str to str
        Path of what the store does not show, and why.
    """

    def __init__(
        self,
        zgroup: Any,
        source: str,
        construct: Callable[[Any], Any],
        other: Callable[[str], BuilderReader],
        left_out: Mapping[str, str],
    ) -> None:
        self._source = source
        self._construct = construct
        self._other = other
        self._left_out = dict(left_out)
        self._nodes: dict[str, Any] = {"": zgroup, **dict(zgroup.members(max_depth=None))}
        self._children = defaultdict(list)
        for path in self._nodes:
            if path:
                self._children[path.rpartition("/")[0]].append(path)
        self._built: dict[str, Any] = {}
        place = zgroup.attrs.get(SPECIFICATIONS)
        self._skipped = place[REFERENCE]["path"].strip("/") if isinstance(place, Mapping) else None

    def root(self) -> Any:
        """Return the builder of the root, with a warning of each thing that is left out."""
        root = self.builder("/")
        while self._left_out:
            path, reason = self._left_out.popitem()
            warnings.warn(f"{path} is left out: {reason}", stacklevel=2)
        return root

    def builder(self, path: str) -> Any:
        """Return the builder of the object at a path of hard links; "/" is the root's."""
        path = path.strip("/")
        if path not in self._built:
            node = self._nodes.get(path)
            if node is None:
                reason = self._left_out.get(f"/{path}", "it is not in the store")
                raise LookupError(f"/{path}: {reason}")
            if isinstance(node, zarr.Array):
                self._dataset(path, node)
            else:
                self._group(path, node)
        return self._built[path]

    def container(self, path: str) -> Any:
        """Return the container of the object at a path."""
        return self._construct(self.builder(path))

    # -- groups

    def _group(self, path: str, node: Any) -> None:
        attributes = dict(node.attrs)
        builder = GroupBuilder(path.rpartition("/")[2] or "root", source=self._source)
        self._keep(path, builder)
        self._set_attributes(builder, attributes)
        for child in self._children[path]:
            if child == self._skipped:
                continue
            found = self.builder(child)
            is_group = isinstance(found, GroupBuilder)
            (builder.set_group if is_group else builder.set_dataset)(found)
        for link in attributes[LINKS]:
            self._link(path, builder, link)

    def _link(self, path: str, group: Any, link: Mapping[str, Any]) -> None:
        if link["path"] is None:
            place = f"{path and '/'}{path}/{link['name']}"
            reason = self._left_out.pop(place, "it leads nowhere")
            warnings.warn(f"the link {place}: {reason}", BrokenLinkWarning, stacklevel=2)
            return
        reader = self if link["source"] == "." else self._other(link["source"])
        target = reader.builder(link["path"])
        builder = LinkBuilder(target, link["name"], source=self._source)
        builder.location = f"/{path}"
        group.set_link(builder)

    # -- datasets

    def _dataset(self, path: str, node: Any) -> None:
        attributes = dict(node.attrs)
        data, dtype = self._data(node, attributes)
        if path in self._built:  # it refers to a group that holds it
            return
        builder = DatasetBuilder(
            path.rpartition("/")[2], data, dtype, maxshape=node.shape, source=self._source
        )
        self._keep(path, builder)
        self._set_attributes(builder, attributes)

    def _data(self, node: Any, attributes: Mapping[str, Any]) -> tuple[Any, Any]:
        """The data of a dataset, and its type as hdmf has it."""
        kind = attributes.get(TYPE)
        if isinstance(kind, list):
            table = Table(lazy(node, TextArray if _is_text(node) else LazyArray), self._both, kind)
            return (table if node.shape else np.array(table[()])), table.types
        if not _is_text(node):
            return _scalar_or(_numbers(node, attributes))
        array = lazy(node, AsciiArray if kind == ASCII else TextArray)
        if kind != REFERENCES:
            return _scalar_or(array)
        if node.shape:
            references = ReferenceArray(array, self._both)
            return references, references.dtype
        target = array[()]
        return (ReferenceBuilder(self.builder(target)) if target else None), "object"

    @property
    def _both(self) -> tuple[Callable[[str], Any], Callable[[str], Any]]:
        return self.builder, self.container

    # -- what all builders have

    def _keep(self, path: str, builder: Any) -> None:
        builder.location = "/" + path.rpartition("/")[0]
        self._built[path] = builder

    def _set_attributes(self, builder: Any, attributes: Mapping[str, Any]) -> None:
        types = attributes.get(ATTRIBUTE_TYPES, {})
        for name, value in attributes.items():
            if name in _MARKS:
                continue
            if isinstance(value, Mapping) and REFERENCE in value:
                builder.set_attribute(name, self.builder(value[REFERENCE]["path"]))
            else:
                builder.set_attribute(name, _typed(value, types.get(name)))


def _is_text(node: Any) -> bool:
    return node.dtype.kind in "TO"


def _numbers(node: Any, attributes: Mapping[str, Any]) -> LazyArray:
    if NUMPY_TYPE not in attributes:
        return lazy(node, LazyArray)
    array = lazy(node, ViewedArray)
    array.native = np.dtype(attributes[NUMPY_TYPE])
    return array


def _scalar_or(array: LazyArray) -> tuple[Any, Any]:
    """An array, or the value of a scalar, with the type."""
    if array.shape:
        return array, array.dtype
    value = array[()]
    return (text(value) if isinstance(value, bytes) else value), array.dtype


def _typed(value: Any, kind: str | None) -> Any:
    """The value of an attribute as numpy has it; bytes alone are text, as hdmf wants them."""
    if kind is None or (isinstance(value, str) and kind[1] == "S"):
        return value
    found = np.array(nested(value, np.dtype(kind), np.ndim(value)), kind)
    return found if found.ndim else found[()]
