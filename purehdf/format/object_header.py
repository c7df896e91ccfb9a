"""Object headers (IV.A.1): the list of messages that is an object.

Only the framing is decoded here.  A message stays bytes, with its place in the file,
until someone asks for it: ``format.messages`` has the decoders.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from ..errors import FormatError, TruncatedError
from .block import U8, U16, U32, Bytes, Signature, Version, block
from .cursor import Cursor
from .record import Record
from .structure import structure

__all__ = ["HeaderBlock", "Message", "Messages", "decode_continuation", "decode_object_header"]

MESSAGE_SHARED = 0x02  # flag of a message: its body says where the real one is

_NOT_SHAREABLE, _SHAREABLE = 0x04, 0x40
_BOGUS, _LAST_TYPE = 0x09, 0x18  # nothing is known of the first, nor beyond the last
_SHAREABLE_TYPES = (0x01, 0x03, 0x04, 0x05, 0x0B, 0x0C)  # dataspace, datatype, fill, ...

_TIMES_STORED = 0x20  # flags of a version 2 header
_PHASE_CHANGE_STORED = 0x10
_CREATION_ORDER_TRACKED = 0x04


@block("object header prefix, version 1", "IV.A.1.a")
class HeaderPrefixV1:
    version: Annotated[int, Version(1)]
    reserved: Annotated[bytes, Bytes(1)]
    number_of_header_messages: U16
    object_reference_count: U32
    object_header_size: U32
    padding: Annotated[bytes, Bytes(4)]


@block("object header message, version 1", "IV.A.1.a")
class MessagePrefixV1:
    message_type: U16
    message_size: U16
    message_flags: U8
    reserved: Annotated[bytes, Bytes(3)]


@block("object header prefix, version 2", "IV.A.1.b")
class HeaderPrefixV2:
    signature: Annotated[bytes, Signature(b"OHDR")]
    version: Annotated[int, Version(2)]
    flags: U8


@block("object header times, version 2", "IV.A.1.b")
class HeaderTimes:
    access_time: U32
    modification_time: U32
    change_time: U32
    birth_time: U32


@block("object header attribute phase change, version 2", "IV.A.1.b")
class HeaderPhaseChange:
    maximum_compact_attributes: U16
    minimum_dense_attributes: U16


@block("object header message, version 2", "IV.A.1.b")
class MessagePrefixV2:
    message_type: U8
    message_size: U16
    message_flags: U8


@block("object header message, version 2", "IV.A.1.b")
class OrderedMessagePrefixV2:
    message_type: U8
    message_size: U16
    message_flags: U8
    creation_order: U16


@block("object header continuation block", "IV.A.1.b")
class ContinuationPrefixV2:
    signature: Annotated[bytes, Signature(b"OCHK")]


class Message(Record):
    """One header message as it lies in the file.

    ``offset`` is the file offset of ``body``; ``creation_order`` is None where the header
    does not keep it.
    """

    type: int
    flags: int
    offset: int
    body: bytes
    creation_order: int | None = None

    @property
    def shared(self) -> bool:
        """Whether the body only says where the message is."""
        return bool(self.flags & MESSAGE_SHARED)


class Messages(Sequence[Message]):
    """Header messages in order, as columns: a file has far more of them than anyone looks at.

    ``orders`` is None where none has a creation order.
    """

    __slots__ = ("bodies", "flags", "offsets", "orders", "types")

    def __init__(
        self,
        types: tuple[int, ...] = (),
        flags: tuple[int, ...] = (),
        offsets: tuple[int, ...] = (),
        bodies: tuple[bytes, ...] = (),
        orders: tuple[int, ...] | None = None,
    ) -> None:
        self.types = types
        self.flags = flags
        self.offsets = offsets
        self.bodies = bodies
        self.orders = orders

    def __len__(self) -> int:
        return len(self.types)

    def __getitem__(self, i: int) -> Message:  # type: ignore[override]  # nobody takes slices
        order = None if self.orders is None else self.orders[i]
        return Message.make((self.types[i], self.flags[i], self.offsets[i], self.bodies[i], order))

    def of_type(self, number: int) -> list[Message]:
        """Those of one type."""
        return [self[i] for i, kind in enumerate(self.types) if kind == number]

    def __add__(self, other: Messages) -> Messages:
        orders = None
        if self.orders is not None or other.orders is not None:
            orders = (self.orders or ()) + (other.orders or ())
        return Messages(
            self.types + other.types,
            self.flags + other.flags,
            self.offsets + other.offsets,
            self.bodies + other.bodies,
            orders,
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))


class HeaderBlock(Record):
    """The prefix of an object header with the messages of its first block.

    ``message_count`` is the number of messages in all blocks, where the version states it.
    """

    version: int
    flags: int
    messages: Messages
    message_count: int | None = None
    reference_count: int | None = None
    times: HeaderTimes | None = None
    phase_change: HeaderPhaseChange | None = None


@structure("object header", "IV.A.1")
def decode_object_header(cursor: Cursor) -> HeaderBlock:
    """Decode the header of an object, either version, with its first block of messages."""
    # Version 1 begins with its version, version 2 with the signature "OHDR".
    return _decode_v2(cursor) if cursor.peek() == ord("O") else _decode_v1(cursor)


@structure("object header continuation block", "IV.A.1")
def decode_continuation(cursor: Cursor, size: int, version: int, flags: int) -> Messages:
    """Decode a continuation block of `size` bytes; `version` and `flags` are the header's."""
    if version == 1:
        return _messages_v1(cursor.sub(size))
    cursor.read(ContinuationPrefixV2)
    messages = _messages_v2(cursor.sub(_at_least_zero(size - 8)), flags)
    cursor.verify_checksum()
    return messages


def _at_least_zero(size: int) -> int:
    if size < 0:
        raise TruncatedError("no room for signature and checksum", expected=8, found=size + 8)
    return size


def _decode_v1(cursor: Cursor) -> HeaderBlock:
    prefix = cursor.read(HeaderPrefixV1)
    messages = _messages_v1(cursor.sub(prefix.object_header_size))
    counts = prefix.number_of_header_messages, prefix.object_reference_count
    return HeaderBlock.make((1, 0, messages, *counts, None, None))


def _messages_v1(cursor: Cursor) -> Messages:
    return _messages(cursor, MessagePrefixV1)


def _decode_v2(cursor: Cursor) -> HeaderBlock:
    flags = cursor.read(HeaderPrefixV2).flags
    times = cursor.read(HeaderTimes) if flags & _TIMES_STORED else None
    phase_change = cursor.read(HeaderPhaseChange) if flags & _PHASE_CHANGE_STORED else None
    size = cursor.uint(1 << (flags & 3), "size of chunk 0")
    messages = _messages_v2(cursor.sub(size), flags)
    cursor.verify_checksum()
    return HeaderBlock.make((2, flags, messages, None, None, times, phase_change))


def _messages_v2(cursor: Cursor, flags: int) -> Messages:
    if flags & _CREATION_ORDER_TRACKED:
        messages = _messages(cursor, OrderedMessagePrefixV2)
    else:
        messages = _messages(cursor, MessagePrefixV2)
    if cursor.remaining:
        cursor.skip(cursor.remaining, "gap")  # too small for a message
    return messages


def _messages(cursor: Cursor, prefix_type: type[Any]) -> Messages:
    most = cursor.limits.header_messages
    frames = cursor.framed(prefix_type, "message_size", "message", most)
    types, flags = frames.column("message_type"), frames.column("message_flags")
    ordered = prefix_type is OrderedMessagePrefixV2
    orders = frames.column("creation_order") if ordered else None
    if max(flags, default=0) >= _SHAREABLE:
        for number, flag, offset in zip(types, flags, frames.offsets, strict=True):
            _check_shareable(number, flag, offset)
    return Messages(types, flags, frames.offsets, frames.contents, orders)


def _check_shareable(number: int, flags: int, offset: int) -> None:
    """Flags that no writer combines are damage."""
    if not flags & _SHAREABLE:
        return
    shareable = number in _SHAREABLE_TYPES or number == _BOGUS or number > _LAST_TYPE
    if flags & _NOT_SHAREABLE or not shareable:
        raise FormatError(
            "a message that cannot be shared is marked as shareable",
            field="message flags",
            found=f"{flags:#04x} for message type {number:#x}",
            offset=offset,
        )
