"""Header messages (IV.A.2): number -> title, section and decoder."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from ..cursor import Cursor
from ..record import Record

__all__ = ["MESSAGES", "MessageType", "decoder_of"]

Decode = Callable[[Cursor], Any]


class MessageType(Record):
    """A kind of header message, and the module with its decoder.

    Few files have messages of all kinds: a module is imported for the first of its own.
    """

    number: int
    title: str
    section: str
    module: str = ""
    decoder: str = ""

    @property
    def decode(self) -> Decode | None:
        """The decoder; None where the body means nothing."""
        return decoder_of(self.number)


@cache
def decoder_of(number: int) -> Decode | None:
    """The decoder of messages of type `number`; None where the body means nothing."""
    kind = MESSAGES[number]
    decode: Decode | None = None
    if kind.module:
        decode = getattr(import_module(kind.module, __package__), kind.decoder)
    return decode


MESSAGES: dict[int, MessageType] = {
    kind.number: kind
    for kind in (
        MessageType(0x00, "NIL", "IV.A.2.a"),
        MessageType(0x01, "dataspace", "IV.A.2.b", ".dataspace", "decode_dataspace"),
        MessageType(0x02, "link info", "IV.A.2.c", ".link", "decode_link_info"),
        MessageType(0x03, "datatype", "IV.A.2.d", ".datatype", "decode_datatype"),
        MessageType(0x04, "fill value (old)", "IV.A.2.e", ".fill_value", "decode_old_fill_value"),
        MessageType(0x05, "fill value", "IV.A.2.f", ".fill_value", "decode_fill_value"),
        MessageType(0x06, "link", "IV.A.2.g", ".link", "decode_link"),
        MessageType(
            0x07, "external data files", "IV.A.2.h", ".external", "decode_external_storage"
        ),
        MessageType(0x08, "data layout", "IV.A.2.i", ".data_layout", "decode_data_layout"),
        MessageType(0x09, "bogus", "IV.A.2.j", ".other", "decode_bogus"),
        MessageType(0x0A, "group info", "IV.A.2.k", ".link", "decode_group_info"),
        MessageType(
            0x0B, "filter pipeline", "IV.A.2.l", ".filter_pipeline", "decode_filter_pipeline"
        ),
        MessageType(0x0C, "attribute", "IV.A.2.m", ".attribute", "decode_attribute"),
        MessageType(0x0D, "object comment", "IV.A.2.n", ".other", "decode_comment"),
        MessageType(
            0x0E,
            "object modification time (old)",
            "IV.A.2.o",
            ".other",
            "decode_old_modification_time",
        ),
        MessageType(
            0x0F,
            "shared message table",
            "IV.A.2.p",
            "..shared_message_table",
            "decode_shared_message_table_message",
        ),
        MessageType(
            0x10, "object header continuation", "IV.A.2.q", ".other", "decode_continuation_message"
        ),
        MessageType(0x11, "symbol table", "IV.A.2.r", ".other", "decode_symbol_table"),
        MessageType(
            0x12, "object modification time", "IV.A.2.s", ".other", "decode_modification_time"
        ),
        MessageType(0x13, "B-tree K values", "IV.A.2.t", ".other", "decode_btree_k_values"),
        MessageType(0x14, "driver info", "IV.A.2.u", "..driver_info", "decode_driver_info_message"),
        MessageType(0x15, "attribute info", "IV.A.2.v", ".attribute", "decode_attribute_info"),
        MessageType(0x16, "object reference count", "IV.A.2.w", ".other", "decode_reference_count"),
        MessageType(0x17, "file space info", "IV.A.2.x", ".file_space", "decode_file_space_info"),
        # libhdf5's own; the specification goes up to 0x17.
        MessageType(
            0x18, "metadata cache image", "II.C", "..cache_image", "decode_cache_image_message"
        ),
    )
}
