"""Data layout message (IV.A.2.i): where the elements of a dataset are."""

from __future__ import annotations

from collections.abc import Callable

from ...errors import FormatError, VersionError
from ..cursor import Cursor
from ..record import Record
from ..structure import structure

__all__ = [
    "BTreeV1Index",
    "BTreeV2Index",
    "ChunkIndex",
    "Chunked",
    "Compact",
    "Contiguous",
    "DataLayout",
    "ExtensibleArrayIndex",
    "FixedArrayIndex",
    "ImplicitIndex",
    "SingleChunkIndex",
    "Virtual",
    "decode_data_layout",
]

_COMPACT, _CONTIGUOUS, _CHUNKED, _VIRTUAL = range(4)
_EDGE_CHUNKS_UNFILTERED, _SINGLE_CHUNK_FILTERED = 0x01, 0x02


class Compact(Record):
    """The elements are in the message itself; ``offset`` is their file offset."""

    data: bytes
    offset: int


class Contiguous(Record):
    """The elements are in one run; versions 1 and 2 do not state its ``size`` in bytes."""

    address: int | None
    size: int | None


class BTreeV1Index(Record):
    """A version 1 B-tree of node type 1 (III.A.1)."""

    address: int | None


class SingleChunkIndex(Record):
    """One chunk (VII.A); ``size`` and ``filter_mask`` are stated where it is filtered."""

    address: int | None
    size: int | None
    filter_mask: int


class ImplicitIndex(Record):
    """All chunks in order, without gaps (VII.B)."""

    address: int | None


class FixedArrayIndex(Record):
    """A fixed array (VII.C)."""

    address: int | None
    page_bits: int


class ExtensibleArrayIndex(Record):
    """An extensible array (VII.D)."""

    address: int | None
    max_bits: int
    index_elements: int
    min_pointers: int
    min_elements: int
    page_bits: int


class BTreeV2Index(Record):
    """A version 2 B-tree of record type 10 or 11 (VII.E)."""

    address: int | None
    node_size: int
    split_percent: int
    merge_percent: int


ChunkIndex = (
    BTreeV1Index
    | SingleChunkIndex
    | ImplicitIndex
    | FixedArrayIndex
    | ExtensibleArrayIndex
    | BTreeV2Index
)


class Chunked(Record):
    """The elements are in chunks of ``chunk_shape`` (rank numbers) and ``element_size``.

    ``version`` is the message's: 5 has wider chunk sizes in its index.
    """

    chunk_shape: tuple[int, ...]
    element_size: int
    index: ChunkIndex
    version: int
    edge_chunks_unfiltered: bool = False


class Virtual(Record):
    """The elements are in other datasets; a global heap object lists which."""

    address: int | None
    index: int


DataLayout = Compact | Contiguous | Chunked | Virtual


@structure("data layout message", "IV.A.2.i")
def decode_data_layout(cursor: Cursor) -> DataLayout:
    """Decode a layout of version 1 to 5."""
    version = cursor.uint(1, "version")
    if not 1 <= version <= 5:
        raise VersionError("unknown version", field="version", expected="1 to 5", found=version)
    if version < 3:
        return _decode_v1(cursor, version)
    layout_class = cursor.uint(1, "layout class")
    if layout_class == _COMPACT:
        size = cursor.uint(2, "size")
        offset = cursor.offset
        return Compact(cursor.raw(size, "raw data"), offset)
    if layout_class == _CONTIGUOUS:
        return Contiguous(cursor.address("address"), cursor.length("size"))
    if layout_class == _CHUNKED:
        return _chunked_v3(cursor) if version == 3 else _chunked_v4(cursor, version)
    if layout_class == _VIRTUAL and version > 3:
        return Virtual(cursor.address("address"), cursor.uint(4, "index"))
    raise _unknown("layout class", layout_class)


def _unknown(field: str, found: int) -> FormatError:
    return FormatError("not defined for this version", field=field, found=found)


def _decode_v1(cursor: Cursor, version: int) -> DataLayout:
    rank = cursor.uint(1, "dimensionality")
    layout_class = cursor.uint(1, "layout class")
    cursor.skip(5, "reserved")
    if layout_class not in (_COMPACT, _CONTIGUOUS, _CHUNKED):
        raise _unknown("layout class", layout_class)
    address = None if layout_class == _COMPACT else cursor.address("data address")
    dimensions = [cursor.uint(4, f"dimension {i} size") for i in range(rank)]
    if layout_class == _CONTIGUOUS:
        return Contiguous(address, None)
    if layout_class == _CHUNKED:
        return _chunked(cursor, dimensions, BTreeV1Index(address), version)
    size = cursor.uint(4, "compact data size")
    offset = cursor.offset
    return Compact(cursor.raw(size, "compact data"), offset)


def _chunked(
    cursor: Cursor, dimensions: list[int], index: ChunkIndex, version: int, *, edge: bool = False
) -> Chunked:
    """The last of `dimensions` is the size of an element."""
    if len(dimensions) < 2 or 0 in dimensions:
        raise FormatError("impossible chunk shape", field="dimension sizes", found=dimensions)
    return Chunked(tuple(dimensions[:-1]), dimensions[-1], index, version, edge)


def _chunked_v3(cursor: Cursor) -> Chunked:
    rank = cursor.uint(1, "dimensionality")
    address = cursor.address("address")
    dimensions = [cursor.uint(4, f"dimension {i} size") for i in range(rank)]
    return _chunked(cursor, dimensions, BTreeV1Index(address), 3)


def _chunked_v4(cursor: Cursor, version: int) -> Chunked:
    flags = cursor.uint(1, "flags")
    rank = cursor.uint(1, "dimensionality")
    width = cursor.uint(1, "dimension size encoded length")
    if not 1 <= width <= 8:
        raise FormatError(
            "impossible width",
            field="dimension size encoded length",
            expected="1 to 8",
            found=width,
        )
    dimensions = [cursor.uint(width, f"dimension {i} size") for i in range(rank)]
    index_type = cursor.uint(1, "chunk indexing type")
    if index_type not in _INDEXES:
        raise _unknown("chunk indexing type", index_type)
    index = _INDEXES[index_type](cursor, flags)
    return _chunked(cursor, dimensions, index, version, edge=bool(flags & _EDGE_CHUNKS_UNFILTERED))


def _single_chunk(cursor: Cursor, flags: int) -> SingleChunkIndex:
    filtered = flags & _SINGLE_CHUNK_FILTERED
    size = cursor.length("size of filtered chunk") if filtered else None
    mask = cursor.uint(4, "filters for chunk") if filtered else 0
    return SingleChunkIndex(cursor.address("address"), size, mask)


def _implicit(cursor: Cursor, flags: int) -> ImplicitIndex:
    return ImplicitIndex(cursor.address("address"))


def _fixed_array(cursor: Cursor, flags: int) -> FixedArrayIndex:
    bits = cursor.uint(1, "page bits")
    return FixedArrayIndex(cursor.address("address"), bits)


def _extensible_array(cursor: Cursor, flags: int) -> ExtensibleArrayIndex:
    fields = ("max bits", "index elements", "min pointers", "min elements", "page bits")
    values = [cursor.uint(1, field) for field in fields]
    return ExtensibleArrayIndex(cursor.address("address"), *values)


def _btree_v2(cursor: Cursor, flags: int) -> BTreeV2Index:
    node_size = cursor.uint(4, "node size")
    split, merge = cursor.uint(1, "split percent"), cursor.uint(1, "merge percent")
    return BTreeV2Index(cursor.address("address"), node_size, split, merge)


_INDEXES: dict[int, Callable[[Cursor, int], ChunkIndex]] = {
    1: _single_chunk,
    2: _implicit,
    3: _fixed_array,
    4: _extensible_array,
    5: _btree_v2,
}
