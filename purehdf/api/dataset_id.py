"""``dataset.id``: where the bytes of a dataset lie, as h5py's low-level object says it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import index
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..errors import TruncatedError
from ..format.messages.data_layout import Chunked, Compact, Contiguous
from ..index.chunk_table import ChunkTable
from ..lazy import lazy_property
from ..walk.datasets import DatasetRecord
from .object_id import ObjectID
from .type_id import TypeID

if TYPE_CHECKING:
    from .dataset import Dataset

__all__ = ["DatasetID", "StoreInfo"]


class StoreInfo(NamedTuple):
    """Where one chunk lies.

    ``chunk_offset`` is the position of its first element, ``filter_mask`` says which
    filters it did not go through, ``byte_offset`` and ``size`` are in bytes of the file.
    Offsets are None for a chunk that is not stored.
    """

    chunk_offset: tuple[int, ...] | None
    filter_mask: int
    byte_offset: int | None
    size: int


class DatasetID(ObjectID):
    """The chunks and the storage of a dataset."""

    def __init__(self, dataset: Dataset) -> None:
        super().__init__(dataset)
        self._dataset = dataset
        self.shape = dataset.shape
        self.rank = dataset.ndim
        self.dtype = dataset.dtype

    def get_offset(self) -> int | None:
        """File offset of contiguous elements; None for all other storage, and before it is made."""
        layout = self._record.layout
        if isinstance(layout, Contiguous) and self._record.external is None:
            start = layout.address
            return None if start is None else self._dataset._session.base_address + start
        return None

    def get_storage_size(self) -> int:
        """Bytes that the elements take in the file."""
        record, layout = self._record, self._record.layout
        if isinstance(layout, Chunked) and record.external is None:
            return int(self._dataset.chunk_table().size.sum())
        stored = isinstance(layout, Compact) or record.external is not None
        if stored or (isinstance(layout, Contiguous) and layout.address is not None):
            return record.dataspace.size * record.datatype.size
        return 0

    def get_type(self) -> TypeID:
        """The type of the elements."""
        return TypeID(self._dataset, self._record.datatype)

    @property
    def _record(self) -> DatasetRecord:
        return self._dataset._record

    # -- chunks: each of these raises RuntimeError, as h5py does, for what is not chunked

    def get_num_chunks(self) -> int:
        """Number of chunks that are stored."""
        return len(self._stored)

    def get_chunk_info(self, i: int) -> StoreInfo:
        """Where the i-th stored chunk lies, in C order.  Raises ValueError if there is none."""
        stored = self._stored
        if not 0 <= index(i) < len(stored):
            raise ValueError(f"no chunk {i}: {len(stored)} chunks are stored")
        return self._info(stored[index(i)])

    def get_chunk_info_by_coord(self, coord: Sequence[int]) -> StoreInfo:
        """Where the chunk lies that holds the element at `coord`."""
        row, _ = self._find(coord)
        position = tuple(map(index, coord))
        if row is None:
            return StoreInfo(None, 0, None, 0)
        return self._info(row)._replace(chunk_offset=position)

    def chunk_iter(self, callback: Callable[[StoreInfo], Any]) -> Any:
        """Call ``callback(info)`` for each stored chunk, until it returns something."""
        for row in self._stored:
            answer = callback(self._info(row))
            if answer is not None:
                return answer
        return None

    def read_direct_chunk(self, offsets: Sequence[int]) -> tuple[int, bytes]:
        """Return filter mask and stored bytes of the chunk whose first element is at `offsets`.

        Raises ValueError if no chunk begins there, RuntimeError if it is not stored.
        """
        row, begins = self._find(offsets)
        if not begins:
            raise ValueError(f"no chunk begins at {tuple(offsets)}")
        if row is None:
            raise RuntimeError(f"the chunk at {tuple(offsets)} is not stored")
        info, session = self._info(row), self._dataset._session
        start = info.byte_offset or 0
        (found,) = session.run(session.reader.read([(start, start + info.size)]), self._path)
        if len(found) < info.size:
            raise TruncatedError(
                "the file ends in it",
                structure="chunk",
                section="IV.B",
                expected=f"{info.size} bytes",
                found=f"{len(found)} bytes",
                offset=start,
                path=self._path,
            )
        return info.filter_mask, bytes(found)

    @property
    def _path(self) -> str | None:
        return self._dataset._name

    @property
    def _chunk_shape(self) -> tuple[int, ...]:
        layout = self._record.layout
        if not isinstance(layout, Chunked) or self._record.external is not None:
            raise RuntimeError("not a chunked dataset")
        return layout.chunk_shape

    @lazy_property
    def _table(self) -> ChunkTable:
        return self._dataset.chunk_table()

    @lazy_property
    def _stored(self) -> list[int]:
        """Rows of the table in the order of their positions."""
        rank = len(self._chunk_shape)
        columns = [self._table.coordinates[:, i] for i in reversed(range(rank))]
        order: list[int] = np.lexsort(columns).tolist() if rank else [*range(len(self._table))]
        return order

    def _find(self, position: Sequence[int]) -> tuple[int | None, bool]:
        """Row of the chunk around `position`, and whether it begins there."""
        chunk = self._chunk_shape
        if len(position) != len(chunk):
            raise ValueError(f"{len(position)} coordinates for {len(chunk)} dimensions")
        if any(index(p) < 0 for p in position):
            raise ValueError("coordinates are not negative")
        cells = [divmod(index(p), n) for p, n in zip(position, chunk, strict=True)]
        begins = not any(rest for _, rest in cells)
        wanted = np.array([[cell for cell, _ in cells]], np.int64)
        if (wanted >= np.array(self._table.grid, np.int64)).any():
            return None, begins
        row = int(self._table.rows(wanted)[0])
        return (row if row >= 0 else None), begins

    def _info(self, row: int) -> StoreInfo:
        table = self._table
        position = zip(table.coordinates[row].tolist(), self._chunk_shape, strict=True)
        return StoreInfo(
            tuple(i * n for i, n in position),
            int(table.filter_mask[row]),
            int(table.file_offset[row]),
            int(table.size[row]),
        )
