"""Header messages (IV.A.2): decoding them, from wherever they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import FormatError, PureHDFError, UnsupportedError
from ..format.messages import MESSAGES, decoder_of
from ..format.messages.attribute import Part
from ..format.messages.shared import HeapMessage, decode_shared_message
from ..format.object_header import MESSAGE_SHARED, Message
from ..format.shared_message_table import (
    SharedMessageIndex,
    SharedMessageTable,
    decode_shared_message_table,
)
from .fractal_heap import HeapObject, heap_objects
from .headers import ObjectHeader, object_header
from .reader import Reader

__all__ = [
    "decode_message",
    "decode_part",
    "find_message",
    "find_messages",
    "heap_messages",
    "resolve",
]

SHARED_MESSAGE_TABLE = 0x0F

# Dataspace, link info, datatype, fill values, pipeline and attribute info: their records say
# nothing of their place.
_PLACELESS = frozenset((0x01, 0x02, 0x03, 0x04, 0x05, 0x0B, 0x15))


def decode_message(reader: Reader, message: Message) -> Any:
    """Decode the body of `message`, which is of a type that has a decoder."""
    return _decode_body(reader, message.type, message.body, message.offset)


def _decode_body(reader: Reader, number: int, body: bytes, offset: int) -> Any:
    decode = decoder_of(number)
    if decode is None:
        kind = MESSAGES[number]
        raise UnsupportedError(
            f"the {kind.title} message is not read yet", section=kind.section, offset=offset
        )
    if number in _PLACELESS:
        return reader.decode_same(decode, body, offset)
    return reader.decode_body(decode, body, offset)


async def find_message(reader: Reader, header: ObjectHeader, number: int) -> Any:
    """Return the first message of type `number`, decoded, or None."""
    if number not in header.types:
        return None
    i, messages = header.types.index(number), header.messages
    try:
        if messages.flags[i] & MESSAGE_SHARED:
            return decode_message(reader, await resolve(reader, messages[i]))
        return _decode_body(reader, number, messages.bodies[i], messages.offsets[i])
    except PureHDFError as error:
        raise error.locate(
            within=f"message {i + 1} of {len(messages)}, {MESSAGES[number].title}"
        ) from error.__cause__


async def find_messages(
    reader: Reader, header: ObjectHeader, number: int
) -> list[Any | PureHDFError]:
    """Return all messages of type `number`; one that is unreadable comes as its error."""
    if number not in header.types:
        return []
    found: list[Any | PureHDFError] = []
    for message in header.messages.of_type(number):
        try:
            whole = await resolve(reader, message) if message.shared else message
            found.append(decode_message(reader, whole))
        except PureHDFError as error:
            found.append(error)
    return found


async def decode_part(reader: Reader, part: Part, number: int) -> Any:
    """Decode a message of type `number` that lies inside an attribute message."""
    message = Message(number, MESSAGE_SHARED if part.shared else 0, part.offset, part.body)
    return decode_message(reader, await resolve(reader, message) if part.shared else message)


async def resolve(reader: Reader, message: Message) -> Message:
    """Return the message itself where `message` is shared, and only says where it lies."""
    number = message.type
    shared = reader.decode_body(decode_shared_message, message.body, message.offset)
    if isinstance(shared, HeapMessage):
        found = await heap_messages(reader, number, [shared.heap_id])
        if isinstance(found[0], PureHDFError):
            raise found[0]
        return Message(number, 0, found[0].offset, found[0].data)
    header = await object_header(reader, shared.address)
    for other in header.messages.of_type(number):
        if not other.shared:
            return other
    raise FormatError(
        f"a shared message leads to an object without a {MESSAGES[number].title} message",
        structure="shared message",
        section="IV.A.2",
        offset=reader.base_address + shared.address,
    )


async def heap_messages(
    reader: Reader, number: int, ids: Sequence[bytes]
) -> list[HeapObject | PureHDFError]:
    """Return the bytes of messages of type `number` from the heap of shared messages (III.I)."""
    for index in await _shared_message_indexes(reader):
        if index.message_type_flags >> number & 1 and index.fractal_heap_address is not None:
            return await heap_objects(reader, index.fractal_heap_address, ids)
    raise FormatError(
        f"no heap of shared {MESSAGES[number].title} messages",
        structure="shared message table",
        section="III.I",
    )


async def _shared_message_indexes(reader: Reader) -> tuple[SharedMessageIndex, ...]:
    """The indexes of shared messages, which the superblock extension leads to."""
    if reader.extension_address is None:
        return ()
    extension = await object_header(reader, reader.extension_address)
    table: SharedMessageTable | None = await find_message(reader, extension, SHARED_MESSAGE_TABLE)
    if table is None:
        return ()
    return await reader.load(
        decode_shared_message_table, table.shared_message_table_address, table.number_of_indices
    )
