"""The sources of a virtual dataset, and the shape that they give it.

The shape of one that grows is by default h5py's view, "last available".
"""

from __future__ import annotations

from typing import NamedTuple

from ..datatype.regions import check_rank
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
    reader: Reader,
    header: ObjectHeader,
    chain: Chain = frozenset(),
    *,
    first_missing: bool = False,
) -> DatasetRecord:
    """Load the description of a dataset; a virtual one has the shape that its sources give it.

    `chain` are the virtual datasets that it is a source of.  With `first_missing` one that
    grows reaches as far as all of its sources do, else as far as any does.
    """
    record = await dataset_record(reader, header)
    space = record.dataspace
    if not isinstance(record.layout, Virtual) or None not in (space.maxshape or ()):
        return record
    shape = await _shape(reader, record, chain, first_missing=first_missing)
    return record.__replace__(dataspace=Dataspace(shape, space.maxshape))


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


async def _shape(
    reader: Reader, record: DatasetRecord, chain: Chain, *, first_missing: bool
) -> tuple[int, ...]:
    """Return the shape; an axis that no mapping extends keeps the length that is stored."""
    stored = record.dataspace.shape or ()
    least, reached = [0] * len(stored), dict[int, int]()
    pick = min if first_missing else max
    for mapping in await virtual_mappings(reader, record):
        along, virtual = unlimited_axis(mapping.virtual), mapping.virtual
        if isinstance(virtual, HyperslabSelection):
            check_rank(virtual, stored)
        for axis, stop in enumerate(_stops(mapping, len(stored))):
            least[axis] = max(least[axis], stop)
        if along is not None and isinstance(virtual, HyperslabSelection):
            slices = await _slices(reader, record, mapping, virtual.block[along], chain)
            stop = stop_of(virtual, along, slices, with_gap=first_missing)
            reached[along] = pick(reached.get(along, stop), stop)
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


async def _slices(
    reader: Reader, record: DatasetRecord, mapping: VirtualMapping, block: int | None, chain: Chain
) -> int:
    """How many positions along its unlimited axis the sources of a mapping provide."""
    axis = unlimited_axis(mapping.source)
    if axis is None or not isinstance(mapping.source, HyperslabSelection):
        return await _available(reader, record, mapping, chain) * (block or 1)
    source = await open_source(reader, record, *source_names(mapping, 0), chain)
    if source is None:
        return 0
    check_rank(mapping.source, source.shape)
    return mapping.source.along(axis, source.shape[axis]).length


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
