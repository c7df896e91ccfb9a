"""One HDF5 dataset as a Zarr array, before it is written down as format 2 or 3."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from ..data.read import fill_element
from ..data.storage import blocks_of
from ..datatype.metadata import Reference
from ..datatype.numpy_types import text
from ..format.messages.data_layout import Chunked, Contiguous, Virtual
from ..format.messages.dataspace import Dataspace
from ..walk.datasets import DatasetRecord
from ..walk.reader import Reader
from .codecs import Codec, codecs_of
from .cuts import piece_of_chunk
from .dimensions import phony_names
from .elements import ElementType, element_type, unsupported
from .json_values import json_text
from .other_files import check_other_files
from .pieces import piece_shape
from .reference_check import check_references
from .report import How

__all__ = [
    "ARRAY_MEMBERS",
    "ENUM_LABELS",
    "JSON_ELEMENTS",
    "NO_DATASPACE",
    "NUMPY_TYPE",
    "ArrayMapping",
    "array_mapping",
]

ENUM_LABELS = "_HDF5_ENUM"
ARRAY_MEMBERS = "_HDF5_ARRAY_MEMBERS"
JSON_ELEMENTS = "_HDF5_JSON"
NO_DATASPACE = "_HDF5_NULL"
NUMPY_TYPE = "_HDF5_NUMPY_TYPE"


@dataclass(frozen=True, slots=True)
class ArrayMapping:
    """A Zarr array, and how its chunks come from the file.

    Attributes
    ----------
    shape, chunks : tuple of int
        With the dimensions of an HDF5 array type at the end.  A null dataspace, which has
        no dimensions and no elements, becomes one dimension of length zero.
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
    def is_cut(self) -> bool:
        """Whether a chunk of the file is several of Zarr's."""
        layout = self.record.layout
        return (
            isinstance(layout, Chunked)
            and self.chunks[: len(layout.chunk_shape)] != layout.chunk_shape
        )

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
    *,
    has_type: Callable[[np.dtype[Any]], bool],
    own_codecs: bool = False,
    elsewhere: bool = False,
) -> ArrayMapping:
    """Return how a dataset looks in Zarr.

    `has_type` is that of the format.  With `own_codecs`, Zarr knows purehdf's codecs.
    `elsewhere` says that `reader` is that of another file, which an external link led to.

    Raises
    ------
    UnsupportedError, FilterUnavailableError, ExternalAccessError
        It has no form in Zarr, or purehdf cannot read it, or must not.
    """
    is_null = record.dataspace.shape is None
    if is_null:
        record = record.__replace__(dataspace=Dataspace((0,), (0,)))
    shape = record.dataspace.shape or ()
    element = element_type(record.datatype, has_type)
    if elsewhere and element.refers:
        raise unsupported("references inside another file, which an external link leads to")
    await check_other_files(reader, record)
    if element.refers:
        await check_references(reader, record)
    fill, uniform = await _fill(reader, record, element)
    codecs, reason = _codecs(record, element, own_codecs)
    if any(codec.is_own for codec in codecs) and not await _all_filtered(reader, record):
        codecs, reason = (), "some chunks were left out by filters that purehdf only undoes"
    reason = _odd_place(is_null=is_null, uniform=uniform, elsewhere=elsewhere) or reason
    full_shape = shape + element.inner
    names = [*dimension_names, *[None] * (len(full_shape) - len(dimension_names))]
    return ArrayMapping(
        record=record,
        element=element,
        shape=full_shape,
        chunks=_chunk_shape(record, shape, max_chunksize, raw=not reason)
        + tuple(max(n, 1) for n in element.inner),
        fill=fill,
        fill_is_default=record.fill.value is None,
        codecs=() if reason else codecs,
        how="decoded" if reason else "raw",
        reason=reason,
        dense=not uniform or isinstance(record.layout, Virtual),
        attributes={**attributes, **_notes(element, is_null=is_null)},
        dimension_names=phony_names(names, full_shape),
    )


def _odd_place(*, is_null: bool, uniform: bool, elsewhere: bool) -> str:
    """Why an array is decoded, whatever its elements and filters are (empty if it is not)."""
    if is_null:
        return "a null dataspace: Zarr has no arrays without a shape, this one has no elements"
    if not uniform:
        return "the fill value differs between the elements of an array type"
    return "an external link leads to it: it lies in another file" if elsewhere else ""


def _notes(element: ElementType, *, is_null: bool) -> dict[str, Any]:
    """Attributes that say of a type what Zarr's does not."""
    notes = {
        ENUM_LABELS: element.labels,
        ARRAY_MEMBERS: element.members,
        NUMPY_TYPE: element.view,
        JSON_ELEMENTS: element.is_json,
        NO_DATASPACE: is_null,
    }
    return {name: note for name, note in notes.items() if note}


def _codecs(
    record: DatasetRecord, element: ElementType, own: bool
) -> tuple[tuple[Codec, ...], str]:
    """Codecs, and why the array is decoded all the same (empty if it is not)."""
    if isinstance(record.layout, Virtual):
        return (), "its elements are those of other datasets (a virtual dataset)"
    if record.external is not None:
        return (), "its elements are the bytes of other files (external storage)"
    if not isinstance(record.layout, Chunked):
        return (), element.decoded
    size = prod(record.layout.chunk_shape) * record.datatype.size
    found = codecs_of(record.filters, size, own=own)
    if isinstance(found, str):
        return (), element.decoded or found
    return found, element.decoded


async def _all_filtered(reader: Reader, record: DatasetRecord) -> bool:
    """Whether all chunks went through all filters."""
    blocks = await blocks_of(reader, record)
    return blocks.table is None or not (blocks.table.filter_mask.any() or blocks.edges_unfiltered)


def _chunk_shape(
    record: DatasetRecord, shape: tuple[int, ...], max_chunksize: int | None, *, raw: bool
) -> tuple[int, ...]:
    if isinstance(record.layout, Chunked):
        return piece_of_chunk(record, max_chunksize if raw else None)
    limit = max_chunksize if isinstance(record.layout, Contiguous | Virtual) else None
    return piece_shape(shape, record.datatype.size, limit)


async def _fill(reader: Reader, record: DatasetRecord, element: ElementType) -> tuple[Any, bool]:
    """The fill value of one element, and whether all elements of an array type share it."""
    if record.fill.value is None and element.dtype.kind != "O":
        return np.zeros((), element.dtype)[()], True
    values = (await fill_element(reader, record)).reshape(-1)
    if element.dtype.kind == "O":
        as_text = _as_json if element.is_json else _as_text
        values = np.array([as_text(value) for value in values], object)
        return (values[0] if len(values) else ""), len(set(values)) < 2
    values = element.shown(np.ascontiguousarray(values))
    if not len(values):
        return np.zeros((), element.dtype)[()], True
    raw = values.view(np.uint8).reshape(len(values), -1)
    return values[0], bool((raw == raw[0]).all())


def _as_json(value: Any) -> str:
    return json_text(value, lambda _: None)


def _as_text(value: Any) -> str:
    """Text, or nothing for a reference: a fill value refers to nothing."""
    return "" if isinstance(value, Reference) else value if isinstance(value, str) else text(value)
