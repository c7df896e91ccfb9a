"""Datasets: from an object header to everything that describes the array."""

from __future__ import annotations

from typing import Any

from ..errors import FormatError, LimitError
from ..format.datatypes import Datatype
from ..format.messages.data_layout import Chunked, Compact, Contiguous, DataLayout
from ..format.messages.dataspace import Dataspace
from ..format.messages.external import ExternalStorage
from ..format.messages.fill_value import FillValue
from ..format.messages.filter_pipeline import Filter
from ..format.record import Record
from .headers import ObjectHeader
from .messages import find_message
from .reader import Reader

__all__ = [
    "DATATYPE",
    "DatasetRecord",
    "dataset_record",
    "is_dataset",
    "is_datatype",
    "required_message",
]

DATASPACE, DATATYPE, OLD_FILL, FILL, EXTERNAL, LAYOUT, PIPELINE = 1, 3, 4, 5, 7, 8, 0x0B


def is_dataset(header: ObjectHeader) -> bool:
    """Whether the object is a dataset, if it is not a group."""
    return DATASPACE in header.types and DATATYPE in header.types


def is_datatype(header: ObjectHeader) -> bool:
    """Whether the object is a committed datatype, if it is neither group nor dataset."""
    return DATATYPE in header.types


class DatasetRecord(Record):
    """What an object header says of a dataset.

    ``external`` is None unless the elements lie in other files; ``header_address`` is where
    the header is.
    """

    header_address: int
    dataspace: Dataspace
    datatype: Datatype
    layout: DataLayout
    filters: tuple[Filter, ...]
    fill: FillValue
    external: ExternalStorage | None


async def dataset_record(reader: Reader, header: ObjectHeader) -> DatasetRecord:
    """Load the description of the dataset whose header is `header`."""
    fill = await find_message(reader, header, FILL) or await find_message(reader, header, OLD_FILL)
    record = DatasetRecord(
        header.address,
        await required_message(reader, header, DATASPACE, "dataspace"),
        await required_message(reader, header, DATATYPE, "datatype"),
        await required_message(reader, header, LAYOUT, "data layout"),
        await find_message(reader, header, PIPELINE) or (),
        fill or FillValue(None),
        await find_message(reader, header, EXTERNAL),
    )
    _check(reader, record)
    return record


async def required_message(reader: Reader, header: ObjectHeader, number: int, name: str) -> Any:
    """Return the message of type `number`, which a dataset must have."""
    message = await find_message(reader, header, number)
    if message is None:
        raise FormatError(
            f"a dataset without a {name} message",
            structure="object header",
            section="IV.A.1",
            offset=reader.base_address + header.address,
        )
    return message


def _check(reader: Reader, record: DatasetRecord) -> None:
    """Refuse messages that contradict each other."""
    space, datatype, layout = record.dataspace, record.datatype, record.layout
    if any(n >> 63 for n in space.shape or ()):
        raise LimitError(
            "an axis that is too long for any array",
            structure="dataspace message",
            section="IV.A.2.b",
            expected="below 2 ** 63",
            found=space.shape,
        )
    problem: tuple[str, object, object] | None = None
    if isinstance(layout, Chunked):
        if space.shape is not None and len(layout.chunk_shape) != len(space.shape):
            problem = ("rank of the chunks", len(space.shape), len(layout.chunk_shape))
        elif layout.element_size != datatype.size:
            problem = ("size of an element in the layout", datatype.size, layout.element_size)
    elif isinstance(layout, Compact):
        if len(layout.data) < space.size * datatype.size:
            problem = ("bytes of compact data", space.size * datatype.size, len(layout.data))
    elif isinstance(layout, Contiguous):
        stated = layout.size
        if (
            stated is not None
            and layout.address is not None
            and stated < space.size * datatype.size
        ):
            problem = ("bytes of contiguous data", space.size * datatype.size, stated)
    if (
        problem is None
        and record.fill.value is not None
        and len(record.fill.value) != datatype.size
    ):
        problem = ("bytes of the fill value", datatype.size, len(record.fill.value))
    if problem is not None:
        raise FormatError(
            "messages of one dataset contradict each other",
            structure="object header",
            section="IV.A.2",
            field=problem[0],
            expected=problem[1],
            found=problem[2],
            offset=reader.base_address + record.header_address,
        )
