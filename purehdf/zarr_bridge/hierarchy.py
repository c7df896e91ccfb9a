"""Walks from paths to the groups and arrays of a file.

Nothing here knows of the store, or waits for anything but ``Need``.  What was found is
kept; what is left out goes to the report.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..data.storage import Blocks, blocks_of
from ..data.virtual_sources import open_dataset
from ..errors import LimitError, PureHDFError, SourceError
from ..format.buffer import Buffer
from ..format.messages.link import HardTarget, LinkTarget
from ..limits import Limits
from ..walk.datasets import is_dataset
from ..walk.groups import group_links, is_group
from ..walk.headers import ObjectHeader, object_header
from ..walk.need import gather, together
from ..walk.paths import Location, all_paths, locate
from ..walk.reader import Reader
from ..walk.superblock import open_file
from .attributes import ObjectAttributes, read_attributes
from .cuts import cut_blocks
from .dimensions import dimension_names
from .elements import unsupported
from .mapping import array_mapping
from .names import unusable
from .nodes import ArrayNode, Format, GroupNode, Node
from .opening import LazySession
from .report import ReportEntry

__all__ = ["Hierarchy", "Settings"]

_MOST_NODES = 1_000_000  # hard links can make exponentially many paths


class _PathsWanted(Exception):
    """A reference leads to an object whose path is not known before all groups are."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader


class _OnlyADimension(Exception):
    """A dataset that netCDF-4 made to have a dimension."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user chose: where the store's root is, and how arrays are cut and written down.

    With `own_codecs`, chunks whose filters only purehdf has codecs for are served raw.
    """

    group: str
    max_chunksize: int | None
    form: Format
    limits: Limits
    own_codecs: bool = False
    collect_attributes: bool = True


class Hierarchy:
    """All nodes of one file, found as they are asked for.

    Without a `session` no other files are opened for this one.
    """

    def __init__(
        self,
        settings: Settings,
        resident: Buffer | None,
        session: LazySession | None = None,
    ) -> None:
        self.settings = settings
        self.nodes: dict[str, Node | None] = {}
        self.entries: dict[str, ReportEntry] = {}
        self._resident = resident
        self._session = session
        self._reader: Reader | None = None
        self._netcdf = False
        self._paths: dict[Reader, dict[int, str]] = {}
        self._names: dict[Location, dict[int, str]] = {}
        self._blocks: dict[str, Blocks] = {}

    @property
    def reader(self) -> Reader:
        """The reader of the file, once its root was found."""
        if self._reader is None:
            raise RuntimeError("the root is looked for first")
        return self._reader

    # -- nodes

    async def root(self) -> Node:
        """Return the node at the store's root; unlike others it is never left out."""
        if "" not in self.nodes:
            start = await self._open_file()
            try:
                self.nodes[""] = await self._make("", start, ())
            except _PathsWanted as wanted:
                await self._load_paths(wanted.reader)
                self.nodes[""] = await self._make("", start, ())
        root = self.nodes[""]
        if root is None:
            raise RuntimeError("the root is never left out")
        return root

    async def node(self, path: str) -> Node | None:
        """Return the node at a path of the store; None where there is none, or it is left out."""
        if path in self.nodes:
            return self.nodes[path]
        node: Node | None = await self.root()
        for name in filter(None, path.split("/")):
            if not isinstance(node, GroupNode) or name not in node.links:
                return None
            (node,) = await self._settle(node, [name])
        return node

    async def children(self, group: GroupNode) -> list[Node]:
        """Return all nodes directly in a group that are not left out."""
        found = await self._settle(group, group.links)
        return [node for node in found if node is not None]

    async def everything(self) -> list[Node]:
        """Return all nodes, the root first, level by level."""
        found = level = [await self.root()]
        while level:
            groups = [node for node in level if isinstance(node, GroupNode)]
            below = await together(self.children(group) for group in groups)
            level = [node for nodes in below for node in nodes]
            found = found + level
        return found

    async def blocks(self, node: ArrayNode) -> Blocks:
        """Return where the chunks of an array lie; this loads the chunk index, if there is one."""
        blocks = self._blocks.get(node.path)
        if blocks is None:
            record = node.mapping.record
            blocks = await blocks_of(node.reader, record)
            blocks = cut_blocks(blocks, node.mapping.chunks[: len(blocks.shape)])
            self._blocks[node.path] = blocks
        return blocks

    async def paths(self) -> dict[int, str]:
        """Return a path to every object of the file: address -> path."""
        return self._paths.get(self.reader) or await self._load_paths(self.reader)

    # -- how they are found

    async def _open_file(self) -> Location:
        """Find the superblock; return what is to be the store's root."""
        if self._session is None:
            reader, _ = await open_file(self._resident, limits=self.settings.limits)
        else:
            reader = await self._session.open()
        self._reader = reader
        header = await object_header(reader, reader.root_address)
        self._netcdf = (await read_attributes(reader, header)).is_netcdf
        return await locate(reader, reader.root_address, self.settings.group)

    async def _load_paths(self, reader: Reader) -> dict[int, str]:
        self._paths[reader] = paths = await all_paths(reader, reader.root_address)
        return paths

    async def _settle(self, group: GroupNode, names: Iterable[str]) -> list[Node | None]:
        """Find the children of these names, side by side."""
        names = list(names)
        found = await gather(self._child(group, name) for name in names)
        wanted = {each.reader for each in found if isinstance(each, _PathsWanted)}
        if wanted:
            await together(self._load_paths(reader) for reader in wanted)
            found = await gather(self._child(group, name) for name in names)
        for each in found:
            if isinstance(each, Exception):
                raise each
        return found  # type: ignore[return-value]  # no exception is left

    async def _child(self, group: GroupNode, name: str) -> Node | None:
        path = f"{group.path}/{name}".lstrip("/")
        if path not in self.nodes:
            if len(self.nodes) >= _MOST_NODES:
                raise LimitError("too many paths", expected=f"at most {_MOST_NODES}")
            self.nodes[path] = await self._make_child(group, name, path)
        return self.nodes[path]

    async def _make_child(self, group: GroupNode, name: str, path: str) -> Node | None:
        try:
            reason = unusable(name)
            if reason:
                raise unsupported(reason)
            place = await self._place(group, name, group.links[name])
            return await self._make(path, place, group.chain)
        except SourceError:
            raise
        except PureHDFError as error:
            self.entries[path] = ReportEntry(self._shown(path), "refused", str(error))
        except _OnlyADimension:
            reason = "a netCDF dimension without a variable"
            self.entries[path] = ReportEntry(self._shown(path), "dimension", reason)
        return None

    async def _place(self, group: GroupNode, name: str, target: LinkTarget) -> Location:
        if isinstance(target, HardTarget):
            return Location(group.reader, target.address)
        return await locate(group.reader, group.header.address, name)

    async def _make(self, path: str, place: Location, chain: tuple[Location, ...]) -> Node:
        if place in chain:
            raise unsupported("a group that contains itself: the circle is cut here")
        header = await object_header(place.reader, place.address)
        if is_group(header):
            return await self._group(path, place.reader, header, (*chain, place))
        if is_dataset(header):
            return await self._array(path, place.reader, header, chain)
        raise unsupported("a named datatype: Zarr has groups and arrays, and this is neither")

    async def _group(
        self, path: str, reader: Reader, header: ObjectHeader, chain: tuple[Location, ...]
    ) -> GroupNode:
        links = await group_links(reader, header)
        attributes = await read_attributes(reader, header)
        shown = self._shown_attributes(attributes, reader, netcdf=self._netcdf)
        self._note_errors(path, attributes)
        documents = self.settings.form.group_documents(shown)
        return GroupNode(path, reader, header, chain, links, documents)

    async def _array(
        self, path: str, reader: Reader, header: ObjectHeader, chain: tuple[Location, ...]
    ) -> ArrayNode:
        record = await open_dataset(reader, header)
        attributes = await read_attributes(reader, header)
        if chain and attributes.is_only_a_dimension:
            raise _OnlyADimension
        own_name = (path or self.settings.group).rpartition("/")[2]
        names = await dimension_names(
            record.dataspace.shape or (),
            own_name,
            attributes,
            lambda address: self._name_of(reader, address, chain),
            lambda: self._dimension_ids(chain),
        )
        netcdf = self._netcdf or attributes.is_netcdf
        shown = self._shown_attributes(attributes, reader, netcdf=netcdf)
        mapping = await array_mapping(
            reader,
            record,
            shown,
            names,
            self.settings.max_chunksize,
            has_type=self.settings.form.has_type,
            own_codecs=self.settings.own_codecs,
            elsewhere=reader is not self.reader,
        )
        documents = self.settings.form.array_documents(mapping)
        self._note_errors(path, attributes)
        self.entries[path] = ReportEntry(self._shown(path), mapping.how, mapping.reason)
        return ArrayNode(path, reader, header, mapping, documents)

    def _shown_attributes(
        self, attributes: ObjectAttributes, reader: Reader, *, netcdf: bool
    ) -> dict[str, Any]:
        if not self.settings.collect_attributes:
            return {}
        return attributes.for_users(lambda address: self._path_of(reader, address), netcdf=netcdf)

    # -- names

    def _path_of(self, reader: Reader, address: int) -> str | None:
        if reader is not self.reader:
            raise unsupported("a path in another file, which an external link leads to")
        return self._known_paths(reader).get(address)

    def _known_paths(self, reader: Reader) -> dict[int, str]:
        if reader not in self._paths:
            raise _PathsWanted(reader)
        return self._paths[reader]

    def _name_of(self, reader: Reader, address: int, chain: tuple[Location, ...]) -> str | None:
        """The name of an object: best by the groups above, which are known already."""
        for group in reversed(chain):
            if group.reader is reader and address in self._names_in(group):
                return self._names_in(group)[address]
        path = self._known_paths(reader).get(address)
        return None if path is None else path.rpartition("/")[2]

    def _names_in(self, group: Location) -> dict[int, str]:
        if group not in self._names:
            links = next(
                node.links
                for node in self.nodes.values()
                if isinstance(node, GroupNode)
                and Location(node.reader, node.header.address) == group
            )
            names: dict[int, str] = {}
            for name, target in links.items():
                if isinstance(target, HardTarget):
                    names.setdefault(target.address, name)
            self._names[group] = names
        return self._names[group]

    async def _dimension_ids(self, chain: tuple[Location, ...]) -> dict[int, str]:
        """The number netCDF gave each dimension in the groups above, with its name."""
        children = [
            (Location(group.reader, address), name)
            for group in chain
            for address, name in self._names_in(group).items()
        ]
        found = await gather(self._attributes_at(place) for place, _ in children)
        # Variables have such a number too: that of their first dimension.
        numbers = [
            each.values.get("_Netcdf4Dimid")
            if isinstance(each, ObjectAttributes) and each.is_scale
            else None
            for each in found
        ]
        return {
            int(number): name
            for number, (_, name) in zip(numbers, children, strict=True)
            if number is not None
        }

    async def _attributes_at(self, place: Location) -> ObjectAttributes:
        header = await object_header(place.reader, place.address)
        return await read_attributes(place.reader, header)

    # -- the report

    def _shown(self, path: str) -> str:
        """The path in the file of a path in the store."""
        return "/" + "/".join(filter(None, f"{self.settings.group}/{path}".split("/")))

    def _note_errors(self, path: str, attributes: ObjectAttributes) -> None:
        for name, error in attributes.errors.items():
            where = f"{self._shown(path)}@{name}"
            self.entries[f"{path}@{name}"] = ReportEntry(where, "refused", str(error))
