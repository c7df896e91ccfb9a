"""The element of an array-type chunk index (VII.C, VII.D): where one chunk lies."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

from ..errors import FormatError
from .block import U32, Bytes, Offset, make_block
from .context import Context

__all__ = ["UNFILTERED", "chunk_element", "size_width"]

UNFILTERED, FILTERED = 0, 1  # client IDs


def size_width(client: int, element_size: int, context: Context) -> int:
    """Bytes of the chunk size in an element of `element_size` bytes; 0 where it has none."""
    if client not in (UNFILTERED, FILTERED):
        raise FormatError("unknown client", field="client ID", expected="0 or 1", found=client)
    width = element_size - context.offset_size - (4 if client == FILTERED else 0)
    if (client == UNFILTERED and width != 0) or (client == FILTERED and not 1 <= width <= 8):
        raise FormatError(
            "an impossible size of elements", field="element size", found=element_size
        )
    return width


@cache
def chunk_element(width: int) -> type[Any]:
    """The block of one element; with `width` bytes of chunk size, unless that is 0."""
    if width == 0:
        return make_block("chunk index element", "VII", address=Offset)
    size = Annotated[bytes, Bytes(width)]
    return make_block(
        "chunk index element, filtered", "VII", address=Offset, chunk_size=size, filter_mask=U32
    )
