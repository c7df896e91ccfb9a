"""Files made up for the walkers' tests: structures put into a row of bytes."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, TypeVar

from purehdf.format.context import Context
from purehdf.source import BytesSource, CountingSource, run
from purehdf.walk.reader import Reader
from tests.format import encode
from tests.format.encode_messages import symbol_table

__all__ = ["Image", "walk"]

T = TypeVar("T")
SOFT_LINK = 2


class Image:
    """The bytes of a file that grows; all addresses count from `base`."""

    def __init__(self, context: Context = Context(), base: int = 0) -> None:  # noqa: B008
        self.context = context
        self.base = base
        self.data = bytearray(base) + bytearray(64)  # so that no structure lies at address 0

    def add(self, structure: bytes) -> int:
        """Append a structure and return its address, a multiple of eight."""
        self.data += bytes(-(len(self.data) - self.base) % 8)
        address = len(self.data) - self.base
        self.data += structure
        return address

    def put(self, address: int, structure: bytes) -> None:
        """Write over what is there."""
        begin = self.base + address
        self.data[begin : begin + len(structure)] = structure

    def reader(self, **options: Any) -> Reader:
        return Reader(self.context, self.base, **options)

    def source(self) -> CountingSource:
        return CountingSource(BytesSource(bytes(self.data)))

    # -- old-style groups

    def group(self, links: dict[str, int | str], *, leaf: int = 8, fan: int = 32) -> int:
        """Add a group and return its header's address; a `str` is the path of a soft link.

        Each symbol table node holds `leaf` links, each B-tree node `fan` children.
        """
        heap, offsets = self._heap([*links, *(p for p in links.values() if isinstance(p, str))])
        entries = [self._entry(offsets, name, links[name]) for name in sorted(links)]
        nodes = [
            (0, self.add(encode.symbol_table_node(self.context, part)))
            for part in _parts(entries, leaf)
        ]
        btree = self.btree(nodes, fan)
        return self.header([encode.message_v1(0x11, symbol_table(self.context, btree, heap))])

    def _heap(self, texts: Iterable[str]) -> tuple[int, dict[str, int]]:
        data, offsets = bytes(8), {}
        for text in texts:
            offsets[text] = len(data)
            data += encode.aligned(text.encode() + b"\0")
        segment = self.add(data)
        return self.add(encode.local_heap(self.context, len(data), segment)), offsets

    def _entry(self, offsets: dict[str, int], name: str, target: int | str) -> bytes:
        if isinstance(target, int):
            return encode.symbol_table_entry(self.context, offsets[name], target)
        path = encode.uint(offsets[target], 4)
        return encode.symbol_table_entry(self.context, offsets[name], None, SOFT_LINK, path)

    def btree(self, children: Sequence[tuple[int, int]], fan: int, level: int = 0) -> int:
        """Add a group's B-tree over (key, child) pairs and return its root."""
        if len(children) <= fan:
            return self.add(encode.group_node(self.context, level, children))
        nodes = [
            (part[0][0], self.add(encode.group_node(self.context, level, part)))
            for part in _parts(children, fan)
        ]
        return self.btree(nodes, fan, level + 1)

    # -- object headers

    def header(self, messages: Sequence[bytes], total: int | None = None) -> int:
        """Add an object header of version 1; `total` counts continued messages too."""
        return self.add(encode.object_header_v1(messages, total=total))

    def header_v2(self, messages: Sequence[bytes], flags: int = 2) -> int:
        """Add an object header of version 2."""
        return self.add(encode.object_header_v2(messages, flags))

    def continuation(self, address: int, size: int) -> bytes:
        """The body of a continuation message."""
        return encode.address(self.context, address) + encode.length(self.context, size)


def _parts(items: Sequence[T], size: int) -> list[Sequence[T]]:
    return [items[i : i + size] for i in range(0, len(items), size)]


def walk(
    image: Image,
    walker: Callable[..., Coroutine[Any, Any, T]],
    *args: Any,
    **options: Any,
) -> tuple[T, CountingSource]:
    """Run ``walker(reader, *args)`` over `image`; return its result and the source it read.

    `options` are those of the reader.
    """
    source = image.source()
    return run(walker(image.reader(**options), *args), source), source
