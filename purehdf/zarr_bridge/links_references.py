"""The draft convention "Links and Object References" for Zarr, as VirtualiZarr writes it.

A link is an entry in the attributes of its group, and not a copy of what it leads to; a
reference to an object is the path to it from the node that holds the reference.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..datatype.metadata import Reference, check_ref_dtype
from ..datatype.numpy_types import memory_dtype, text
from ..format.messages.link import ExternalTarget, HardTarget, LinkTarget, SoftTarget
from .array_references import ArrayReferences, References
from .attributes import ObjectAttributes
from .mapping import JSON_ELEMENTS
from .nodes import ArrayNode, Documents, GroupNode, Node

__all__ = ["Linked"]


@dataclass
class Linked:
    """What is a link, and the paths to all objects.

    Attributes
    ----------
    url : str
        Of the file.
    root : str
        Path in the file of the store's root.
    paths : dict of int to str
        A path in the file to every object, by its address.
    dropped : frozenset of str
        Names in the store's root that are left out.
    links : dict of str to dict
        Path of a group in the store -> name of a link -> where it leads.
    hidden : set of str
        Paths in the store that are links, or lie below one.
    """

    url: str
    root: str
    paths: Mapping[int, str]
    dropped: frozenset[str]
    links: dict[str, dict[str, Any]] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)

    def find_links(self, nodes: Sequence[Node]) -> None:
        """Find the links among all `nodes`, level by level: an object is where it is first."""
        stored = {nodes[0].header.address: self._in_file("")}
        known = {node.path for node in nodes}
        for node in nodes:
            if node.path and node.path.rpartition("/")[0] in self.hidden:
                self.hidden.add(node.path)
            elif isinstance(node, GroupNode) and node.path not in self.hidden:
                self._find_links_in(node, stored, known)
        self.paths = {**self.paths, **stored}

    def _find_links_in(self, group: GroupNode, stored: dict[int, str], known: set[str]) -> None:
        for name, target in group.links.items():
            path = f"{group.path}/{name}".lstrip("/")
            if path in self.dropped:
                continue
            place = self._leads_to(group.path, target, stored)
            if place is not None:
                self.links.setdefault(group.path, {})[name] = {"ref": place}
                self.hidden.add(path)
            elif isinstance(target, HardTarget) and path in known:
                stored[target.address] = self._in_file(path)

    def _leads_to(
        self, group: str, target: LinkTarget, stored: Mapping[int, str]
    ) -> dict[str, str] | None:
        """Where a link leads; None if it leads to the object that is stored there."""
        if isinstance(target, HardTarget) and target.address in stored:
            return {"node": self._relative(stored[target.address], group)}
        if isinstance(target, SoftTarget):
            path = text(target.path)
            return {"node": self._relative(path, group) if path.startswith("/") else path}
        if isinstance(target, ExternalTarget):
            uri = _beside(self.url, text(target.filename))
            return {"uri": uri, "node": "/" + text(target.path).lstrip("/")}
        return None

    def _in_file(self, path: str) -> str:
        return "/" + "/".join(filter(None, f"{self.root}/{path}".split("/")))

    def _relative(self, path: str, start: str) -> str:
        return posixpath.relpath(path, self._in_file(start))

    def path_from(self, start: str, address: int) -> str | None:
        """The path to the object at an address from a node of the store."""
        path = self.paths.get(address)
        return None if path is None else self._relative(path, start)

    # -- what becomes of the references

    def applied(
        self, found: References, nodes: Sequence[Node], attributes: Mapping[str, ObjectAttributes]
    ) -> References:
        """Return `found` with links in place of copies, and paths in place of references."""
        groups = {path: each for path, each in found.groups.items() if path not in self.hidden}
        arrays = {path: each for path, each in found.arrays.items() if path not in self.hidden}
        for node in nodes:
            referring = self._referring(node.path, attributes[node.path])
            if node.path in groups:
                links = self.links.get(node.path)
                groups[node.path] = _noted(groups[node.path], referring, "links", links)
            elif node.path in arrays and isinstance(node, ArrayNode):
                arrays[node.path] = self._array(node, arrays[node.path], referring)
        hidden = {self._in_file(path) for path in self.hidden}
        report = [e for e in found.report if e.path.rpartition("@")[0] not in hidden]
        report = [e for e in report if e.path not in hidden]
        return replace(found, groups=groups, arrays=arrays, report=report)

    def _referring(self, path: str, attributes: ObjectAttributes) -> dict[str, Any]:
        """The attributes that hold references: each is an object that names its target."""

        def target(address: int) -> Any:
            node = self.path_from(path, address)
            return None if node is None else {"ref": {"node": node}}

        held = {name: each for name, each in attributes.values.items() if _refers(each)}
        return ObjectAttributes(held).for_users(target, netcdf=False)

    def _array(
        self, node: ArrayNode, array: ArrayReferences, referring: dict[str, Any]
    ) -> ArrayReferences:
        memory = memory_dtype(node.mapping.record.datatype)
        if memory.names is not None:
            is_text = JSON_ELEMENTS in array.documents["zarr.json"]["attributes"]
            members = () if is_text else memory.names
            marks: Any = [name for name in members if check_ref_dtype(memory[name]) is not None]
        elif marks := check_ref_dtype(memory) is not None:
            texts = [self._relative_texts(each, node.path) for each in array.inlined]
            array = replace(array, inlined=texts)
        documents = _noted(array.documents, referring, "references", marks)
        return replace(array, documents=documents)

    def _relative_texts(self, data: bytes, start: str) -> bytes:
        """A chunk of paths, from the root of the file, as one of paths from the array."""
        from numcodecs.vlen import VLenUTF8

        codec = VLenUTF8()
        paths = [path and self._relative(path, start) for path in codec.decode(data)]
        return bytes(codec.encode(np.array(paths, object)))


def _refers(value: Any) -> bool:
    """Whether the value of an attribute is a reference, or an array of them."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind == "O" and value.size > 0 and all(map(_refers, value.flat))
    return type(value) is Reference


def _beside(url: str, name: str) -> str:
    """The URL of a file that another one names."""
    if "://" in name:
        return name
    if name.startswith("/"):
        return f"file://{name}"
    scheme, separator, rest = url.rpartition("/")[0].partition("://")
    if not separator:
        return posixpath.normpath(posixpath.join(scheme, name))
    host, _, folder = rest.partition("/")
    return f"{scheme}://{host}{posixpath.normpath(posixpath.join('/', folder, name))}"


def _noted(documents: Documents, attributes: dict[str, Any], kind: str, marks: Any) -> Documents:
    """Documents with these attributes, and with what links or refers, if anything does."""
    from virtualizarr.parsers.hdf.hdf import LINKS_REFERENCES_CONVENTION, REF_CONVENTION

    if not (attributes or marks):
        return documents
    named = [REF_CONVENTION] if attributes or kind == "links" else []
    if marks:
        named = [LINKS_REFERENCES_CONVENTION, *named]
        attributes = {**attributes, "links_references": {kind: marks}}
    document = documents["zarr.json"]
    old = document["attributes"]
    known = [each for each in old.get("zarr_conventions", []) if each not in named]
    new = {**old, **attributes, "zarr_conventions": [*known, *map(dict, named)]}
    return {**documents, "zarr.json": {**document, "attributes": new}}
