"""Finding the superblock (II.A): at byte 0, 512, 1024, and so on, doubling."""

from __future__ import annotations

from ..errors import SignatureError
from ..format.superblock import FORMAT_SIGNATURE, Superblock, decode_superblock
from .reader import Reader

__all__ = ["find_superblock"]

# Nearly all files begin with it; the rest are asked for in one wave.
_PLACES = ([0], [512 << i for i in range(32)])


async def find_superblock(reader: Reader) -> tuple[int, Superblock]:
    """Return the file offset of the superblock, and the superblock.

    Addresses are relative to where the superblock was found: the base address that it
    states goes stale when a user block is put before a file, or taken away.
    """
    width = len(FORMAT_SIGNATURE)
    for places in _PLACES:
        found = await reader.read([(place, place + width) for place in places])
        for place, signature in zip(places, found, strict=True):
            if signature == FORMAT_SIGNATURE:
                return place, await reader.load(decode_superblock, place)
    raise SignatureError(
        "not an HDF5 file: no format signature at byte 0, 512, 1024, ...",
        structure="superblock",
        section="II.A",
        field="format signature",
    )
