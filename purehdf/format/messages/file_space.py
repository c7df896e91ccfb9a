"""The file space info message (IV.A.2.x): how the file's own space is managed."""

from __future__ import annotations

from typing import Annotated

from ...errors import FormatError
from ..block import U8, U16, Length, Offset, Version, block
from ..cursor import Cursor
from ..record import Record
from ..structure import structure

__all__ = ["FileSpaceInfo", "decode_file_space_info"]

_ALL_PERSIST = 1  # the strategy of version 0 that keeps free space in the file
_KINDS, _PAGED_KINDS = 6, 12  # free-space managers: one a kind of content, small and large


@block("file space info message", "IV.A.2.x")
class FileSpacePrefix:
    version: Annotated[int, Version(0, 1)]
    strategy: U8


@block("file space info message, version 0", "IV.A.2.x")
class FileSpaceV0:
    free_space_section_threshold: Length


@block("file space info message, version 1", "IV.A.2.x")
class FileSpaceV1:
    persisting_free_space: U8
    free_space_section_threshold: Length
    file_space_page_size: Length
    page_end_metadata_threshold: U16
    eoa: Offset


class FileSpaceInfo(Record):
    """How free space is managed.

    ``strategy`` is as its version numbers it; ``page_size`` is in bytes, None for version 0;
    ``managers`` are the addresses of the free-space managers (III.H) that there are.
    """

    version: int
    strategy: int
    threshold: int
    page_size: int | None = None
    managers: tuple[int, ...] = ()


@structure("file space info message", "IV.A.2.x")
def decode_file_space_info(cursor: Cursor) -> FileSpaceInfo:
    """Decode the message, version 0 or 1."""
    prefix = cursor.read(FileSpacePrefix)
    if prefix.version == 0:
        if not 1 <= prefix.strategy <= 4:
            raise FormatError(
                "no such strategy", field="strategy", expected="1 to 4", found=prefix.strategy
            )
        old = cursor.read(FileSpaceV0)
        managers = _managers(cursor, _KINDS if prefix.strategy == _ALL_PERSIST else 0)
        return FileSpaceInfo(
            0, prefix.strategy, old.free_space_section_threshold, managers=managers
        )
    new = cursor.read(FileSpaceV1)
    return FileSpaceInfo(
        1,
        prefix.strategy,
        new.free_space_section_threshold,
        new.file_space_page_size,
        _managers(cursor, _PAGED_KINDS if new.persisting_free_space else 0),
    )


def _managers(cursor: Cursor, count: int) -> tuple[int, ...]:
    found = [cursor.address("free-space manager address") for _ in range(count)]
    return tuple(address for address in found if address is not None)
