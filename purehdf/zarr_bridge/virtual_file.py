"""One file for VirtualiZarr: its references, in the forms that VirtualiZarr's parsers use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from ..errors import PureHDFError, SourceError
from ..limits import DEFAULT_LIMITS
from ..session import whole
from ..source import Source, run
from ..walk.datasets import is_dataset
from ..walk.headers import object_header
from ..walk.need import together
from ..walk.paths import locate
from . import v3
from .array_references import References
from .attributes import ObjectAttributes, read_attributes
from .collector import Collector
from .elements import unsupported
from .hierarchy import Hierarchy, Settings
from .links_references import Linked
from .members import members_of
from .nodes import ArrayNode, Node
from .opening import LazySession
from .string_records import string_record

__all__ = ["FileOptions", "file_references"]

_HINT = "HDFParser(links_and_references=True) gives object references as paths"


@dataclass(frozen=True, slots=True)
class FileOptions:
    """How a file is referenced; see ``HDFParser``."""

    group: str
    inline_threshold: int
    embed_threshold: int
    max_chunksize: int | None
    links_and_references: bool
    strict: bool
    dropped: frozenset[str]


def file_references(source: Source, url: str, options: FileOptions) -> References:
    """Return where all chunks of a file lie, in Zarr format 3."""
    source = whole(source, DEFAULT_LIMITS)
    session = LazySession(source, DEFAULT_LIMITS)
    try:
        settings = Settings(options.group, options.max_chunksize, v3, DEFAULT_LIMITS)
        hierarchy = Hierarchy(settings, source.resident, session)
        return run(_VirtualFile(hierarchy, source, url, options).references(), session.files)
    finally:
        session.files.close()


class _VirtualFile:
    """The walks over one file."""

    def __init__(
        self, hierarchy: Hierarchy, source: Source, url: str, options: FileOptions
    ) -> None:
        self._hierarchy = hierarchy
        self._source = source
        self._url = url
        self._options = options

    async def references(self) -> References:
        """Return them; raise UnsupportedError or ValueError for what is strictly no array."""
        hierarchy, options = self._hierarchy, self._options
        members = members_of(self._source, self._url)
        collector = Collector(
            hierarchy, self._source, options.inline_threshold, options.embed_threshold, members
        )
        found = References(self._url, 3, *await collector.everything(), members)
        found = self._without_dropped(found)
        nodes = [node for node in await hierarchy.everything() if self._is_wanted(node.path)]
        linked = None
        if options.links_and_references:
            linked = Linked(self._url, options.group, await hierarchy.paths(), options.dropped)
            linked.find_links(nodes)
        found = await self._with_records(found, nodes, linked)
        walks = (read_attributes(node.reader, node.header) for node in nodes)
        attributes = {
            node.path: each for node, each in zip(nodes, await together(walks), strict=True)
        }
        if linked is not None:
            found = linked.applied(found, nodes, attributes)
        if options.strict:
            await self._check(found, nodes, attributes)
        return found

    def _is_wanted(self, path: str) -> bool:
        return path.partition("/")[0] not in self._options.dropped

    def _without_dropped(self, found: References) -> References:
        root = self._options.group.strip("/")
        return replace(
            found,
            groups={path: each for path, each in found.groups.items() if self._is_wanted(path)},
            arrays={path: each for path, each in found.arrays.items() if self._is_wanted(path)},
            report=[
                each
                for each in found.report
                if self._is_wanted(each.path.strip("/").removeprefix(root).lstrip("/"))
            ],
        )

    async def _with_records(
        self, found: References, nodes: Sequence[Node], linked: Linked | None
    ) -> References:
        arrays = dict(found.arrays)
        for node in nodes:
            array = arrays.get(node.path)
            if array is None or not isinstance(node, ArrayNode) or not node.mapping.element.is_json:
                continue
            path_of = None if linked is None else partial(linked.path_from, node.path)
            record = await string_record(node, array, path_of, self._options.embed_threshold)
            if record is not None:
                arrays[node.path] = record
        return replace(found, arrays=arrays)

    # -- what is an error, as it is to VirtualiZarr's own parser

    async def _check(
        self,
        found: References,
        nodes: Sequence[Node],
        attributes: Mapping[str, ObjectAttributes],
    ) -> None:
        for entry in found.left_out:
            if await self._is_dataset(entry.path):
                raise unsupported(entry.reason).locate(path=entry.path)
        for node in nodes:
            if isinstance(node, ArrayNode) and node.path in found.arrays:
                if node.mapping.element.refers and not self._options.links_and_references:
                    raise unsupported(f"it holds references to objects: {_HINT}").locate(
                        path=f"/{node.path}"
                    )
                _check_scales(node.path, attributes[node.path])

    async def _is_dataset(self, path: str) -> bool:
        reader = self._hierarchy.reader
        try:
            place = await locate(reader, reader.root_address, path)
            return is_dataset(await object_header(place.reader, place.address))
        except SourceError:
            raise
        except PureHDFError:
            return False


def _check_scales(path: str, attributes: ObjectAttributes) -> None:
    lists = attributes.values.get("DIMENSION_LIST")
    for axis, scales in enumerate(lists if isinstance(lists, np.ndarray) else ()):
        if isinstance(scales, np.ndarray) and len(scales) > 1:
            raise ValueError(
                f"/{path} has {len(scales)} dimension scales attached to its axis {axis}: "
                "HDFParser(strict=False) takes the name of the first"
            )
