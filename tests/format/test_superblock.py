"""The superblock, versions 0 to 3 (II.A)."""

from __future__ import annotations

from purehdf.format.context import Context
from purehdf.format.superblock import Superblock, decode_superblock
from purehdf.format.symbol_table import SymbolTableEntry

from .table import Row, Table

ROOT = SymbolTableEntry(0, 0x60, 1, bytes(4), bytes(range(1, 17)))


def version_0(context: Context) -> Superblock:
    return Superblock(0, context, 0, 0, 0x1F40, 0x60, root_symbol_table=ROOT)


def version_1(context: Context) -> Superblock:
    return Superblock(
        1,
        context,
        file_consistency_flags=0x03,
        base_address=0x200,
        end_of_file_address=0x1F40,
        root_address=0x60,
        driver_information_address=0x700,
        root_symbol_table=ROOT,
    )


def version_2(context: Context) -> Superblock:
    return Superblock(2, context, 0, 0, 0x1F40, 0x30)


def version_3(context: Context) -> Superblock:
    return Superblock(
        3,
        context,
        file_consistency_flags=0x05,
        base_address=0x200,
        end_of_file_address=0x1F40,
        root_address=0x30,
        extension_address=0x800,
    )


class TestSuperblock(Table):
    decode = staticmethod(decode_superblock)
    rows = (
        Row(
            "version 0",
            """
            89 'HDF' 0d 0a 1a 0a    | signature
            00                      | version
            00                      | free space version
            00                      | root group version
            00                      | reserved 1
            00                      | shared header version
            <O>                     | size of offsets
            <L>                     | size of lengths
            00                      | reserved 2
            04 00                   | group leaf node k
            10 00                   | group internal node k
            00*4                    | file consistency flags
            <O:0>                   | base address
            <O:undefined>           | free space info address
            <O:0x1f40>              | end of file address
            <O:undefined>           | driver information address
            <L:0>                   | link name offset          # of the root group's entry
            <O:0x60>                | object header address
            01 00 00 00             | cache type
            00*4                    | reserved
            01020304 05060708 090a0b0c 0d0e0f10 | scratch pad
            """,
            version_0,
            rounds=4,
        ),
        Row(
            "version 1: user block and driver information",
            """
            89 'HDF' 0d 0a 1a 0a    | signature
            01                      | version
            00                      | free space version
            00                      | root group version
            00                      | reserved 1
            00                      | shared header version
            <O>                     | size of offsets
            <L>                     | size of lengths
            00                      | reserved 2
            04 00                   | group leaf node k
            10 00                   | group internal node k
            03 00 00 00             | file consistency flags
            20 00                   | indexed storage internal node k
            00 00                   | reserved
            <O:0x200>               | base address
            <O:undefined>           | free space info address
            <O:0x1f40>              | end of file address
            <O:0x700>               | driver information address
            <L:0>                   | link name offset
            <O:0x60>                | object header address
            01 00 00 00             | cache type
            00*4                    | reserved
            01020304 05060708 090a0b0c 0d0e0f10 | scratch pad
            """,
            version_1,
            rounds=5,
        ),
        Row(
            "version 2",
            """
            89 'HDF' 0d 0a 1a 0a    | signature
            02                      | version
            <O>                     | size of offsets
            <L>                     | size of lengths
            00                      | file consistency flags
            <O:0>                   | base address
            <O:undefined>           | superblock extension address
            <O:0x1f40>              | end of file address
            <O:0x30>                | root group object header address
            <lookup3>               | checksum
            """,
            version_2,
            rounds=4,
        ),
        Row(
            "version 3: open for single writer, multiple readers",
            """
            89 'HDF' 0d 0a 1a 0a    | signature
            03                      | version
            <O>                     | size of offsets
            <L>                     | size of lengths
            05                      | file consistency flags
            <O:0x200>               | base address
            <O:0x800>               | superblock extension address
            <O:0x1f40>              | end of file address
            <O:0x30>                | root group object header address
            <lookup3>               | checksum
            """,
            version_3,
            rounds=4,
        ),
    )
