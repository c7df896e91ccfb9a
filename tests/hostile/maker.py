"""Files written by hand, for traps that no library writes: checksums are right throughout."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from purehdf.format.context import Context
from tests.format import encode

__all__ = [
    "CHUNKED_V3",
    "INT32",
    "Maker",
    "compact",
    "contiguous",
    "dataset",
    "hard_link",
    "simple",
    "soft_link",
    "vlen",
]

Messages = Sequence[tuple[int, bytes]]
CONTEXT = Context()
SPACE, LINK_INFO, TYPE, FILL, LINK, LAYOUT, GROUP_INFO = 1, 2, 3, 5, 6, 8, 10
CONTINUATION = 16
CHUNKED_V3 = 2  # layout class

INT32 = struct.pack("<B3sIHH", 0x10, b"\x08\0\0", 4, 0, 32)
FILL_ZERO = b"\3\x0a"  # version 3, allocated late, undefined


class Maker:
    """A file with superblock version 2 that grows."""

    def __init__(self) -> None:
        self.data = bytearray(48)

    def add(self, data: bytes) -> int:
        """Append something and return its address."""
        self.data += data
        return len(self.data) - len(data)

    def header(self, messages: Messages, at: int | None = None) -> int:
        """Add an object header, or write it over what is at `at`."""
        made = encode.object_header_v2([encode.message_v2(*message) for message in messages])
        if at is None:
            return self.add(made)
        self.data[at : at + len(made)] = made
        return at

    def group(self, links: Sequence[bytes] = (), at: int | None = None) -> int:
        """Add a group of these link messages."""
        info = [(LINK_INFO, b"\0\0" + b"\xff" * 16), (GROUP_INFO, b"\0\0")]
        return self.header([*info, *((LINK, link) for link in links)], at)

    def finish(self, root: int) -> bytes:
        """The file, whose root group is at `root`."""
        self.data[:48] = encode.superblock_v2(CONTEXT, root, len(self.data))
        return bytes(self.data)

    def only(self, messages: Messages) -> bytes:
        """The file, with one dataset, "d"."""
        return self.finish(self.group([hard_link("d", self.header(messages))]))


def hard_link(name: str, address: int) -> bytes:
    text = name.encode()
    return struct.pack("<BBB", 1, 0, len(text)) + text + struct.pack("<Q", address)


def soft_link(name: str, path: str) -> bytes:
    text, target = name.encode(), path.encode()
    head = struct.pack("<BBBB", 1, 8, 1, len(text))
    return head + text + struct.pack("<H", len(target)) + target


def simple(*shape: int) -> bytes:
    """A dataspace message."""
    return struct.pack(f"<BBBB{len(shape)}Q", 2, len(shape), 0, 1, *shape)


def compact(data: bytes) -> bytes:
    return struct.pack("<BBH", 3, 0, len(data)) + data


def contiguous(address: int, size: int) -> bytes:
    return struct.pack("<BBQQ", 3, 1, address % (1 << 64), size)


def vlen(of: bytes = INT32) -> bytes:
    """A type of variable-length sequences."""
    return struct.pack("<B3sI", 0x19, bytes(3), 16) + of


def dataset(
    space: bytes, layout: bytes, type: bytes = INT32, *, fill: bytes = FILL_ZERO
) -> list[tuple[int, bytes]]:
    return [(SPACE, space), (TYPE, type), (FILL, fill), (LAYOUT, layout)]
