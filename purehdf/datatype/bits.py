"""Bit fields of many elements at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["bit_field", "little_endian"]

AnyArray = np.ndarray[Any, Any]
Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Words = np.ndarray[Any, np.dtype[np.uint64]]


def little_endian(raw: AnyArray, byte_order: str) -> Bytes:
    """Return the bytes of the elements of `raw` as (n, size), the least significant first.

    `byte_order` is "<", ">", or "vax": 16-bit words with the most significant first.
    """
    size = raw.dtype.itemsize
    table = np.ascontiguousarray(raw).reshape(-1).view(np.uint8).reshape(-1, size)
    if byte_order == "vax" and size % 2 == 0:
        return table.reshape(-1, size // 2, 2)[:, ::-1].reshape(-1, size)
    return table[:, ::-1] if byte_order == ">" else table


def bit_field(table: Bytes, location: int, width: int) -> Words:
    """Return `width` bits (at most 64) from bit `location` of each element, as uint64 (n,)."""
    first, shift = divmod(location, 8)
    out = np.zeros(len(table), np.uint64)
    for k in range(first, -(-(location + width) // 8)):
        byte = table[:, k].astype(np.uint64)
        place = 8 * (k - first) - shift
        out |= byte << np.uint64(place) if place >= 0 else byte >> np.uint64(-place)
    return out & np.uint64((1 << width) - 1) if width < 64 else out
