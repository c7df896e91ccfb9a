"""The sources of a virtual dataset, and the shape that they give it.

The shape of one that grows is h5py's view, "last available": as far as any source reaches.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from ..errors import ExternalAccessError, FormatError, LimitError, LinkNotFoundError
from ..format.messages.data_layout import Virtual
from ..format.messages.dataspace import Dataspace
from ..format.selection import HyperslabSelection
from ..format.virtual_mapping import VirtualMapping, decode_virtual_mappings
from ..walk.datasets import DatasetRecord, dataset_record
from ..walk.headers import ObjectHeader, object_header
from ..walk.heaps import global_heap_object
from ..walk.paths import locate
from ..walk.reader import Reader
from .virtual_pieces import source_names, stop_of, unlimited_axis

__all__ = ["Chain", "Source", "open_dataset", "open_source", "virtual_mappings"]

Chain = frozenset[tuple[int, int]]
"""The virtual datasets that are being read: their readers' identities and addresses."""


class Source(NamedTuple):
    """A source dataset that is open."""

    reader: Reader
    record: DatasetRecord
    chain: Chain

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape."""
        return self.record.dataspace.shape or ()


async def open_dataset(
    reader: Reader, header: ObjectHeader, chain: Chain = frozenset()
) -> DatasetRecord:
    """Load the description of a dataset; a virtual one has the shape that its sources give it.

    `chain` are the virtual datasets that it is a source of.
    """
    record = await dataset_record(reader, header)
    space = record.dataspace
    if not isinstance(record.layout, Virtual) or None not in (space.maxshape or ()):
        return record
    shape = await _shape(reader, record, chain)
    return replace(record, dataspace=Dataspace(shape, space.maxshape))


async def open_source(
    reader: Reader, record: DatasetRecord, filename: str, dataset: str, chain: Chain
) -> Source | None:
    """Open a source dataset of the virtual dataset `record`; None if there is none.

    Raises ExternalAccessError where its file must not be opened, LimitError where a
    virtual dataset is a source of itself.
    """
    chain = chain | {(id(reader), record.header_address)}
    try:
        other = await _open_file(reader, filename)
        found = await locate(other, other.root_address, dataset)
    except (FileNotFoundError, LinkNotFoundError):
        return None
    if (id(found.reader), found.address) in chain:
        raise LimitError(
            "a virtual dataset is a source of itself",
            structure="global heap block for virtual datasets",
            section="III.F",
            found=f"{dataset} in {filename}",
        )
    header = await object_header(found.reader, found.address)
    return Source(found.reader, await open_dataset(found.reader, header, chain), chain)


async def _open_file(reader: Reader, filename: str) -> Reader:
    if filename == ".":
        return reader
    if reader.opener is None:
        raise ExternalAccessError(f"a source in {filename!r}: no other files are opened here")
    return await reader.opener.open_hdf5(filename)


async def virtual_mappings(reader: Reader, record: DatasetRecord) -> tuple[VirtualMapping, ...]:
    """Load the mappings of a virtual dataset."""
    layout = record.layout
    if not isinstance(layout, Virtual) or layout.address is None:
        return ()
    found = await global_heap_object(reader, layout.address, layout.index)
    return reader.decode_body(decode_virtual_mappings, found.data, found.offset)


async def _shape(reader: Reader, record: DatasetRecord, chain: Chain) -> tuple[int, ...]:
    """Return the shape; an axis that no mapping extends keeps the length that is stored."""
    stored = record.dataspace.shape or ()
    least, reached = [0] * len(stored), dict[int, int]()
    for mapping in await virtual_mappings(reader, record):
        along = unlimited_axis(mapping.virtual)
        for axis, stop in enumerate(_stops(mapping, len(stored))):
            least[axis] = max(least[axis], stop)
        if along is not None:
            extent = await _extent(reader, record, mapping, along, chain)
            reached[along] = max(reached.get(along, 0), extent)
    return tuple(max(reached[i], least[i]) if i in reached else n for i, n in enumerate(stored))


def _stops(mapping: VirtualMapping, rank: int) -> list[int]:
    """How far a mapping reaches along each axis, but for the one without a limit."""
    virtual = mapping.virtual
    if not isinstance(virtual, HyperslabSelection):
        return [0] * rank
    parts = zip(virtual.start, virtual.stride, virtual.count, virtual.block, strict=True)
    return [
        start + (count - 1) * stride + block if count and block else 0
        for start, stride, count, block in parts
    ]


async def _extent(
    reader: Reader, record: DatasetRecord, mapping: VirtualMapping, along: int, chain: Chain
) -> int:
    """How far the sources of a mapping reach along its unlimited axis."""
    virtual = mapping.virtual
    if not isinstance(virtual, HyperslabSelection):
        return 0
    axis = unlimited_axis(mapping.source)
    if axis is not None and isinstance(mapping.source, HyperslabSelection):
        source = await open_source(reader, record, *source_names(mapping, 0), chain)
        if source is None:
            return 0
        return stop_of(virtual, along, len(mapping.source.along(axis, source.shape[axis])))
    blocks = await _available(reader, record, mapping, chain)
    return stop_of(virtual, along, blocks * (virtual.block[along] or 1))


async def _available(
    reader: Reader, record: DatasetRecord, mapping: VirtualMapping, chain: Chain
) -> int:
    """The number of sources that are there, before the first one that is missing."""
    if source_names(mapping, 0) == source_names(mapping, 1):
        raise FormatError(
            "an unlimited mapping to one limited source",
            structure="global heap block for virtual datasets",
            section="III.F",
            field="source names",
            expected='a name with "%b"',
            found=source_names(mapping, 0),
        )
    number = 0
    while await open_source(reader, record, *source_names(mapping, number), chain) is not None:
        number += 1
    return number
