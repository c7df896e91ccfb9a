"""Filter 32015, zstd: one Zstandard frame."""

from __future__ import annotations

from ..errors import FormatError, TruncatedError
from ..format.buffer import Buffer
from .packages import check_size, find_package, guard, inflate

__all__ = ["MODULES", "decode", "decode_frame"]

_MAGIC = 0xFD2FB528
MODULES = ("compression.zstd", "backports.zstd", "numcodecs.zstd")


def decode(data: Buffer, parameters: tuple[int, ...], limit: int) -> Buffer:
    """Inflate, never to more than `limit` bytes; `parameters` (the level) do not matter."""
    module = find_package("zstd", 32015, parameters, *MODULES)
    return decode_frame(module, data, limit)


def decode_frame(module: object, data: Buffer, limit: int) -> bytes:
    """Inflate one frame with one of the known modules."""
    size = _content_size(data)
    if size is not None:
        check_size("zstd", size, limit)
    if hasattr(module, "ZstdDecompressor"):
        return inflate("zstd", module.ZstdDecompressor(), data, limit)
    if size is None:
        # The decoder of numcodecs would grow its result without bounds.
        raise FormatError("the frame does not declare its size", structure="zstd filter")
    if size == 0:
        return b""
    out: bytes = guard("zstd", module.decompress, data)  # type: ignore[attr-defined]
    check_size("zstd", len(out), limit)
    return out


def _content_size(data: Buffer) -> int | None:
    """Size that the frame header declares (RFC 8878, 3.1.1.1), if it does."""
    if len(data) < 5:
        raise TruncatedError("no room for a frame header", structure="zstd filter")
    magic = int.from_bytes(data[:4], "little")
    if magic != _MAGIC:
        raise FormatError(
            "not a frame", structure="zstd filter", expected=f"{_MAGIC:#x}", found=f"{magic:#x}"
        )
    descriptor = data[4]
    single = descriptor >> 5 & 1
    width = (1 if single else 0, 2, 4, 8)[descriptor >> 6]
    if width == 0:
        return None
    start = 5 + (1 - single) + (0, 1, 2, 4)[descriptor & 3]
    field = data[start : start + width]
    if len(field) < width:
        raise TruncatedError("no room for the content size", structure="zstd filter")
    return int.from_bytes(field, "little") + (256 if width == 2 else 0)
