"""A hierarchy that keeps links and references apart from what they lead to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ...datatype.metadata import Reference, check_ref_dtype, check_vlen_dtype
from ...datatype.numpy_types import memory_dtype
from ...errors import PureHDFError, SourceError
from ...format.messages.link import HardTarget, LinkTarget
from ...session import Session
from ...walk.headers import ObjectHeader
from ...walk.need import gather
from ...walk.paths import Location, locate
from ...walk.reader import Reader
from .. import v3
from ..attributes import ObjectAttributes
from ..hierarchy import Hierarchy
from ..nodes import ArrayNode, GroupNode
from ..report import ReportEntry
from .marks import ASCII, ATTRIBUTE_TYPES, LINKS, REFERENCE, REFERENCES, TYPE, describe

__all__ = ["MarkedHierarchy"]


class MarkedHierarchy(Hierarchy):
    """The nodes of one file, each object once: other names of it are links.

    The documents are those of Zarr's format 3, with the attributes of :mod:`.marks`.
    """

    # -- groups

    async def _group(
        self, path: str, reader: Reader, header: ObjectHeader, chain: tuple[Location, ...]
    ) -> GroupNode:
        node = await super()._group(path, reader, header, chain)
        paths = await self._paths_of(reader)
        own: dict[str, LinkTarget] = {}
        others: list[str] = []
        for name, target in node.links.items():
            here = "/" + f"{path}/{name}".lstrip("/")
            if isinstance(target, HardTarget) and paths.get(target.address) in (here, None):
                own[name] = target
            else:
                others.append(name)
        links = [await self._link(node, name) for name in others]
        (document,) = node.documents.values()
        documents = v3.group_documents({**document["attributes"], LINKS: links})
        return replace(node, links=own, documents=documents)

    async def _link(self, group: GroupNode, name: str) -> dict[str, Any]:
        """What is said of a link: its name, the file, and a path in it, of hard links only."""
        (found,) = await gather([locate(group.reader, group.header.address, name)])
        if isinstance(found, Location):
            paths = await self._paths_of(found.reader)
            place = {"source": self._file(found.reader), "path": paths.get(found.address)}
            return {"name": name, **place}
        if isinstance(found, SourceError) or not isinstance(found, PureHDFError):
            raise found
        where = f"{group.path}/{name}".lstrip("/")
        self.entries[where] = ReportEntry(self._shown(where), "refused", str(found))
        return {"name": name, "source": ".", "path": None}

    async def _paths_of(self, reader: Reader) -> dict[int, str]:
        return self._paths.get(reader) or await self._load_paths(reader)

    def _file(self, reader: Reader) -> str:
        opener = reader.opener
        return opener.name if reader is not self.reader and isinstance(opener, Session) else "."

    # -- arrays

    async def _array(
        self, path: str, reader: Reader, header: ObjectHeader, chain: tuple[Location, ...]
    ) -> ArrayNode:
        node = await super()._array(path, reader, header, chain)
        described = _described(memory_dtype(node.mapping.record.datatype))
        if described is None:
            return node
        attributes = {**node.mapping.attributes, TYPE: described}
        mapping = replace(node.mapping, attributes=attributes)
        return replace(node, mapping=mapping, documents=v3.array_documents(mapping))

    # -- attributes

    def _shown_attributes(
        self, attributes: ObjectAttributes, reader: Reader, *, netcdf: bool
    ) -> dict[str, Any]:
        shown = super()._shown_attributes(attributes, reader, netcdf=netcdf)
        types = {}
        for name in shown:
            value = attributes.values[name]
            if isinstance(value, Reference):
                path = shown[name]
                shown[name] = None if path is None else {REFERENCE: {"source": ".", "path": path}}
            elif _has_simple_type(value):
                types[name] = value.dtype.str
        return {**shown, ATTRIBUTE_TYPES: types} if types else shown


def _described(dtype: np.dtype[Any]) -> Any:
    """How an array's type is marked; None where Zarr's says it all."""
    if dtype.names is not None:
        return describe(dtype)
    if check_ref_dtype(dtype) is not None:
        return REFERENCES
    return ASCII if check_vlen_dtype(dtype) is bytes else None


def _has_simple_type(value: Any) -> bool:
    if not isinstance(value, np.ndarray | np.generic):
        return False
    if value.dtype.kind == "O":
        return check_vlen_dtype(value.dtype) in (str, bytes)
    return value.dtype.kind in "biufS"
