"""Walking the whole file with a tracing reader: all that explain knows comes from here.

Each object is walked by a reader of its own, whose tracer knows the object, so the
objects of one level of the tree can be read side by side and still be told apart.
What cannot be read becomes a problem, and the walk goes on with the rest.
"""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

import numpy as np

from ..data.attributes import attribute_value
from ..data.read import read_selection
from ..data.selection import parse_selection
from ..data.storage import Blocks, blocks_of
from ..data.virtual_sources import virtual_mappings
from ..datatype.numpy_types import text
from ..errors import ExternalAccessError, LimitError, PureHDFError, SignatureError
from ..format.buffer import Buffer
from ..format.context import Context
from ..format.datatypes import Datatype, Reference, VariableLength
from ..format.messages import MESSAGES
from ..format.messages.attribute import Attribute
from ..format.messages.data_layout import Chunked, Compact, Contiguous, Virtual
from ..format.messages.link import HardTarget, LinkTarget
from ..format.superblock import Superblock
from ..limits import Limits
from ..walk.attributes import attribute_types, object_attributes
from ..walk.datasets import DatasetRecord, dataset_record, is_dataset
from ..walk.extension import cache_image
from ..walk.groups import group_links, is_group
from ..walk.headers import ObjectHeader, object_header
from ..walk.members import driver_information
from ..walk.messages import find_messages
from ..walk.need import together
from ..walk.overlay import Overlay
from ..walk.reader import Reader
from ..walk.superblock import find_superblock
from .beyond import beyond
from .regions import Owner, RawData, offsets
from .trace import Regions, Trace, TracingReader

__all__ = ["Survey"]

T = TypeVar("T")
_EXTENSION = "(superblock extension)"
_OBJECT = 0  # kind of reference
_TOGETHER = 1024  # objects that are walked side by side


class Survey:
    """What the walk over one file has found.

    Attributes
    ----------
    regions : dict
        (start, title) -> structure that was decoded.
    raw : list of RawData
        Elements of datasets and attributes.
    base_address : int
        File offset of the superblock.
    file : Owner
        The owner of what belongs to no object.
    superblock : Superblock or None
        None where it could not be decoded.
    overlay : Overlay or None
        The metadata cache image, whose bytes count in place of the file's.
    """

    def __init__(self, resident: Buffer | None, limits: Limits) -> None:
        self.regions: Regions = {}
        self.raw: list[RawData] = []
        self._problems: dict[str, PureHDFError] = {}
        self.base_address = 0
        self.superblock: Superblock | None = None
        self.context = Context()
        self.overlay: Overlay | None = None
        self._resident = resident
        self._limits = limits
        self._heaps: dict[int, Any] = {}
        self._owners: dict[int, Owner] = {}
        self.file = Owner()

    @property
    def problems(self) -> list[PureHDFError]:
        """What could not be read, each problem once."""
        return list(self._problems.values())

    def reader(self, owner: Owner | None = None) -> Reader:
        """A reader of the file; what it decodes for `owner` is noted."""
        settings: dict[str, Any] = {"resident": self._resident, "limits": self._limits}
        if self.superblock is not None:
            settings["extension_address"] = self.superblock.extension_address
        place = (self.context, self.base_address)
        if owner is None:
            reader = Reader(*place, **settings)
        else:
            trace = Trace(self.regions, owner)
            reader = TracingReader(*place, trace=trace, heaps=self._heaps, **settings)
        reader.lay_over(self.overlay)
        return reader

    async def walk(self) -> None:
        """Walk the file.  Raises SignatureError for what is not an HDF5 file."""
        found = await self._attempt(find_superblock(self.reader(self.file)), self.file)
        if found is None:
            if isinstance(self.problems[0], SignatureError):
                raise self.problems[0]
            return
        self.base_address, self.superblock = found
        self.context = self.superblock.context
        await self._attempt(driver_information(self.reader(self.file), self.superblock), self.file)
        self.overlay = await self._attempt(cache_image(self.reader()), self.file)
        level = self._roots(self.superblock)
        while level:
            below: list[tuple[int, Owner]] = []
            for i in range(0, len(level), _TOGETHER):
                batch = level[i : i + _TOGETHER]
                for children in await together(self._object(*each) for each in batch):
                    below.extend(children)
            level = below

    def _roots(self, superblock: Superblock) -> list[tuple[int, Owner]]:
        places = ((superblock.root_address, "/"), (superblock.extension_address, _EXTENSION))
        return [pair for address, path in places for pair in self._meet(address, path)]

    def _meet(self, address: int | None, path: str) -> list[tuple[int, Owner]]:
        """The object at `address` if it is new; one that is known learns another path."""
        if address is None:
            return []
        known = self._owners.get(address)
        if known is not None:
            known.paths.append(path)
            return []
        owner = self._owners[address] = Owner([path])
        return [(address, owner)]

    async def _attempt(self, walk: Coroutine[Any, Any, T], owner: Owner) -> T | None:
        try:
            return await walk
        except PureHDFError as error:
            self._problem(error, owner)
            return None

    def _problem(self, error: PureHDFError, owner: Owner) -> None:
        error.locate(path=owner.paths[0] if owner.paths else None)
        self._problems.setdefault(str(error), error)  # parts are read more than once

    async def _object(self, address: int, owner: Owner) -> list[tuple[int, Owner]]:
        """Walk one object; return those that its links lead to and that are new."""
        reader = self.reader(owner)
        header = await self._attempt(object_header(reader, address), owner)
        if header is None:
            return []
        await self._messages(reader, header, owner)
        await self._attempt(self._attributes(reader, header, owner), owner)
        if is_group(header):
            links = await self._attempt(group_links(reader, header), owner)
            return self._children(links or {}, owner)
        if is_dataset(header):
            await self._attempt(self._dataset(reader, header, owner), owner)
        return []

    def _children(self, links: Mapping[str, LinkTarget], owner: Owner) -> list[tuple[int, Owner]]:
        base = owner.paths[0].rstrip("/")
        return [
            pair
            for name, target in links.items()
            if isinstance(target, HardTarget)
            for pair in self._meet(target.address, f"{base}/{name}")
        ]

    async def _messages(self, reader: Reader, header: ObjectHeader, owner: Owner) -> None:
        for number in dict.fromkeys(message.type for message in header.messages):
            if number not in MESSAGES or MESSAGES[number].decode is None:
                continue
            places = [i for i, m in enumerate(header.messages, 1) if m.type == number]
            found = await find_messages(reader, header, number)
            for i, message in zip(places, found, strict=True):
                if isinstance(message, PureHDFError):
                    where = f"message {i} of {len(header.messages)}, {MESSAGES[number].title}"
                    self._problem(message.locate(within=where), owner)
                else:
                    await self._beyond(reader, message, owner)

    async def _beyond(self, reader: Reader, message: Any, owner: Owner) -> None:
        trace = Trace(self.regions, owner)

        def claim(title: str, address: int, size: int, unfiltered: int) -> None:
            trace.claim(title, self.base_address + address, size, unfiltered)

        await beyond(reader, message, lambda walk: self._attempt(walk, owner), claim)

    async def _attributes(self, reader: Reader, header: ObjectHeader, owner: Owner) -> None:
        for attribute in await object_attributes(reader, header):
            if not isinstance(attribute, PureHDFError):
                await self._attempt(self._attribute(reader, attribute, owner), owner)

    async def _attribute(self, reader: Reader, attribute: Attribute, owner: Owner) -> None:
        datatype, dataspace = await attribute_types(reader, attribute)
        size = datatype.size * dataspace.size
        if 0 < size <= len(attribute.data.body):
            self.raw.append(
                RawData.one_run(
                    "attribute value",
                    owner,
                    datatype,
                    dataspace.shape or (),
                    attribute.data.offset,
                    size,
                    text(attribute.name),
                )
            )
        if _follows(datatype):
            await attribute_value(reader, attribute)

    async def _dataset(self, reader: Reader, header: ObjectHeader, owner: Owner) -> None:
        record = await dataset_record(reader, header)
        owner.datatype = record.datatype
        try:
            blocks = await blocks_of(reader, record)
        except ExternalAccessError:
            return  # its elements are in other files
        if isinstance(record.layout, Virtual):
            await virtual_mappings(reader, record)
        raw = _raw(reader, record, blocks, owner)
        if raw is None:
            return
        self.raw.append(raw)
        if _follows(record.datatype):
            await self._follow(reader, record, blocks)

    async def _follow(self, reader: Reader, record: DatasetRecord, blocks: Blocks) -> None:
        """Read all elements, for the global heaps that they lead to."""
        size = record.dataspace.size * record.datatype.size
        if size > reader.limits.structure_bytes:
            raise LimitError(
                "the global heaps that its elements lead to are not mapped, there are too many",
                structure="dataset",
                section="IV.A.2.d",
                expected=f"at most {reader.limits.structure_bytes} bytes of elements",
                found=size,
            )
        selection = parse_selection((Ellipsis,), record.dataspace.shape or ())
        await read_selection(reader, record, selection, blocks)


def _follows(datatype: Datatype) -> bool:
    """Whether elements lead to other places in the file."""
    if isinstance(datatype, Reference):
        return datatype.kind != _OBJECT
    return isinstance(datatype, VariableLength) or any(map(_follows, datatype.inner()))


def _raw(reader: Reader, record: DatasetRecord, blocks: Blocks, owner: Owner) -> RawData | None:
    layout, shape = record.layout, record.dataspace.shape or ()
    size = record.dataspace.size * record.datatype.size
    if isinstance(layout, Chunked) and blocks.table is not None:
        table = blocks.table
        return RawData(
            "chunk",
            owner,
            record.datatype,
            blocks,
            offsets(table.file_offset),
            offsets(table.file_offset) + offsets(table.size),
            table.coordinates,
            np.asarray(table.filter_mask),
        )
    if isinstance(layout, Compact) and layout.data:
        place = ("compact data", layout.offset, len(layout.data))
    elif isinstance(layout, Contiguous) and layout.address is not None:
        start = reader.base_address + layout.address
        place = ("contiguous data", start, max(size, layout.size or 0))
    else:
        return None
    kind, start, length = place
    return RawData.one_run(kind, owner, record.datatype, shape, start, length)
