"""Finding the superblock (II.A): at byte 0, 512, 1024, and so on, doubling."""

from __future__ import annotations

from ..errors import FormatError, SignatureError
from ..format.buffer import Buffer
from ..format.context import Context
from ..format.superblock import FORMAT_SIGNATURE, Superblock, decode_superblock
from ..limits import DEFAULT_LIMITS, Limits
from .extension import cache_image
from .opener import Opener
from .reader import Reader
from .tracer import Tracer

__all__ = ["find_reader", "find_superblock", "open_file"]

# Nearly all files begin with it, and user blocks are small: what was read for byte 0 often
# holds the next places too.  The rest are asked for in one wave.
_PLACES = ([0], [512, 1024, 2048, 4096], [512 << i for i in range(4, 32)])


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


async def find_reader(
    resident: Buffer | None,
    *,
    limits: Limits = DEFAULT_LIMITS,
    tracer: Tracer | None = None,
    opener: Opener | None = None,
    shift: int = 0,
) -> tuple[Reader, Superblock]:
    """Find the superblock and return a reader that knows what it says; see :class:`Reader`."""
    finder = Reader(Context(), resident=resident, limits=limits, tracer=tracer, shift=shift)
    base_address, superblock = await find_superblock(finder)
    if superblock.root_address is None:
        raise FormatError(
            "no root group", structure="superblock", section="II.A", field="root group address"
        )
    reader = Reader(
        superblock.context,
        base_address,
        resident=resident,
        limits=limits,
        tracer=tracer,
        opener=opener,
        shift=shift,
        root_address=superblock.root_address,
        extension_address=superblock.extension_address,
    )
    return reader, superblock


async def open_file(
    resident: Buffer | None,
    *,
    limits: Limits = DEFAULT_LIMITS,
    tracer: Tracer | None = None,
    opener: Opener | None = None,
    shift: int = 0,
) -> tuple[Reader, Superblock]:
    """Return a reader of the file, and its superblock.

    Where there is a superblock extension it is read, for the sake of a metadata cache image.
    """
    reader, superblock = await find_reader(
        resident, limits=limits, tracer=tracer, opener=opener, shift=shift
    )
    reader.lay_over(await cache_image(reader))
    return reader, superblock
