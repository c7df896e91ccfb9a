"""Small encoders of header messages (IV.A.2), in the newest version unless they say more."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import singledispatch

from purehdf.format import datatypes as types
from purehdf.format.context import Context
from purehdf.format.messages import data_layout as layouts
from purehdf.format.messages import link as links
from purehdf.format.messages.dataspace import Dataspace
from purehdf.format.messages.fill_value import FillValue
from purehdf.format.messages.filter_pipeline import Filter

from .encode import address, aligned, length, uint

__all__ = [
    "attribute",
    "dataspace",
    "datatype",
    "fill_value",
    "filter_pipeline",
    "layout",
    "link",
    "symbol_table",
]


def symbol_table(context: Context, btree: int, heap: int) -> bytes:
    return address(context, btree) + address(context, heap)


def dataspace(context: Context, space: Dataspace, version: int) -> bytes:
    shape, maxshape = space.shape or (), space.maxshape or ()
    flags = int(maxshape != shape)
    kind = 2 if space.shape is None else int(bool(shape))
    head = bytes([version, len(shape), flags]) + (bytes(5) if version == 1 else bytes([kind]))
    sizes: Sequence[int | None] = (*shape, *(maxshape if flags else ()))
    return head + b"".join(length(context, n) for n in sizes)


def fill_value(fill: FillValue, version: int) -> bytes:
    if version == 3:
        times = (fill.allocation_time or 0) | (fill.write_time or 0) << 2
        flags = times | 0x10 * fill.undefined | 0x20 * (fill.value is not None)
        return bytes([3, flags]) + (b"" if fill.value is None else _sized(fill.value))
    head = bytes([version, fill.allocation_time or 0, fill.write_time or 0, not fill.undefined])
    if fill.undefined:
        return head + (uint(-1, 4) if version == 1 else b"")
    return head + _sized(fill.value or b"")


def _sized(data: bytes) -> bytes:
    return uint(len(data), 4) + data


def filter_pipeline(filters: Sequence[Filter], version: int) -> bytes:
    head = bytes([version, len(filters)]) + bytes(6 if version == 1 else 0)
    return head + b"".join(_filter(step, version) for step in filters)


def _filter(step: Filter, version: int) -> bytes:
    named = version == 1 or step.id >= 256
    name = step.name + b"\0" if step.name and named else b""
    name = aligned(name) if version == 1 else name
    data = uint(step.id, 2) + (uint(len(name), 2) if named else b"")
    data += uint(step.optional, 2) + uint(len(step.parameters), 2) + name
    data += struct.pack(f"<{len(step.parameters)}I", *step.parameters)
    return aligned(data) if version == 1 else data


def attribute(name: bytes, kind: bytes, space: bytes, data: bytes, version: int) -> bytes:
    parts = [name + b"\0", kind, space]
    head = bytes([version, 0]) + b"".join(uint(len(part), 2) for part in parts)
    if version == 1:
        parts = [aligned(part) for part in parts]
    return head + (b"\0" if version == 3 else b"") + b"".join(parts) + data


# -- IV.A.2.g: links


def link(context: Context, record: links.Link, width: int = 0) -> bytes:
    """`width` (0 to 3) is the logarithm of the bytes of the name's length."""
    number, value = _target(context, record.target)
    order, charset = record.creation_order, record.character_set
    flags = width | 4 * (order is not None) | 8 * (number != 0) | 16 * (charset != 0)
    head = bytes([1, flags]) + (bytes([number]) if number else b"")
    head += b"" if order is None else uint(order, 8)
    head += bytes([charset]) if charset else b""
    return head + uint(len(record.name), 1 << width) + record.name + value


def _target(context: Context, target: links.LinkTarget) -> tuple[int, bytes]:
    if isinstance(target, links.HardTarget):
        return 0, address(context, target.address)
    if isinstance(target, links.SoftTarget):
        return 1, uint(len(target.path), 2) + target.path
    if isinstance(target, links.ExternalTarget):
        value = b"\0" + target.filename + b"\0" + target.path + b"\0"
        return 64, uint(len(value), 2) + value
    return target.link_class, uint(len(target.data), 2) + target.data


# -- IV.A.2.d: datatypes, version 3 (5 for complex numbers)


def _head(number: int, bits: int, size: int, version: int = 3) -> bytes:
    return bytes([version << 4 | number]) + uint(bits, 3) + uint(size, 4)


@singledispatch
def datatype(record: types.Datatype) -> bytes:
    raise TypeError(f"no encoder of {record}")


def _bits(record: types.FixedPoint | types.FloatingPoint | types.BitField) -> int:
    return (record.byte_order != "<") | record.low_padding << 1 | record.high_padding << 2


@datatype.register
def _(record: types.FixedPoint) -> bytes:
    head = _head(0, _bits(record) | record.signed << 3, record.size)
    return head + struct.pack("<HH", record.bit_offset, record.bit_precision)


@datatype.register
def _(record: types.FloatingPoint) -> bytes:
    bits = _bits(record) | record.internal_padding << 3 | record.mantissa_normalization << 4
    bits |= (record.byte_order == "vax") << 6 | record.sign_location << 8
    return _head(1, bits, record.size) + struct.pack(
        "<HH4BI",
        record.bit_offset,
        record.bit_precision,
        record.exponent_location,
        record.exponent_size,
        record.mantissa_location,
        record.mantissa_size,
        record.exponent_bias,
    )


@datatype.register
def _(record: types.Time) -> bytes:
    return _head(2, record.byte_order == ">", record.size) + uint(record.bit_precision, 2)


@datatype.register
def _(record: types.String) -> bytes:
    return _head(3, record.padding | record.character_set << 4, record.size)


@datatype.register
def _(record: types.BitField) -> bytes:
    head = _head(4, _bits(record), record.size)
    return head + struct.pack("<HH", record.bit_offset, record.bit_precision)


@datatype.register
def _(record: types.Opaque) -> bytes:
    tag = aligned(record.tag)
    return _head(5, len(tag), record.size) + tag


@datatype.register
def _(record: types.Compound) -> bytes:
    width = (record.size.bit_length() + 7) // 8
    return _head(6, len(record.members), record.size) + b"".join(
        member.name + b"\0" + uint(member.offset, width) + datatype(member.datatype)
        for member in record.members
    )


@datatype.register
def _(record: types.Reference) -> bytes:
    return _head(7, record.kind | record.encoding << 4, record.size, version=4)


@datatype.register
def _(record: types.Enumeration) -> bytes:
    names = b"".join(name + b"\0" for name in record.names)
    head = _head(8, len(record.names), record.size)
    return head + datatype(record.base) + names + b"".join(record.values)


@datatype.register
def _(record: types.VariableLength) -> bytes:
    bits = record.is_string | record.padding << 4 | record.character_set << 8
    return _head(9, bits, record.size) + datatype(record.base)


@datatype.register
def _(record: types.Array) -> bytes:
    shape = struct.pack(f"<B{len(record.shape)}I", len(record.shape), *record.shape)
    return _head(10, 0, record.size) + shape + datatype(record.base)


@datatype.register
def _(record: types.Complex) -> bytes:
    return _head(11, 1 | record.form << 1, record.size, version=5) + datatype(record.base)


# -- IV.A.2.i: layouts, version 4 or 5 (3 for the version 1 B-tree)


def layout(context: Context, record: layouts.DataLayout) -> bytes:
    if isinstance(record, layouts.Compact):
        return bytes([4, 0]) + uint(len(record.data), 2) + record.data
    if isinstance(record, layouts.Contiguous):
        return bytes([4, 1]) + address(context, record.address) + length(context, record.size)
    if isinstance(record, layouts.Virtual):
        return bytes([4, 3]) + address(context, record.address) + uint(record.index, 4)
    return _chunked(context, record)


def _chunked(context: Context, record: layouts.Chunked) -> bytes:
    sizes = (*record.chunk_shape, record.element_size)
    index = record.index
    where = address(context, index.address)
    if isinstance(index, layouts.BTreeV1Index):
        return bytes([3, 2, len(sizes)]) + where + struct.pack(f"<{len(sizes)}I", *sizes)
    width = (max(sizes).bit_length() + 7) // 8
    filtered = isinstance(index, layouts.SingleChunkIndex) and index.size is not None
    flags = record.edge_chunks_unfiltered | filtered << 1
    head = bytes([record.version, 2, flags, len(sizes), width])
    return head + b"".join(uint(n, width) for n in sizes) + _index(context, index) + where


def _index(context: Context, index: layouts.ChunkIndex) -> bytes:
    match index:
        case layouts.SingleChunkIndex(size=size, filter_mask=mask):
            return b"\1" + (b"" if size is None else length(context, size) + uint(mask, 4))
        case layouts.ImplicitIndex():
            return b"\2"
        case layouts.FixedArrayIndex(page_bits=bits):
            return bytes([3, bits])
        case layouts.ExtensibleArrayIndex(_, bits, elements, pointers, least, pages):
            return bytes([4, bits, elements, pointers, least, pages])
        case layouts.BTreeV2Index(_, size, split, merge):
            return b"\5" + uint(size, 4) + bytes([split, merge])
    raise TypeError(f"no encoder of {index}")
