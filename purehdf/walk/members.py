"""Files in several parts: what the first one says of the others (II.B, IV.A.2.u)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import PureHDFError
from ..format.buffer import Buffer
from ..format.record import Record
from ..format.superblock import Superblock
from ..limits import DEFAULT_LIMITS, Limits
from .extension import DRIVER_INFO, extension_message
from .reader import Reader
from .superblock import find_reader

if TYPE_CHECKING:
    from ..format.driver_info import DriverInformation

__all__ = ["FileMembers", "driver_information", "find_members"]

_SIXTH = (2**64 - 2) // 6  # a multi file has room for six members, unless it says otherwise


class FileMembers(Record):
    """How a file is spread over several.

    ``family_size`` is the size of a member in bytes, or None; else ``parts`` are the names
    of the members, with ``%s`` for that of the whole, and their offsets.  ``end`` is where
    a family must end.
    """

    family_size: int | None = None
    parts: tuple[tuple[str, int], ...] = ()
    end: int | None = None


# By default the superblock alone is in the first member, and the extension, which would
# say so, in the last.
_DEFAULT = FileMembers(parts=tuple((f"%s-{c}.h5", i * _SIXTH) for i, c in enumerate("sbrglo")))


async def driver_information(reader: Reader, superblock: Superblock) -> DriverInformation | None:
    """Load what a file driver left, from its block or from the superblock extension."""
    address = superblock.driver_information_address
    if address is not None:
        from ..format.driver_info import decode_driver_information_block  # late: few files have it

        return await reader.load(decode_driver_information_block, address)
    found: DriverInformation | None = await extension_message(reader, DRIVER_INFO)
    return found


async def find_members(
    resident: Buffer | None, size: int, *, limits: Limits = DEFAULT_LIMITS
) -> FileMembers | None:
    """Return how the file, whose first `size` bytes are here, is spread; None: it is whole.

    A file that is damaged is taken for whole: whoever reads it will say what is wrong.
    """
    try:
        reader, superblock = await find_reader(resident, limits=limits)
        extension = superblock.extension_address
        if extension is not None and extension >= max(size, _DEFAULT.parts[-1][1]):
            return _DEFAULT
        information = await driver_information(reader, superblock)
    except PureHDFError:
        return None
    return None if information is None else _members(information, superblock)


def _members(information: DriverInformation, superblock: Superblock) -> FileMembers | None:
    from ..format.driver_info import FamilyInformation, MultiInformation

    content = information.content
    if isinstance(content, FamilyInformation):
        return FileMembers(content.member_size, end=superblock.end_of_file_address)
    if isinstance(content, MultiInformation):
        return FileMembers(
            parts=tuple((m.name.decode("utf-8", "replace"), m.address) for m in content.members)
        )
    return None
