"""The objects of a file as a tree of plain nodes, for ``ls`` to print."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..api.dataset import Dataset
from ..api.datatype import Datatype
from ..api.group import Group
from ..api.links import ExternalLink, HardLink, SoftLink
from ..api.objects import HDFObject
from ..errors import PureHDFError
from .values import Values
from .words import Storage, dtype_words, filter_words, plural, shape_words, storage_of

__all__ = ["Node", "tree_of"]

_OFTEN = 100  # links


@dataclass(slots=True)
class Node:
    """One link of the tree and what it leads to.

    ``kind`` is "group", "dataset", "datatype", "link" or "unreadable".  ``target`` is what
    a soft or external link says, ``same_as`` the path that an object was met by before,
    ``error`` why all or a part of it cannot be read.  ``details`` are lines that say in full
    what a type, a shape or a filter is.  ``attributes`` maps names to values; it is None
    unless they were asked for.
    """

    name: str
    path: str
    kind: str
    shape: tuple[int, ...] | None = None
    maxshape: tuple[int | None, ...] | None = None
    dtype: str = ""
    chunks: tuple[int, ...] | None = None
    storage: Storage | None = None
    filters: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    attribute_count: int = 0
    attributes: dict[str, Any] | None = None
    target: str | None = None
    same_as: str | None = None
    error: str | None = None
    children: list[Node] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        level = [self]
        while level:
            yield from level
            level = [child for node in level for child in node.children]

    def as_dict(self, values: Values) -> dict[str, Any]:
        """What there is to say, as JSON has it."""
        found: dict[str, Any] = {"name": self.name, "path": self.path, "kind": self.kind}
        if self.kind == "dataset":
            found |= {"shape": self.shape, "maxshape": self.maxshape, "dtype": self.dtype}
            found |= {"chunks": self.chunks, "filters": self.filters}
            found["storage"] = self.storage._asdict() if self.storage else None
        if self.kind not in ("link", "unreadable"):
            found["attribute_count"] = self.attribute_count
        if self.attributes is not None:
            found["attributes"] = {k: values.json(v) for k, v in self.attributes.items()}
        for name in ("target", "same_as", "error"):
            if getattr(self, name) is not None:
                found[name] = getattr(self, name)
        if self.kind == "group":
            found["children"] = [child.as_dict(values) for child in self.children]
        return found


def tree_of(
    root: HDFObject,
    *,
    depth: int | None,
    attributes: bool,
    progress: Callable[[int, None], None] | None = None,
) -> Node:
    """Return the tree below `root`, `depth` levels deep (None: all of it).

    `progress` is called with the number of links that have been looked at, now and then.
    """
    return _Builder(depth, attributes, progress).node(root.name, root.name, root)


class _Builder:
    def __init__(
        self, depth: int | None, attributes: bool, progress: Callable[[int, None], None] | None
    ) -> None:
        self.depth = depth
        self.attributes = attributes
        self.progress = progress
        self.links = 0
        self.seen: dict[Any, str] = {}

    def node(self, name: str, path: str, root: HDFObject) -> Node:
        """The node of `root`, with all below it; no recursion, files may be deep."""
        top, below = self._one(name, path, root), [(path, root, 0)]
        nodes = {path: top}
        while below:
            path, group, level = below.pop()
            if not isinstance(group, Group) or level == self.depth:
                continue
            parent = nodes[path]
            if parent.same_as is not None:
                continue
            for child_name, where, child in _members(group, path, parent):
                node = self._member(group, child_name, where, child)
                parent.children.append(node)
                if isinstance(child, Group) and node.kind == "group":
                    nodes[where] = node
                    below.append((where, child, level + 1))
        return top

    def _member(self, group: Group, name: str, path: str, child: Any) -> Node:
        self.links += 1
        if self.progress is not None and self.links % _OFTEN == 0:
            self.progress(self.links, None)
        link = group.get(name, getlink=True)
        if isinstance(link, HardLink):
            if isinstance(child, Exception):
                return Node(name, path, "unreadable", error=str(child))
            return self._one(name, path, child)
        if isinstance(link, SoftLink):
            target = link.path
        elif isinstance(link, ExternalLink):
            target = f"{link.filename}:{link.path}"
        else:
            target = repr(link)
        dangling = isinstance(link, SoftLink) and isinstance(child, Exception)
        return Node(name, path, "link", target=target + (" (dangling)" if dangling else ""))

    def _one(self, name: str, path: str, found: HDFObject) -> Node:
        kind = type(found).__name__.lower() if not isinstance(found, Group) else "group"
        node = Node(name, path, kind)
        node.same_as = self.seen.setdefault(found, path)
        if node.same_as != path:
            return node
        node.same_as = None
        try:
            node.attribute_count = len(found.attrs)
            if self.attributes:
                node.attributes = dict(_attributes(found, node))
        except PureHDFError as error:
            node.error = str(error)
        try:
            self._describe(node, found)
        except PureHDFError as error:
            node.error = str(error)
        return node

    def _describe(self, node: Node, found: Any) -> None:
        if isinstance(found, Datatype):
            node.dtype = dtype_words(found.dtype)
        if isinstance(found, Dataset):
            node.shape, node.maxshape, node.chunks = found.shape, found.maxshape, found.chunks
            node.filters = [filter_words(each) for each in found.filters]
            node.dtype = dtype_words(found.dtype)
            node.storage = storage_of(found)
            node.details = list(_details(found, node.storage))


def _details(found: Dataset, storage: Storage) -> Iterator[str]:
    yield f"type {dtype_words(found.dtype, full=True)}"
    if found.maxshape != found.shape:
        yield f"maximum shape {shape_words(found.maxshape)}"
    if storage.chunk_index is not None:
        chunks = plural(storage.grid or 0, "chunk")
        yield f"{storage.chunks} of {chunks} stored, {storage.chunk_index}"
    if found.filters:
        yield "filters " + ", ".join(filter_words(each, full=True) for each in found.filters)


def _members(group: Group, path: str, node: Node) -> Iterator[tuple[str, str, Any]]:
    """Name, path and object of each member; what cannot be opened comes as its error."""
    try:
        for name, child in group.members():
            yield name, f"{path.rstrip('/')}/{name}", child
    except PureHDFError as error:
        node.error = str(error)


def _attributes(found: HDFObject, node: Node) -> Iterator[tuple[str, Any]]:
    for name in found.attrs:
        try:
            yield name, found.attrs[name]
        except PureHDFError as error:
            node.error = str(error)
            yield name, f"<unreadable: {error.reason}>"
