"""Attributes: from an object header to its attribute messages (IV.A.2.m)."""

from __future__ import annotations

from ..errors import PureHDFError, UnsupportedError
from ..format.datatypes import Datatype
from ..format.messages.attribute import Attribute, AttributeInfo
from ..format.messages.dataspace import Dataspace
from .headers import ObjectHeader, decode_part, find_message, find_messages
from .reader import Reader

__all__ = ["attribute_types", "object_attributes"]

DATASPACE, DATATYPE, ATTRIBUTE, ATTRIBUTE_INFO = 0x01, 0x03, 0x0C, 0x15


async def object_attributes(reader: Reader, header: ObjectHeader) -> list[Attribute | PureHDFError]:
    """Return the attributes of an object in the order in which h5py lists them.

    An attribute that cannot be decoded comes as its error, in its place.
    """
    info: AttributeInfo | None = await find_message(reader, header, ATTRIBUTE_INFO)
    if info is not None and info.fractal_heap_address is not None:
        raise UnsupportedError(
            "attributes in dense storage (a fractal heap) are not read yet",
            structure="attribute info message",
            section="IV.A.2.v",
        )
    found = await find_messages(reader, header, ATTRIBUTE)
    if info is not None and info.creation_order_tracked:
        orders = [m.creation_order or 0 for m in header.messages if m.type == ATTRIBUTE]
        return [found[i] for i in sorted(range(len(found)), key=orders.__getitem__)]
    return sorted(found, key=lambda a: b"" if isinstance(a, PureHDFError) else a.name)


async def attribute_types(reader: Reader, attribute: Attribute) -> tuple[Datatype, Dataspace]:
    """Return datatype and dataspace of an attribute, from wherever they are kept."""
    return (
        await decode_part(reader, attribute.datatype, DATATYPE),
        await decode_part(reader, attribute.dataspace, DATASPACE),
    )
