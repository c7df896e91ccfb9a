"""The superblock (II.A): where everything begins."""

from __future__ import annotations

from typing import Annotated

from .block import U8, U16, U32, Bytes, Offset, Signature, Version, block
from .context import Context
from .cursor import Cursor
from .record import Record
from .structure import structure
from .symbol_table import SymbolTableEntry

__all__ = ["FORMAT_SIGNATURE", "Superblock", "decode_superblock"]

FORMAT_SIGNATURE = b"\x89HDF\r\n\x1a\n"


@block("superblock", "II.A")
class SuperblockPrefix:
    signature: Annotated[bytes, Signature(FORMAT_SIGNATURE)]
    version: Annotated[int, Version(0, 1, 2, 3)]


@block("superblock, version 0", "II.A")
class SuperblockV0Sizes:
    free_space_version: Annotated[int, Version(0)]
    root_group_version: Annotated[int, Version(0)]
    reserved_1: Annotated[bytes, Bytes(1)]
    shared_header_version: Annotated[int, Version(0)]
    size_of_offsets: U8
    size_of_lengths: U8
    reserved_2: Annotated[bytes, Bytes(1)]
    group_leaf_node_k: U16
    group_internal_node_k: U16
    file_consistency_flags: U32


@block("superblock, version 1", "II.A")
class SuperblockV1Extra:
    indexed_storage_internal_node_k: U16
    reserved: Annotated[bytes, Bytes(2)]


@block("superblock, version 0", "II.A")
class SuperblockV0Addresses:
    base_address: Offset
    free_space_info_address: Offset
    end_of_file_address: Offset
    driver_information_address: Offset


@block("superblock, version 2", "II.A")
class SuperblockV2Sizes:
    size_of_offsets: U8
    size_of_lengths: U8
    file_consistency_flags: U8


@block("superblock, version 2", "II.A")
class SuperblockV2Addresses:
    base_address: Offset
    superblock_extension_address: Offset
    end_of_file_address: Offset
    root_group_object_header_address: Offset


class Superblock(Record):
    """What any version of the superblock says.

    Addresses are relative to ``base_address``, but for ``end_of_file_address`` and
    ``base_address`` itself, which are file offsets; None is the undefined address.
    ``root_symbol_table`` is the root group's entry in versions 0 and 1: its scratch pad
    may carry the addresses of the group's B-tree and heap.
    """

    version: int
    context: Context
    file_consistency_flags: int
    base_address: int | None
    end_of_file_address: int | None
    root_address: int | None
    extension_address: int | None = None
    driver_information_address: int | None = None
    root_symbol_table: SymbolTableEntry | None = None


@structure("superblock", "II.A")
def decode_superblock(cursor: Cursor) -> Superblock:
    """Decode a superblock of version 0 to 3; from version 2 on its checksum is verified."""
    version = cursor.read(SuperblockPrefix).version
    return _decode_v0(cursor, version) if version < 2 else _decode_v2(cursor, version)


def _decode_v0(cursor: Cursor, version: int) -> Superblock:
    sizes = cursor.read(SuperblockV0Sizes)
    if version == 1:
        cursor.read(SuperblockV1Extra)
    cursor.context = Context.checked(sizes.size_of_offsets, sizes.size_of_lengths)
    addresses = cursor.read(SuperblockV0Addresses)
    root = cursor.read(SymbolTableEntry)
    return Superblock(
        version,
        cursor.context,
        sizes.file_consistency_flags,
        addresses.base_address,
        addresses.end_of_file_address,
        root.object_header_address,
        driver_information_address=addresses.driver_information_address,
        root_symbol_table=root,
    )


def _decode_v2(cursor: Cursor, version: int) -> Superblock:
    sizes = cursor.read(SuperblockV2Sizes)
    cursor.context = Context.checked(sizes.size_of_offsets, sizes.size_of_lengths)
    addresses = cursor.read(SuperblockV2Addresses)
    cursor.verify_checksum()
    return Superblock(
        version,
        cursor.context,
        sizes.file_consistency_flags,
        addresses.base_address,
        addresses.end_of_file_address,
        addresses.root_group_object_header_address,
        extension_address=addresses.superblock_extension_address,
    )
