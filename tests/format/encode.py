"""Small encoders of structures, for tests that make files and records up.

They are written from the specification, apart from the decoders: they share nothing with
them but the record classes of ``purehdf.format``.  Sections as in version 4.0.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from purehdf.format.context import Context

__all__ = [
    "address",
    "aligned",
    "chunk_node",
    "continuation_v1",
    "continuation_v2",
    "global_heap",
    "group_node",
    "length",
    "local_heap",
    "lookup3",
    "message_v1",
    "message_v2",
    "object_header_v1",
    "object_header_v2",
    "sealed",
    "superblock_v0",
    "superblock_v2",
    "symbol_table_node",
    "uint",
]

SIGNATURE = b"\x89HDF\r\n\x1a\n"


# -- fields


def uint(value: int, width: int) -> bytes:
    """A little-endian unsigned integer; a negative one counts from 2 ** (8 * width)."""
    return (value % (1 << 8 * width)).to_bytes(width, "little")


def address(context: Context, value: int | None) -> bytes:
    return uint(-1 if value is None else value, context.offset_size)


def length(context: Context, value: int | None) -> bytes:
    return uint(-1 if value is None else value, context.length_size)


def aligned(data: bytes, to: int = 8) -> bytes:
    return data + bytes(-len(data) % to)


def sealed(data: bytes) -> bytes:
    """`data` with its checksum."""
    return data + uint(lookup3(data), 4)


# -- I.A: the checksum, byte by byte and step by step


def lookup3(key: bytes, initial: int = 0) -> int:
    state = [uint32(0xDEADBEEF + len(key) + initial)] * 3
    while len(key) > 12:
        state = mix(add_bytes(state, key[:12]))
        key = key[12:]
    return final(add_bytes(state, key))[2] if key else state[2]


def add_bytes(state: list[int], key: bytes) -> list[int]:
    state = list(state)
    for i, byte in enumerate(key):
        state[i // 4] = uint32(state[i // 4] + (byte << 8 * (i % 4)))
    return state


def mix(state: Sequence[int]) -> list[int]:
    a, b, c = state
    for rotation in (4, 6, 8, 16, 19, 4):
        a = uint32(a - c) ^ rotate(c, rotation)
        c = uint32(c + b)
        a, b, c = b, c, a
    return [a, b, c]


def final(state: Sequence[int]) -> list[int]:
    a, b, c = state
    c = uint32((c ^ b) - rotate(b, 14))
    a = uint32((a ^ c) - rotate(c, 11))
    b = uint32((b ^ a) - rotate(a, 25))
    c = uint32((c ^ b) - rotate(b, 16))
    a = uint32((a ^ c) - rotate(c, 4))
    b = uint32((b ^ a) - rotate(a, 14))
    c = uint32((c ^ b) - rotate(b, 24))
    return [a, b, c]


def uint32(value: int) -> int:
    return value & 0xFFFFFFFF


def rotate(value: int, count: int) -> int:
    return uint32(value << count) | value >> 32 - count


# -- II.A: the superblock


def superblock_v0(context: Context, root: bytes, end: int, *, base: int = 0) -> bytes:
    """`root` is the symbol table entry of the root group."""
    addresses = [address(context, a) for a in (base, None, end, None)]
    fixed = struct.pack("<8sxxxxxBBxHHI", SIGNATURE, *context, 4, 16, 0)
    return fixed + b"".join(addresses) + root


def superblock_v2(context: Context, root: int, end: int, *, version: int = 2) -> bytes:
    addresses = [address(context, a) for a in (0, None, end, root)]
    return sealed(struct.pack("<8s4B", SIGNATURE, version, *context, 0) + b"".join(addresses))


# -- III: B-trees, symbol table nodes, heaps


def group_node(context: Context, level: int, entries: Sequence[tuple[int, int]]) -> bytes:
    """A B-tree node of (name offset, child); the last key, which nobody reads, is zero."""
    return _node(context, 0, level, [length(context, key) for key, _ in entries], entries) + length(
        context, 0
    )


def chunk_node(
    context: Context, level: int, entries: Sequence[tuple[tuple[int, ...], int]]
) -> bytes:
    """A B-tree node of ((chunk size, filter mask, chunk offsets...), child)."""
    keys = [struct.pack(f"<II{len(key) - 2}Q", *key) for key, _ in entries]
    return _node(context, 1, level, keys, entries)


def _node(
    context: Context,
    kind: int,
    level: int,
    keys: list[bytes],
    entries: Sequence[tuple[object, int]],
) -> bytes:
    head = struct.pack("<4sBBH", b"TREE", kind, level, len(entries)) + address(context, None) * 2
    children = [address(context, child) for _, child in entries]
    return head + b"".join(map(bytes.__add__, keys, children))


def symbol_table_entry(
    context: Context, name: int, target: int | None, cache: int = 0, scratch: bytes = b""
) -> bytes:
    fixed = length(context, name) + address(context, target)
    return fixed + struct.pack("<I4x16s", cache, scratch)


def symbol_table_node(context: Context, entries: Sequence[bytes]) -> bytes:
    return struct.pack("<4sBxH", b"SNOD", 1, len(entries)) + b"".join(entries)


def local_heap(context: Context, size: int, data_address: int) -> bytes:
    head = struct.pack("<4sB3x", b"HEAP", 0) + length(context, size) + length(context, 1)
    return head + address(context, data_address)


def global_heap(context: Context, objects: dict[int, bytes], free: int = 0) -> bytes:
    """A collection with `free` bytes of free space, at least 16 or none."""
    body = b"".join(_heap_object(context, i, data) for i, data in objects.items())
    if free:
        body += aligned(struct.pack("<HH4x", 0, 0) + length(context, free)).ljust(free, b"\0")
    head = struct.pack("<4sB3x", b"GCOL", 1) + length(context, 16 + len(body))
    return aligned(head) + body


def _heap_object(context: Context, index: int, data: bytes) -> bytes:
    head = struct.pack("<HH4x", index, 1) + length(context, len(data))
    return aligned(head) + aligned(data)


# -- IV.A.1: object headers


def message_v1(kind: int, body: bytes, flags: int = 0) -> bytes:
    body = aligned(body)
    return struct.pack("<HHB3x", kind, len(body), flags) + body


def message_v2(kind: int, body: bytes, flags: int = 0, order: int | None = None) -> bytes:
    stored = b"" if order is None else uint(order, 2)
    return struct.pack("<BHB", kind, len(body), flags) + stored + body


def object_header_v1(
    messages: Sequence[bytes], references: int = 1, *, total: int | None = None
) -> bytes:
    """`total` counts the messages of continuation blocks too."""
    body = b"".join(messages)
    count = len(messages) if total is None else total
    return struct.pack("<BxHII4x", 1, count, references, len(body)) + body


def object_header_v2(messages: Sequence[bytes], flags: int = 2, *, gap: int = 0) -> bytes:
    """`flags` says what is stored; times and phase change values are then 1, 2, 3, ..."""
    body = b"".join(messages) + bytes(gap)
    head = struct.pack("<4sBB", b"OHDR", 2, flags)
    head += struct.pack("<4I", 1, 2, 3, 4) if flags & 0x20 else b""
    head += struct.pack("<HH", 5, 6) if flags & 0x10 else b""
    return sealed(head + uint(len(body), 1 << (flags & 3)) + body)


def continuation_v1(messages: Sequence[bytes]) -> bytes:
    return b"".join(messages)


def continuation_v2(messages: Sequence[bytes], *, gap: int = 0) -> bytes:
    return sealed(b"OCHK" + b"".join(messages) + bytes(gap))
