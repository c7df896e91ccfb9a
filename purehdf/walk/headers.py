"""Object headers (IV.A.1): all messages of an object, from all blocks of its header."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import FormatError, LimitError, UnsupportedError
from ..format.messages import MESSAGES
from ..format.messages.other import Continuation, decode_continuation_message
from ..format.object_header import (
    HeaderBlock,
    Message,
    decode_continuation,
    decode_object_header,
)
from .need import together
from .reader import Reader

__all__ = ["ObjectHeader", "object_header"]

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
    _check_count(reader, address, messages)
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
        _check_count(reader, address, messages)
    if block.message_count is not None and len(messages) > block.message_count:
        raise FormatError(
            "more messages than the header states",
            structure="object header",
            section="IV.A.1.a",
            field="number of header messages",
            expected=f"at most {block.message_count}",
            found=len(messages),
            offset=reader.base_address + address,
        )
    _refuse_unknown(messages)
    return ObjectHeader(address, block, tuple(messages))


def _check_count(reader: Reader, address: int, messages: list[Message]) -> None:
    limit = reader.limits.header_messages
    if len(messages) > limit:
        raise LimitError(
            "too many messages",
            structure="object header",
            section="IV.A.1",
            expected=f"at most {limit}",
            found=len(messages),
            offset=reader.base_address + address,
        )


def _continuations(reader: Reader, messages: Iterable[Message]) -> list[Continuation]:
    return [
        reader.decode_body(decode_continuation_message, m.body, m.offset)
        for m in messages
        if m.type == CONTINUATION
    ]


def _refuse_unknown(messages: Iterable[Message]) -> None:
    for message in messages:
        if message.type not in MESSAGES and message.flags & _FAIL_IF_UNKNOWN:
            raise UnsupportedError(
                f"message type {message.type:#x}, which must not be passed over",
                structure="object header message",
                section="IV.A.2",
                offset=message.offset,
            )
