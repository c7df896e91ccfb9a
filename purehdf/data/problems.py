"""What cannot be read of a file's metadata: everything is looked at, nothing is raised."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar

import numpy as np

from ..errors import PureHDFError, TruncatedError
from ..format.messages import MESSAGES
from ..format.messages.attribute import Attribute
from ..format.messages.data_layout import Chunked, Contiguous, Virtual
from ..format.messages.link import LinkTarget
from ..format.recording import RecordingCursor
from ..format.structure import Structure
from ..index.chunk_index import chunk_table
from ..walk.attributes import ATTRIBUTE, object_attributes
from ..walk.datasets import dataset_record, is_dataset
from ..walk.groups import group_links, is_group
from ..walk.headers import ObjectHeader, object_header
from ..walk.messages import find_messages
from ..walk.reader import Reader
from ..walk.tree import visit_objects
from .attributes import attribute_value
from .external import external_names
from .virtual_sources import virtual_mappings

__all__ = ["find_problems"]

T = TypeVar("T")
Progress = Callable[[str], object]


async def find_problems(
    make_reader: Callable[[Mismatches], Reader],
    root: int,
    extension: int | None,
    progress: Progress | None = None,
) -> list[PureHDFError]:
    """Walk over all objects below `root`, and the superblock extension.

    Each object is read by a reader of its own from `make_reader`, so that checksums that
    it passes over are known to be its own.
    """
    found: dict[str, PureHDFError] = {}  # parts are read more than once

    async def visit(address: int, path: str) -> Mapping[str, LinkTarget]:
        mismatches = Mismatches()
        look = _Look(make_reader(mismatches))
        links = await look.at(address)
        for error in (*mismatches.errors, *look.problems):
            found.setdefault(str(error.locate(path=path)), error)
        if progress is not None:
            progress(path)
        return links

    if extension is not None:
        await visit(extension, "(superblock extension)")
    await visit_objects(root, visit)
    return list(found.values())


class Mismatches:
    """A tracer that keeps the checksums that differ, where the reader passes over them."""

    def __init__(self) -> None:
        self.errors: list[PureHDFError] = []

    def decoded(self, structure: Structure, cursor: RecordingCursor) -> None:
        """Called by :class:`purehdf.walk.reader.Reader`."""
        for error in cursor.mismatches:
            error.locate(structure=structure.title, section=structure.section)
            self.errors.append(error)

    def failed(self, structure: Structure, cursor: RecordingCursor, error: PureHDFError) -> None:
        """The same, of a structure that cannot be decoded, for whatever else is wrong with it."""
        self.decoded(structure, cursor)


class _Look:
    """One object: all that its header leads to, but its elements."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.problems: list[PureHDFError] = []

    async def at(self, address: int) -> Mapping[str, LinkTarget]:
        """Look at the object at `address`; return its links, if it has any."""
        header = await self._attempt(object_header(self._reader, address))
        if header is None:
            return {}
        await self._messages(header)
        for attribute in await self._attempt(object_attributes(self._reader, header)) or ():
            await self._attribute(attribute)
        if is_group(header):
            return await self._attempt(group_links(self._reader, header)) or {}
        if is_dataset(header):
            await self._attempt(self._dataset(header))
        return {}

    async def _attempt(self, walk: Coroutine[Any, Any, T]) -> T | None:
        try:
            return await walk
        except PureHDFError as error:
            self.problems.append(error)
            return None

    async def _messages(self, header: ObjectHeader) -> None:
        total = len(header.messages)
        for number in dict.fromkeys(message.type for message in header.messages):
            kind = MESSAGES.get(number)
            if kind is None or kind.decode is None or number == ATTRIBUTE:
                continue
            places = [i for i, m in enumerate(header.messages, 1) if m.type == number]
            found = await find_messages(self._reader, header, number)
            for i, message in zip(places, found, strict=True):
                if isinstance(message, PureHDFError):
                    message.locate(within=f"message {i} of {total}, {kind.title}")
                    self.problems.append(message)

    async def _attribute(self, attribute: Attribute | PureHDFError) -> None:
        if isinstance(attribute, PureHDFError):
            self.problems.append(attribute)
        else:
            await self._attempt(attribute_value(self._reader, attribute))

    async def _dataset(self, header: ObjectHeader) -> None:
        record = await dataset_record(self._reader, header)
        if record.external is not None:
            await external_names(self._reader, record.external)
        elif isinstance(record.layout, Virtual):
            await virtual_mappings(self._reader, record)
        elif isinstance(record.layout, Chunked):
            table = await chunk_table(self._reader, record)
            self._inside("chunks", table.file_offset + table.size)
        elif isinstance(record.layout, Contiguous) and record.layout.address is not None:
            start = self._reader.base_address + record.layout.address
            size = record.dataspace.size * record.datatype.size
            self._inside("contiguous elements", np.array([start + size]))

    def _inside(self, what: str, stops: np.ndarray[Any, Any]) -> None:
        """Say so if elements lie behind the end of the file, where that is known."""
        resident = self._reader.resident
        outside = 0 if resident is None else int((stops > len(resident)).sum())
        if outside:
            self.problems.append(
                TruncatedError(
                    f"the file ends before {what} do",
                    structure="raw data",
                    section="IV.B",
                    expected=f"{len(stops)} inside",
                    found=f"{outside} outside",
                )
            )
