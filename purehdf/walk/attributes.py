"""Attributes: from an object header to its attribute messages (IV.A.2.m)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Coroutine, Sequence
from typing import Any

from ..errors import FormatError, PureHDFError
from ..format.btree_v2 import AttributeNameRecord
from ..format.datatypes import Datatype
from ..format.messages.attribute import (
    Attribute,
    AttributeInfo,
    attribute_at_hand,
    decode_attribute,
)
from ..format.messages.dataspace import Dataspace
from ..format.object_header import MESSAGE_SHARED, Message
from .btrees import btree_v2_records
from .fractal_heap import heap_objects, heap_root
from .headers import ObjectHeader
from .messages import decode_part, find_message, heap_messages, resolve
from .need import together
from .reader import Reader

__all__ = ["ATTRIBUTE", "attribute_types", "object_attributes"]

DATASPACE, DATATYPE, ATTRIBUTE, ATTRIBUTE_INFO = 0x01, 0x03, 0x0C, 0x15


async def object_attributes(reader: Reader, header: ObjectHeader) -> list[Attribute | PureHDFError]:
    """Return the attributes of an object in the order in which h5py lists them.

    An attribute that cannot be decoded comes as its error, in its place.
    """
    info: AttributeInfo | None = await find_message(reader, header, ATTRIBUTE_INFO)
    messages = header.messages
    places = [i for i, number in enumerate(messages.types) if number == ATTRIBUTE]
    found = [
        await _shared(reader, messages[i])
        if messages.flags[i] & MESSAGE_SHARED
        else _decoded(reader, messages.bodies[i], messages.offsets[i])
        for i in places
    ]
    orders = [0 if messages.orders is None else messages.orders[i] for i in places]
    if info is not None and info.fractal_heap_address is not None:
        dense, dense_orders = await _dense_attributes(reader, info)
        found, orders = found + dense, orders + dense_orders
    names = [b"" if isinstance(a, PureHDFError) else a.message.head.name for a in found]
    found = _unambiguous(reader, header, found, names)
    by = orders if info is not None and info.creation_order_tracked else names
    return [found[i] for i in sorted(range(len(found)), key=by.__getitem__)]


def _unambiguous(
    reader: Reader,
    header: ObjectHeader,
    found: list[Attribute | PureHDFError],
    names: Sequence[bytes],
) -> list[Attribute | PureHDFError]:
    """Attributes of one name come as an error: there is no telling which one is meant."""
    if len(set(names)) == len(names):
        return found
    times = Counter(names)
    return [
        FormatError(
            "attributes of the same name",
            structure="attribute message",
            section="IV.A.2.m",
            found=name.decode("utf-8", "replace"),
            offset=reader.base_address + header.address,
        )
        if isinstance(each, Attribute) and times[name] > 1
        else each
        for each, name in zip(found, names, strict=True)
    ]


async def _dense_attributes(
    reader: Reader, info: AttributeInfo
) -> tuple[list[Attribute | PureHDFError], list[int]]:
    """Attributes in a fractal heap with their creation orders, by way of their name index."""
    if info.name_index_address is None or info.fractal_heap_address is None:
        return [], []
    walks: list[Coroutine[Any, Any, Any]] = [
        btree_v2_records(reader, info.name_index_address, 8, AttributeNameRecord),
        heap_root(reader, info.fractal_heap_address),
    ]
    records, _ = await together(walks)
    ids = records["heap_id"].tolist()
    flags = records["message_flags"].tolist()
    objects = await heap_objects(reader, info.fractal_heap_address, ids)
    shared = [i for i, flag in enumerate(flags) if flag & MESSAGE_SHARED]
    if shared:  # those lie in the heap of all shared attributes instead
        for i, item in zip(
            shared, await heap_messages(reader, ATTRIBUTE, [ids[i] for i in shared]), strict=True
        ):
            objects[i] = item
    found = [
        item if isinstance(item, PureHDFError) else _decoded(reader, item.data, item.offset)
        for item in objects
    ]
    return found, records["creation_order"].tolist()


async def _shared(reader: Reader, message: Message) -> Attribute | PureHDFError:
    try:
        message = await resolve(reader, message)
    except PureHDFError as error:
        return error
    return _decoded(reader, message.body, message.offset)


def _decoded(reader: Reader, body: bytes, offset: int) -> Attribute | PureHDFError:
    message = None if reader.tracer else attribute_at_hand(reader.memory, body)
    try:
        if message is None:
            message = reader.decode_body(decode_attribute, body, offset)
    except PureHDFError as error:
        return error
    return Attribute.make((message, offset))


async def attribute_types(reader: Reader, attribute: Attribute) -> tuple[Datatype, Dataspace]:
    """Return datatype and dataspace of an attribute, from wherever they are kept."""
    return await reader.once(_types, attribute, attribute.head)


async def _types(reader: Reader, attribute: Attribute) -> tuple[Datatype, Dataspace]:
    return (
        await decode_part(reader, attribute.datatype, DATATYPE),
        await decode_part(reader, attribute.dataspace, DATASPACE),
    )
