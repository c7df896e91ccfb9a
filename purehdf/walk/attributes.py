"""Attributes: from an object header to its attribute messages (IV.A.2.m)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..errors import FormatError, PureHDFError
from ..format.datatypes import Datatype
from ..format.messages.attribute import (
    Attribute,
    AttributeInfo,
)
from ..format.messages.dataspace import Dataspace
from ..format.object_header import MESSAGE_SHARED, Message
from .dense_attributes import (
    ATTRIBUTE,
    ATTRIBUTE_INFO,
    decoded_attribute,
    dense_attributes,
)
from .headers import ObjectHeader
from .messages import decode_part, find_message, resolve
from .reader import Reader

__all__ = ["ATTRIBUTE", "attribute_types", "object_attributes"]

DATASPACE, DATATYPE = 0x01, 0x03


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
        else decoded_attribute(reader, messages.bodies[i], messages.offsets[i])
        for i in places
    ]
    orders = [0 if messages.orders is None else messages.orders[i] for i in places]
    if info is not None and info.fractal_heap_address is not None:
        dense, dense_orders = await dense_attributes(reader, header)
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


async def _shared(reader: Reader, message: Message) -> Attribute | PureHDFError:
    try:
        message = await resolve(reader, message)
    except PureHDFError as error:
        return error
    return decoded_attribute(reader, message.body, message.offset)


async def attribute_types(reader: Reader, attribute: Attribute) -> tuple[Datatype, Dataspace]:
    """Return datatype and dataspace of an attribute, from wherever they are kept."""
    return await reader.once(_types, attribute, attribute.head)


async def _types(reader: Reader, attribute: Attribute) -> tuple[Datatype, Dataspace]:
    return (
        await decode_part(reader, attribute.datatype, DATATYPE),
        await decode_part(reader, attribute.dataspace, DATASPACE),
    )
