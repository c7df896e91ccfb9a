"""Datasets: arrays that are read when they are indexed.

What reads elements is imported when the first are read: it is most of the library, and
many a program only looks at shapes and attributes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from ..data.empty import Empty
from ..datatype.metadata import check_string_dtype
from ..datatype.numpy_types import memory_dtype
from ..datatype.reference import RegionReference
from ..errors import UnsupportedError
from ..format.messages.data_layout import Chunked, DataLayout, Virtual
from ..format.messages.dataspace import Dataspace
from ..format.messages.filter_pipeline import Filter
from ..lazy import lazy_property
from ..walk.datasets import (
    DATASPACE,
    DATATYPE,
    EXTERNAL,
    LAYOUT,
    PIPELINE,
    DatasetRecord,
    required_message,
)
from ..walk.messages import find_message
from .objects import HDFObject
from .views import AsStrView, AsTypeView, FieldsView

if TYPE_CHECKING:
    from ..data.storage import Blocks
    from ..index.chunk_table import ChunkTable
    from .dataset_id import DatasetID
    from .dimensions import Dimensions
    from .virtual import VDSmap

__all__ = ["Dataset"]

_DEFLATE, _SHUFFLE, _FLETCHER32, _SZIP, _SCALEOFFSET, _LZF = 1, 2, 3, 4, 6, 32000
_ENTROPY_CODING = 4  # a bit of szip's first parameter
_COMPRESSION = {_DEFLATE: "gzip", _LZF: "lzf", _SZIP: "szip"}


class Dataset(HDFObject):
    """A dataset, read-only: ``dataset[...]`` reads, as h5py does, what it selects.

    Integers, slices, lists, arrays and masks along each axis, a mask of the whole shape,
    ``...``, and names of fields.
    """

    @lazy_property
    def _record(self) -> DatasetRecord:
        from ..data.virtual_sources import open_dataset

        return self._session.run(open_dataset(self._session.reader, self._header), self._name)

    @lazy_property
    def _blocks(self) -> Blocks:
        from ..data.storage import blocks_of

        return self._session.run(blocks_of(self._session.reader, self._record), self._name)

    @lazy_property
    def _take(self) -> Callable[[Any], Any] | None:
        """What indexes elements that lie in memory as numpy would lay them; None if they do not."""
        from ..data.in_memory import array_at_hand, taken

        walk = array_at_hand(self._session.reader, self._record)
        array = self._session.run(walk, self._name)
        return None if array is None else partial(taken, array)

    # Each of these is a message of its own: one that cannot be read hides no other.

    @lazy_property
    def _space(self) -> Dataspace:
        if self.is_virtual:  # its sources have a say in it
            return self._record.dataspace
        space: Dataspace = self._required(DATASPACE, "dataspace")
        return space

    @lazy_property
    def _layout(self) -> DataLayout:
        layout: DataLayout = self._required(LAYOUT, "data layout")
        return layout

    def _required(self, number: int, name: str) -> Any:
        walk = required_message(self._session.reader, self._header, number, name)
        return self._session.run(walk, self._name)

    # -- what kind of array it is

    @property
    def shape(self) -> tuple[int, ...] | None:
        """The shape; None for a dataset without elements (a null dataspace)."""
        return self._space.shape

    @property
    def maxshape(self) -> tuple[int | None, ...] | None:
        """The shape that it may grow to; None where that is unlimited."""
        return self._space.maxshape

    @property
    def ndim(self) -> int:
        """Number of dimensions."""
        return len(self.shape or ())

    @property
    def size(self) -> int | None:
        """Number of elements; None for a null dataspace."""
        return None if self.shape is None else prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes that all elements take in memory."""
        return (self.size or 0) * self.dtype.itemsize

    @lazy_property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of its elements; ``dtype.metadata`` says what numpy has no type for."""
        with self._session.errors(self._name):
            return memory_dtype(self._required(DATATYPE, "datatype"))

    @property
    def fillvalue(self) -> Any:
        """The value of elements that were never written; zero where the file defines none."""
        from ..data.read import fill_element

        walk = fill_element(self._session.reader, self._record)
        return self._session.run(walk, self._name)[()]

    # -- how it is stored

    @property
    def chunks(self) -> tuple[int, ...] | None:
        """The shape of a chunk; None if the dataset is not chunked."""
        layout = self._layout
        return layout.chunk_shape if isinstance(layout, Chunked) else None

    @property
    def is_virtual(self) -> bool:
        """Whether the elements lie in other datasets."""
        return isinstance(self._layout, Virtual)

    @property
    def external(self) -> list[tuple[str, int, int]] | None:
        """Name, offset and size in bytes of each run in another file; None if there is none."""
        from ..data.external import external_names

        walk = find_message(self._session.reader, self._header, EXTERNAL)
        storage = self._session.run(walk, self._name)
        if storage is None:
            return None
        return self._session.run(external_names(self._session.reader, storage), self._name)

    @lazy_property
    def filters(self) -> tuple[Filter, ...]:
        """The filter pipeline, in the order in which a writer applies it."""
        walk = find_message(self._session.reader, self._header, PIPELINE)
        return self._session.run(walk, self._name) or ()

    def _filter(self, number: int) -> Filter | None:
        return next((f for f in self.filters if f.id == number), None)

    @property
    def compression(self) -> str | None:
        """The compression: "gzip", "lzf", "szip", None, or "unknown" (to h5py: see ``filters``)."""
        for number, name in _COMPRESSION.items():
            if self._filter(number) is not None:
                return name
        known = {_SHUFFLE, _FLETCHER32, _SCALEOFFSET}
        return "unknown" if any(f.id not in known for f in self.filters) else None

    @property
    def compression_opts(self) -> Any:
        """For gzip its level, for szip its coding ("ec" or "nn") and pixels per block."""
        for number in _COMPRESSION:
            if (found := self._filter(number)) is not None:
                if number == _DEFLATE:
                    return found.parameters[0] if found.parameters else None
                return _szip_options(found) if number == _SZIP else None
        return None

    @property
    def shuffle(self) -> bool:
        """Whether the shuffle filter is in the pipeline."""
        return self._filter(_SHUFFLE) is not None

    @property
    def fletcher32(self) -> bool:
        """Whether each chunk carries a checksum."""
        return self._filter(_FLETCHER32) is not None

    @property
    def scaleoffset(self) -> int | None:
        """The factor of the scale-offset filter, or None."""
        found = self._filter(_SCALEOFFSET)
        return None if found is None else found.parameters[1]

    @property
    def filter_ids(self) -> tuple[int, ...]:
        """The numbers of the filters."""
        return tuple(f.id for f in self.filters)

    @property
    def filter_names(self) -> tuple[str, ...]:
        """The names of the filters."""
        from ..filters import filter_name

        return tuple(filter_name(f) for f in self.filters)

    @property
    def id(self) -> DatasetID:
        """Where the bytes lie: ``get_chunk_info``, ``read_direct_chunk`` and the like."""
        from .dataset_id import DatasetID

        return DatasetID(self)

    def virtual_sources(self) -> list[VDSmap]:
        """The sources of a virtual dataset.  Raises RuntimeError for all others."""
        from ..data.virtual_sources import virtual_mappings
        from .virtual import vds_map

        if not self.is_virtual:
            raise RuntimeError("not a virtual dataset")
        walk = virtual_mappings(self._session.reader, self._record)
        return [vds_map(mapping) for mapping in self._session.run(walk, self._name)]

    def first_missing(self) -> Dataset:
        """Return a virtual dataset as far as all of its sources reach.

        By default one that grows with its sources is as long as the longest ("last
        available"), and holds fill value where the others have ended.
        """
        from ..data.virtual_sources import open_dataset

        other = Dataset(self._session, self._header, self._name)
        walk = open_dataset(self._session.reader, self._header, first_missing=True)
        other.__dict__["_record"] = self._session.run(walk, self._name)
        return other

    def chunk_table(self) -> ChunkTable:
        """Return where each stored chunk lies, as columns; see :class:`purehdf.ChunkTable`.

        Raises TypeError if the dataset is not chunked.
        """
        table = self._blocks.table
        if table is None:
            raise TypeError("this dataset is not chunked")
        return table

    # -- its elements

    def __getitem__(self, args: Any) -> Any:
        """Read what `args` selects: an array, or a scalar where every axis has an integer."""
        take = self._take
        if take is not None and not self._session.closed:
            found = take(args)
            if found is not None:
                return found
        if isinstance(args, RegionReference):
            return self._region(args)
        read_selection, parse_request = _reading()
        request = parse_request(args, self.shape, self.dtype)
        if isinstance(request, Empty):
            return request
        blocks = self._blocks if 0 not in request.selection.shape else None
        walk = read_selection(self._session.reader, self._record, request.selection, blocks)
        return request.answer(self._session.run(walk, self._name))

    def _region(self, reference: RegionReference) -> Any:
        """Read what a region reference selects, in the shape that h5py gives it."""
        from ..data.read import read_selection
        from ..data.selection import region_selection
        from ..datatype.regions import select_region

        if reference.address != self._header.address or reference.selection is None:
            raise ValueError("the region reference does not lead to this dataset")
        with self._session.errors(self._name):
            region = select_region(reference.selection, self.shape or ())
        selection = region_selection(region)
        walk = read_selection(self._session.reader, self._record, selection, self._blocks)
        array = self._session.run(walk, self._name)
        return array.reshape(region.shape + array.shape[len(selection.shape) :])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        if self.shape is None:
            raise TypeError("a dataset without elements is no array")
        if copy is False:
            array = self.memmap()
            return array if dtype is None else np.asarray(array, dtype, copy=False)
        array = np.asarray(self[...], self.dtype)
        return array if dtype is None else array.astype(dtype, copy=False)

    def memmap(self) -> np.ndarray[Any, Any]:
        """Return all elements as a read-only array that looks into the file, without reading it.

        That takes a file in memory or on a local disk, elements that lie there in one piece
        (no chunks), and a type of NumPy's own; else it raises ValueError, which says why.
        The array may be used when the file is closed.  ``numpy.asarray(dataset,
        copy=False)`` is the same.
        """
        from ..data.in_memory import memory_view

        walk = memory_view(self._session.reader, self._record)
        return self._session.run(walk, self._name)

    def asstr(self, encoding: str | None = None, errors: str = "strict") -> AsStrView:
        """Return a view that reads strings as ``str``, not as bytes."""
        info = check_string_dtype(self.dtype)
        if info is None:
            raise TypeError("asstr() is for datasets of strings")
        return AsStrView(self, encoding or info.encoding, errors)

    def astype(self, dtype: Any) -> AsTypeView:
        """Return a view that reads elements as `dtype`; see there for the rules."""
        return AsTypeView(self, dtype)

    def fields(self, names: str | Sequence[str]) -> FieldsView:
        """Return a view of one field of a compound, or of several."""
        return FieldsView(self, names)

    def read_direct(
        self, dest: np.ndarray[Any, Any], source_sel: Any = None, dest_sel: Any = None
    ) -> None:
        """Read what `source_sel` selects into what `dest_sel` selects of the array `dest`.

        Both are what ``numpy.s_[...]`` gives, or None for everything.  Raises TypeError where
        the shapes do not go together.
        """
        from ..data.convert import converted

        if self.shape is None:
            raise TypeError("a dataset without elements has nothing to read")
        if not (dest.flags.c_contiguous and dest.flags.writeable):
            raise TypeError("the array must be C-contiguous and writable")
        found = np.asarray(self[() if source_sel is None else source_sel])
        target = ... if dest_sel is None else dest_sel
        try:
            dest[target] = converted(found, dest.dtype)
        except ValueError as error:
            raise TypeError(str(error)) from None

    def iter_chunks(self, sel: Any = None) -> Iterator[tuple[slice, ...]]:
        """Yield slices, one tuple for each chunk of the grid, that `sel` is made of.

        `sel` is a slice or integer for each axis, inside the dataset; by default all.
        Raises TypeError if the dataset is not chunked.
        """
        from .chunks import chunk_slices

        if self.chunks is None:
            raise TypeError("this dataset is not chunked")
        return chunk_slices(self.shape or (), self.chunks, sel)

    @property
    def dims(self) -> Dimensions:
        """The dimensions, with their labels and scales."""
        from .dimensions import Dimensions

        return Dimensions(self)

    @property
    def is_scale(self) -> bool:
        """Whether it is a dimension scale."""
        from .dimensions import is_scale

        return is_scale(self)

    def flush(self) -> None:
        """For code that also writes: nothing waits to be written."""

    def refresh(self) -> None:
        """For code that follows a writer: in a file at rest there is nothing to read anew.

        Raises UnsupportedError for a file that is flagged as being written: what its writer
        adds is seen once the file is opened again.
        """
        if self._session.is_written:
            raise UnsupportedError(
                "what a writer adds is not followed: open the file again", path=self._name
            )

    def len(self) -> int:
        """The length of the first axis."""
        return len(self)

    def __len__(self) -> int:
        """The length of the first axis."""
        if not self.shape:
            raise TypeError("a dataset without dimensions has no length")
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        from ..data.rows import iterate_rows

        if not self.shape:
            raise TypeError("cannot iterate over a dataset without dimensions")
        chunk_rows = self.chunks[0] if self.chunks else None
        return iterate_rows(self.__getitem__, self.shape, self.dtype.itemsize, chunk_rows)

    def __repr__(self) -> str:
        if not self:
            return "<Closed HDF5 dataset>"
        try:
            what = f'shape {self.shape}, type "{self.dtype.str}"'
        except (OSError, NotImplementedError) as error:
            what = f"unreadable: {error}"
        return f'<HDF5 dataset "{self._short_name()}": {what}>'


@cache
def _reading() -> tuple[Any, Any]:
    """What reads elements; to import it anew for each read takes longer than to parse an index."""
    from ..data.read import read_selection
    from ..data.request import parse_request

    return read_selection, parse_request


def _szip_options(filter: Filter) -> tuple[str, int] | None:
    if len(filter.parameters) < 2:
        return None
    return "ec" if filter.parameters[0] & _ENTROPY_CODING else "nn", filter.parameters[1]
