"""Object headers (IV.A): all messages of an object, and the ones that are kept elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..errors import FormatError, LimitError, PureHDFError, UnsupportedError
from ..format.messages import MESSAGES
from ..format.messages.attribute import Part
from ..format.messages.other import Continuation
from ..format.messages.shared import SharedMessage, decode_shared_message
from ..format.object_header import (
    HeaderBlock,
    Message,
    decode_continuation,
    decode_object_header,
)
from .need import together
from .reader import Reader

__all__ = [
    "ObjectHeader",
    "decode_message",
    "decode_part",
    "find_message",
    "find_messages",
    "object_header",
]

CONTINUATION = 0x10
_FAIL_IF_UNKNOWN = 0x80


@dataclass(frozen=True, slots=True, eq=False)
class ObjectHeader:
    """An object: its header's address and first block, and the messages of all blocks.

    One reader makes one record for each header, so identity is equality.
    """

    address: int
    block: HeaderBlock
    messages: tuple[Message, ...]

    def has(self, *numbers: int) -> bool:
        """Whether there is a message of any of these types."""
        return any(message.type in numbers for message in self.messages)


async def object_header(reader: Reader, address: int) -> ObjectHeader:
    """Load the object header at `address` with all of its continuation blocks."""
    return await reader.once(_object_header, address)


async def _object_header(reader: Reader, address: int) -> ObjectHeader:
    block = await reader.load(decode_object_header, address)
    messages = list(block.messages)
    level: list[Continuation] = _continuations(reader, messages)
    seen: set[int] = set()
    while level:
        for continuation in level:
            if continuation.offset in seen or len(seen) >= reader.limits.header_chunks:
                raise LimitError(
                    "continuation blocks go in a circle, or there are too many",
                    structure="object header",
                    section="IV.A.1",
                    expected=f"at most {reader.limits.header_chunks}, each once",
                    found=f"a block at address {continuation.offset:#x}",
                    offset=reader.base_address + address,
                )
            seen.add(continuation.offset)
        blocks = await together(
            reader.load(decode_continuation, c.offset, c.length, block.version, block.flags)
            for c in level
        )
        level = []
        for more in blocks:
            messages.extend(more)
            level.extend(_continuations(reader, more))
    _refuse_unknown(messages)
    return ObjectHeader(address, block, tuple(messages))


def _continuations(reader: Reader, messages: Iterable[Message]) -> list[Continuation]:
    return [decode_message(reader, m) for m in messages if m.type == CONTINUATION]


def _refuse_unknown(messages: Iterable[Message]) -> None:
    for message in messages:
        if message.type not in MESSAGES and message.flags & _FAIL_IF_UNKNOWN:
            raise UnsupportedError(
                f"message type {message.type:#x}, which must not be passed over",
                structure="object header message",
                section="IV.A.2",
                offset=message.offset,
            )


def decode_message(reader: Reader, message: Message) -> Any:
    """Decode the body of `message`, which is of a type that has a decoder."""
    kind = MESSAGES[message.type]
    if kind.decode is None:
        raise UnsupportedError(
            f"the {kind.title} message is not read yet", section=kind.section, offset=message.offset
        )
    return reader.decode_body(kind.decode, message.body, message.offset)


async def find_message(reader: Reader, header: ObjectHeader, number: int) -> Any:
    """Return the first message of type `number`, decoded, or None."""
    for i, message in enumerate(header.messages, 1):
        if message.type == number:
            try:
                return await _decode(reader, message)
            except PureHDFError as error:
                raise error.locate(
                    within=f"message {i} of {len(header.messages)}, {MESSAGES[number].title}"
                ) from error.__cause__
    return None


async def find_messages(
    reader: Reader, header: ObjectHeader, number: int
) -> list[Any | PureHDFError]:
    """Return all messages of type `number`; one that is unreadable comes as its error."""
    found: list[Any | PureHDFError] = []
    for message in header.messages:
        if message.type == number:
            try:
                found.append(await _decode(reader, message))
            except PureHDFError as error:
                found.append(error)
    return found


async def _decode(reader: Reader, message: Message) -> Any:
    if not message.shared:
        return decode_message(reader, message)
    return await _shared(reader, message.body, message.offset, message.type)


async def decode_part(reader: Reader, part: Part, number: int) -> Any:
    """Decode a message of type `number` that lies inside an attribute message."""
    if not part.shared:
        return decode_message(reader, Message(number, 0, part.offset, part.body))
    return await _shared(reader, part.body, part.offset, number)


async def _shared(reader: Reader, body: bytes, offset: int, number: int) -> Any:
    """Return the message of type `number` that lies in another object's header."""
    shared: SharedMessage = reader.decode_body(decode_shared_message, body, offset)
    header = await object_header(reader, shared.address)
    for message in header.messages:
        if message.type == number and not message.shared:
            return decode_message(reader, message)
    raise FormatError(
        f"a shared message leads to an object without a {MESSAGES[number].title} message",
        structure="shared message",
        section="IV.A.2",
        offset=reader.base_address + shared.address,
    )
