"""The superblock extension (II.C): what it says of the file as a whole."""

from __future__ import annotations

from typing import Any

from ..errors import PureHDFError
from ..format.cache_image import CacheImageMessage, decode_cache_image
from .headers import ObjectHeader, object_header
from .messages import find_message
from .overlay import Overlay
from .reader import Reader

__all__ = ["CACHE_IMAGE", "DRIVER_INFO", "cache_image", "extension_message"]

DRIVER_INFO, CACHE_IMAGE = 0x14, 0x18


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
    found = await reader.load(
        decode_cache_image, message.cache_image_address, message.cache_image_size
    )
    return Overlay(found, reader.base_address)
