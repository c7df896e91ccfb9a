"""Header messages (IV.A.2): number -> title, section and decoder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..cache_image import decode_cache_image_message
from ..cursor import Cursor
from ..driver_info import decode_driver_info_message
from ..shared_message_table import decode_shared_message_table_message
from .attribute import decode_attribute, decode_attribute_info
from .data_layout import decode_data_layout
from .dataspace import decode_dataspace
from .datatype import decode_datatype
from .external import decode_external_storage
from .file_space import decode_file_space_info
from .fill_value import decode_fill_value, decode_old_fill_value
from .filter_pipeline import decode_filter_pipeline
from .link import decode_group_info, decode_link, decode_link_info
from .other import (
    decode_bogus,
    decode_btree_k_values,
    decode_comment,
    decode_continuation_message,
    decode_modification_time,
    decode_old_modification_time,
    decode_reference_count,
    decode_symbol_table,
)

__all__ = ["MESSAGES", "MessageType"]


class MessageType(NamedTuple):
    """A kind of header message; `decode` is None where the body means nothing."""

    number: int
    title: str
    section: str
    decode: Callable[[Cursor], Any] | None


MESSAGES: dict[int, MessageType] = {
    kind.number: kind
    for kind in (
        MessageType(0x00, "NIL", "IV.A.2.a", None),
        MessageType(0x01, "dataspace", "IV.A.2.b", decode_dataspace),
        MessageType(0x02, "link info", "IV.A.2.c", decode_link_info),
        MessageType(0x03, "datatype", "IV.A.2.d", decode_datatype),
        MessageType(0x04, "fill value (old)", "IV.A.2.e", decode_old_fill_value),
        MessageType(0x05, "fill value", "IV.A.2.f", decode_fill_value),
        MessageType(0x06, "link", "IV.A.2.g", decode_link),
        MessageType(0x07, "external data files", "IV.A.2.h", decode_external_storage),
        MessageType(0x08, "data layout", "IV.A.2.i", decode_data_layout),
        MessageType(0x09, "bogus", "IV.A.2.j", decode_bogus),
        MessageType(0x0A, "group info", "IV.A.2.k", decode_group_info),
        MessageType(0x0B, "filter pipeline", "IV.A.2.l", decode_filter_pipeline),
        MessageType(0x0C, "attribute", "IV.A.2.m", decode_attribute),
        MessageType(0x0D, "object comment", "IV.A.2.n", decode_comment),
        MessageType(
            0x0E, "object modification time (old)", "IV.A.2.o", decode_old_modification_time
        ),
        MessageType(0x0F, "shared message table", "IV.A.2.p", decode_shared_message_table_message),
        MessageType(0x10, "object header continuation", "IV.A.2.q", decode_continuation_message),
        MessageType(0x11, "symbol table", "IV.A.2.r", decode_symbol_table),
        MessageType(0x12, "object modification time", "IV.A.2.s", decode_modification_time),
        MessageType(0x13, "B-tree K values", "IV.A.2.t", decode_btree_k_values),
        MessageType(0x14, "driver info", "IV.A.2.u", decode_driver_info_message),
        MessageType(0x15, "attribute info", "IV.A.2.v", decode_attribute_info),
        MessageType(0x16, "object reference count", "IV.A.2.w", decode_reference_count),
        MessageType(0x17, "file space info", "IV.A.2.x", decode_file_space_info),
        # libhdf5's own; the specification goes up to 0x17.
        MessageType(0x18, "metadata cache image", "II.C", decode_cache_image_message),
    )
}
