"""What all compressors of the Lempel-Ziv family share: copies of earlier output."""

from __future__ import annotations

from ..errors import FormatError

__all__ = ["copy_back"]


def copy_back(name: str, out: bytearray, distance: int, length: int) -> None:
    """Append `length` bytes that stand `distance` (at least 1) before the end of `out`."""
    start = len(out) - distance
    if start < 0 or not distance:
        raise FormatError("a copy from before the first byte", structure=f"{name} filter")
    piece = out[start : start + length]
    if len(piece) < length:  # the copy overlaps itself: its bytes repeat
        piece = (piece * (length // len(piece) + 1))[:length]
    out += piece
