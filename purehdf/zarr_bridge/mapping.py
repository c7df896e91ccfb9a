"""One HDF5 dataset as a Zarr array, before it is written down as format 2 or 3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from ..data.read import fill_element
from ..datatype.metadata import Reference
from ..datatype.numpy_types import text
from ..format.messages.data_layout import Chunked, Contiguous, Virtual
from ..walk.datasets import DatasetRecord
from ..walk.reader import Reader
from .codecs import Codec, codecs_of
from .dimensions import phony_names
from .elements import ElementType, element_type, unsupported
from .pieces import piece_shape
from .report import How

__all__ = ["ENUM_LABELS", "ArrayMapping", "array_mapping"]

ENUM_LABELS = "_HDF5_ENUM"


@dataclass(frozen=True, slots=True)
class ArrayMapping:
    """A Zarr array, and how its chunks come from the file.

    Attributes
    ----------
    shape, chunks : tuple of int
        With the dimensions of an HDF5 array type at the end.
    dtype : numpy.dtype
        Of the elements; ``object`` is text of variable length.
    fill : object
        What was never written reads as this: a numpy scalar, or ``str`` with `dtype` object.
    fill_is_default : bool
        The file states no fill value: zero bytes.
    codecs : tuple of Codec
        What Zarr must undo, in encoding order, before the bytes are elements.
    how, reason : str
        As in the report: "raw", or "decoded" and why.
    dense : bool
        Chunks that were never written are served too: no single value could fill them.
    attributes : dict
        As JSON.
    dimension_names : tuple of str
        One for each dimension.
    """

    record: DatasetRecord
    element: ElementType
    shape: tuple[int, ...]
    chunks: tuple[int, ...]
    fill: Any
    fill_is_default: bool
    codecs: tuple[Codec, ...]
    how: How
    reason: str
    dense: bool
    attributes: dict[str, Any]
    dimension_names: tuple[str, ...]

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the elements."""
        return self.element.dtype

    @property
    def grid(self) -> tuple[int, ...]:
        """Number of chunks along each dimension."""
        return tuple(-(-n // c) for n, c in zip(self.shape, self.chunks, strict=True))


async def array_mapping(
    reader: Reader,
    record: DatasetRecord,
    attributes: dict[str, Any],
    dimension_names: Sequence[str | None],
    max_chunksize: int | None,
) -> ArrayMapping:
    """Return how a dataset looks in Zarr.

    Raises
    ------
    UnsupportedError, FilterUnavailableError
        It has no form in Zarr, or purehdf cannot read it.
    """
    shape = record.dataspace.shape
    if shape is None:
        raise unsupported("Zarr has no arrays without a shape (a null dataspace)")
    if isinstance(record.layout, Virtual) or record.external is not None:
        raise unsupported("virtual datasets and external storage are not served through Zarr yet")
    element = element_type(record.datatype)
    fill, uniform = await _fill(reader, record, element)
    codecs, reason = _codecs(record, element)
    if not uniform:
        reason = "the fill value differs between the elements of an array type"
    full_shape = shape + element.inner
    if element.labels is not None:
        attributes = {**attributes, ENUM_LABELS: element.labels}
    return ArrayMapping(
        record=record,
        element=element,
        shape=full_shape,
        chunks=_chunk_shape(record, shape, max_chunksize) + tuple(max(n, 1) for n in element.inner),
        fill=fill,
        fill_is_default=record.fill.value is None,
        codecs=() if reason else codecs,
        how="decoded" if reason else "raw",
        reason=reason,
        dense=not uniform,
        attributes=attributes,
        dimension_names=phony_names([*dimension_names, *[None] * len(element.inner)], full_shape),
    )


def _codecs(record: DatasetRecord, element: ElementType) -> tuple[tuple[Codec, ...], str]:
    """Codecs, and why the array is decoded all the same (empty if it is not)."""
    if not isinstance(record.layout, Chunked):
        return (), element.decoded
    size = prod(record.layout.chunk_shape) * record.datatype.size
    found = codecs_of(record.filters, size)
    if isinstance(found, str):
        return (), element.decoded or found
    return found, element.decoded


def _chunk_shape(
    record: DatasetRecord, shape: tuple[int, ...], max_chunksize: int | None
) -> tuple[int, ...]:
    if isinstance(record.layout, Chunked):
        return record.layout.chunk_shape
    limit = max_chunksize if isinstance(record.layout, Contiguous) else None
    return piece_shape(shape, record.datatype.size, limit)


async def _fill(reader: Reader, record: DatasetRecord, element: ElementType) -> tuple[Any, bool]:
    """The fill value of one element, and whether all elements of an array type share it."""
    values = (await fill_element(reader, record)).reshape(-1)
    if element.dtype.kind == "O":
        values = np.array([_as_text(value) for value in values], object)
        return (values[0] if len(values) else ""), len(set(values)) < 2
    values = np.ascontiguousarray(values).astype(element.dtype)
    if not len(values):
        return np.zeros((), element.dtype)[()], True
    return values[0], len({value.tobytes() for value in values}) == 1


def _as_text(value: Any) -> str:
    """Text, or nothing for a reference: a fill value refers to nothing."""
    return "" if isinstance(value, Reference) else value if isinstance(value, str) else text(value)
