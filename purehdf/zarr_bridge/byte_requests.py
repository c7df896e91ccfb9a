"""Requests of zarr for parts of values as slices, and what is found as its buffers."""

from __future__ import annotations

from typing import Any

from zarr.abc.store import (
    ByteRequest,
    OffsetByteRequest,
    RangeByteRequest,
    SuffixByteRequest,
)
from zarr.core.buffer import Buffer, BufferPrototype, default_buffer_prototype

__all__ = ["buffer_of", "slice_of"]


def slice_of(byte_range: ByteRequest | None) -> slice:
    """A request for bytes, as a slice of all of them."""
    if byte_range is None:
        return slice(None)
    if isinstance(byte_range, RangeByteRequest):
        return slice(byte_range.start, byte_range.end)
    if isinstance(byte_range, OffsetByteRequest):
        return slice(byte_range.offset, None)
    if isinstance(byte_range, SuffixByteRequest):
        return slice(-byte_range.suffix, None) if byte_range.suffix else slice(0, 0)
    raise TypeError(f"Unexpected byte_range, got {byte_range!r}.")  # as zarr's own stores


def buffer_of(data: Any, prototype: BufferPrototype | None) -> Buffer | None:
    """A value as one of zarr's buffers; None stays None."""
    if data is None:
        return None
    return (prototype or default_buffer_prototype()).buffer.from_bytes(data)
