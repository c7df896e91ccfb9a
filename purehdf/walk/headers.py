"""Object headers (IV.A.1): all messages of an object, from all blocks of its header."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import add

from ..errors import FormatError, LimitError, PureHDFError, UnsupportedError
from ..format.messages import MESSAGES
from ..format.messages.other import Continuation, decode_continuation_message
from ..format.object_header import (
    HeaderBlock,
    Message,
    Messages,
    decode_continuation,
    decode_object_header,
)
from ..format.record import Record
from .need import result_of
from .reader import Reader, Wanted

__all__ = ["ObjectHeader", "object_header", "object_headers"]

CONTINUATION = 0x10
_FAIL_IF_UNKNOWN = 0x80
_MOST_SIBLINGS = 128
_KNOWN = frozenset(MESSAGES)


class ObjectHeader(Record, eq=False):
    """An object: its header's address and first block, and the messages of all blocks.

    ``types`` are those of the messages, in order.  ``siblings`` are headers that were loaded
    together with this one, itself among them: who asks something of one often asks it of all.
    One reader makes one record for each header, so identity is equality.
    """

    address: int
    block: HeaderBlock
    messages: Messages
    types: tuple[int, ...]
    siblings: list[ObjectHeader]


async def object_header(reader: Reader, address: int) -> ObjectHeader:
    """Load the object header at `address` with all of its continuation blocks."""
    (found,) = await object_headers(reader, [address])
    return result_of(found)


async def object_headers(
    reader: Reader, addresses: Sequence[int]
) -> list[ObjectHeader | PureHDFError]:
    """Load the object headers at `addresses` side by side, like :func:`object_header`.

    One that cannot be read comes as its error, in its place.
    """
    return await reader.once_each(_object_headers, addresses)


async def _object_headers(
    reader: Reader, addresses: Sequence[int]
) -> list[ObjectHeader | PureHDFError]:
    # What is made of the blocks is kept, and not the blocks too.
    blocks = await reader.load_each([(decode_object_header, a, ()) for a in addresses], keep=False)
    whole: list[Messages | PureHDFError] = [
        block if isinstance(block, PureHDFError) else block.messages for block in blocks
    ]
    parts = {
        i: _Parts(reader, addresses[i], blocks[i])
        for i, messages in enumerate(whole)
        if isinstance(messages, Messages) and CONTINUATION in messages.types
    }
    while growing := [part for part in parts.values() if part.level]:
        wanted = [key for part in growing for key in part.wanted()]
        supply = iter(await reader.load_each(wanted, keep=False))
        for part in growing:
            part.add([next(supply) for _ in part.level])
    for i, part in parts.items():
        whole[i] = part.messages if part.error is None else part.error
    found: list[ObjectHeader | PureHDFError] = []
    siblings: list[ObjectHeader] = []
    for each in zip(addresses, blocks, whole, strict=True):
        if len(siblings) == _MOST_SIBLINGS:
            siblings = []
        header = _header(reader, *each, siblings)
        found.append(header)
        if isinstance(header, ObjectHeader):
            siblings.append(header)
    return found


def _header(
    reader: Reader,
    address: int,
    block: HeaderBlock,
    messages: Messages | PureHDFError,
    siblings: list[ObjectHeader],
) -> ObjectHeader | PureHDFError:
    """The header of these messages, or why there is none."""
    if isinstance(messages, PureHDFError):
        return messages
    types = messages.types
    most, stated = reader.limits.header_messages, block.message_count
    if len(types) > most:
        return _too_many(reader, address, most, len(types))
    if stated is not None and len(types) > stated:
        return FormatError(
            "more messages than the header states",
            structure="object header",
            section="IV.A.1.a",
            field="number of header messages",
            expected=f"at most {stated}",
            found=len(types),
            offset=reader.base_address + address,
        )
    if not _KNOWN.issuperset(types) and (error := _unknown(messages)):
        return error
    return ObjectHeader.make((address, block, messages, types, siblings))


def _too_many(reader: Reader, address: int, most: int, found: int) -> LimitError:
    return LimitError(
        "too many messages",
        structure="object header",
        section="IV.A.1",
        expected=f"at most {most}",
        found=found,
        offset=reader.base_address + address,
    )


class _Parts:
    """A header while its blocks are put together: ``level`` are those that come next."""

    def __init__(self, reader: Reader, address: int, block: HeaderBlock) -> None:
        self.reader = reader
        self.address = address
        self.block = block
        self.error: PureHDFError | None = None
        self.messages = Messages()
        self.level: list[Continuation] = []
        self.seen: set[int] = set()
        self.add([block.messages])

    def wanted(self) -> list[Wanted]:
        """The blocks of the level, as the reader is asked for them."""
        version, flags = self.block.version, self.block.flags
        return [(decode_continuation, c.offset, (c.length, version, flags)) for c in self.level]

    def add(self, found: Sequence[Messages | PureHDFError]) -> None:
        """Take the messages of a level, and see what the next one is."""
        try:
            more = reduce(add, map(result_of, found))
            self.messages = self.messages + more
            self._check_count()
            self.level = _continuations(self.reader, more)
            self._check_level()
        except PureHDFError as error:
            self.error, self.level = error, []

    def _check_count(self) -> None:
        most = self.reader.limits.header_messages
        if len(self.messages) > most:
            raise _too_many(self.reader, self.address, most, len(self.messages))

    def _check_level(self) -> None:
        limit = self.reader.limits.header_chunks
        for continuation in self.level:
            if continuation.offset in self.seen or len(self.seen) >= limit:
                raise LimitError(
                    "continuation blocks go in a circle, or there are too many",
                    structure="object header",
                    section="IV.A.1",
                    expected=f"at most {limit}, each once",
                    found=f"a block at address {continuation.offset:#x}",
                    offset=self.reader.base_address + self.address,
                )
            self.seen.add(continuation.offset)


def _continuations(reader: Reader, messages: Messages) -> list[Continuation]:
    return [
        reader.decode_body(decode_continuation_message, message.body, message.offset)
        for message in messages.of_type(CONTINUATION)
    ]


def _unknown(messages: Iterable[Message]) -> UnsupportedError | None:
    """The error of a message that must be understood, and is not."""
    for message in messages:
        if message.flags & _FAIL_IF_UNKNOWN and message.type not in MESSAGES:
            return UnsupportedError(
                f"message type {message.type:#x}, which must not be passed over",
                structure="object header message",
                section="IV.A.2",
                offset=message.offset,
            )
    return None
