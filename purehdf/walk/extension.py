"""The superblock extension (II.C): what it says of the file as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import PureHDFError
from .headers import ObjectHeader, object_header
from .messages import find_message
from .overlay import Overlay
from .reader import Reader

if TYPE_CHECKING:
    from ..format.cache_image import CacheImageMessage
    from ..format.messages.file_space import FileSpaceInfo

__all__ = ["CACHE_IMAGE", "DRIVER_INFO", "cache_image", "extension_message", "page_size"]

DRIVER_INFO, FILE_SPACE, CACHE_IMAGE = 0x14, 0x17, 0x18
_PAGED = 1  # the strategy that puts metadata and raw data in pages of their own


async def extension_message(reader: Reader, number: int) -> Any:
    """Return the extension's message of type `number`, decoded, or None."""
    if reader.extension_address is None:
        return None
    try:
        header: ObjectHeader = await object_header(reader, reader.extension_address)
        return await find_message(reader, header, number)
    except PureHDFError as error:
        raise error.locate(path="(superblock extension)") from error.__cause__


async def cache_image(reader: Reader) -> Overlay | None:
    """Load the metadata cache image of a file that was closed with one."""
    message: CacheImageMessage | None = await extension_message(reader, CACHE_IMAGE)
    if message is None or message.cache_image_address is None:
        return None
    from ..format.cache_image import decode_cache_image  # late: few files have one

    found = await reader.load(
        decode_cache_image, message.cache_image_address, message.cache_image_size
    )
    return Overlay(found, reader.base_address)


async def page_size(reader: Reader) -> int:
    """Size in bytes of the pages of a file that is laid out in pages (IV.A.2.x); else 0."""
    try:
        info: FileSpaceInfo | None = await extension_message(reader, FILE_SPACE)
    except PureHDFError:
        return 0  # what it says of free space is no reason not to read the file
    paged = info is not None and info.strategy == _PAGED
    return info.page_size or 0 if info is not None and paged else 0
