"""Filter 3, fletcher32: a checksum behind the data."""

from __future__ import annotations

import numpy as np

from ..errors import ChecksumError, TruncatedError
from ..format.buffer import Buffer

__all__ = ["FLETCHER32", "decode", "fletcher32"]

FLETCHER32 = 3

_BLOCK = 1 << 16  # 16-bit words at a time, so that the sums fit 64 bits


def fletcher32(data: Buffer) -> int:
    """Return HDF5's variant: big-endian words, an odd byte as the high half of a last one.

    Sums are folded, not reduced modulo 65535: a sum that is not zero never becomes zero.
    """
    words = np.frombuffer(data, ">u2", len(data) // 2)
    sum1 = sum2 = 0
    for start in range(0, len(words), _BLOCK):
        block = words[start : start + _BLOCK].astype(np.uint64)
        weights = np.arange(len(block), 0, -1, dtype=np.uint64)
        sum2 += len(block) * sum1 + int(np.dot(block, weights))
        sum1 += int(block.sum())
    if len(data) % 2:
        sum1 += data[-1] << 8
        sum2 += sum1
    return _fold(sum2) << 16 | _fold(sum1)


def _fold(total: int) -> int:
    return (total - 1) % 0xFFFF + 1 if total else 0


def decode(data: Buffer, parameters: tuple[int, ...], limit: int) -> Buffer:
    """Verify the checksum and take it off.

    Early versions of the library stored it with the bytes of each half exchanged.
    """
    if len(data) < 4:
        raise TruncatedError(
            "no room for the checksum", structure="fletcher32 filter", expected=4, found=len(data)
        )
    body, tail = data[:-4], bytes(data[-4:])
    computed = fletcher32(body)
    stored = int.from_bytes(tail, "little")
    exchanged = int.from_bytes(bytes((tail[1], tail[0], tail[3], tail[2])), "little")
    if computed not in (stored, exchanged):
        raise ChecksumError(
            "the chunk's checksum differs",
            structure="fletcher32 filter",
            expected=f"{computed:#010x}",
            found=f"{stored:#010x}",
        )
    return body
