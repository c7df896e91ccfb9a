"""Filter 32004, lz4: blocks of LZ4, with sizes in big-endian byte order.

The framing is that of the HDF5 filter, not LZ4's own: total size (8 bytes), size of a
block (4), then for each block its stored size (4) and its bytes.  A block that is stored
in its full size is not compressed.
"""

from __future__ import annotations

from collections.abc import Callable

from ..errors import FormatError, TruncatedError
from ..format.buffer import Buffer
from .packages import check_size, find_package, guard

__all__ = ["block_decoder", "decode", "read_header", "take_block"]

_HEADER = 12

BlockDecoder = Callable[[Buffer, int], Buffer]


def decode(data: Buffer, parameters: tuple[int, ...], limit: int) -> Buffer:
    """Decode all blocks; the sizes come from the data, `parameters` do not matter."""
    total, block_size = read_header("lz4", data, limit)
    decode_block = block_decoder("lz4", 32004, parameters)
    source, position = memoryview(data), _HEADER
    parts: list[Buffer] = []
    for start in range(0, total, block_size or 1):
        size = min(block_size, total - start)
        block, position = take_block("lz4", source, position)
        parts.append(block if len(block) == size else decode_block(block, size))
    return b"".join(parts)


def read_header(name: str, data: Buffer, limit: int) -> tuple[int, int]:
    """Total size and size of a block, in bytes."""
    if len(data) < _HEADER:
        raise TruncatedError(
            "no room for the header", structure=f"{name} filter", expected=_HEADER, found=len(data)
        )
    total = int.from_bytes(data[:8], "big")
    block_size = int.from_bytes(data[8:_HEADER], "big")
    check_size(name, total, limit)
    if total and not block_size:
        raise FormatError("blocks of no bytes", structure=f"{name} filter", field="block size")
    return total, block_size


def take_block(name: str, source: memoryview, position: int) -> tuple[memoryview, int]:
    """The stored bytes of the block at `position`, and where the next one starts."""
    start = position + 4
    stop = start + int.from_bytes(source[position:start], "big")
    if stop > len(source):
        raise TruncatedError(
            "a block reaches beyond the chunk",
            structure=f"{name} filter",
            expected=f"{stop} bytes",
            found=f"{len(source)} bytes",
        )
    return source[start:stop], stop


def block_decoder(name: str, id: int, parameters: tuple[int, ...]) -> BlockDecoder:
    """A function that decodes one bare LZ4 block to exactly the given size."""
    module = find_package(name, id, parameters, "lz4.block", "numcodecs.lz4")
    if module.__name__ == "lz4.block":

        def decompress(block: Buffer, size: int) -> bytes:
            out: bytes = module.decompress(block, uncompressed_size=size)
            return out

    else:  # numcodecs wants the size before the block

        def decompress(block: Buffer, size: int) -> bytes:
            out: bytes = module.decompress(size.to_bytes(4, "little") + bytes(block))
            return out

    def decode_block(block: Buffer, size: int) -> Buffer:
        out = guard(name, decompress, block, size)
        if len(out) != size:
            raise FormatError(
                "a block of the wrong size",
                structure=f"{name} filter",
                expected=size,
                found=len(out),
            )
        return out

    return decode_block
