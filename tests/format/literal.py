"""The notation of the tables: bytes as hexadecimal text, one line a field.

::

    'TREE'              | signature                 # text between quotes is ASCII
    00                  | node type
    02 00               | entries used              # numbers are little-endian
    <O:0x1f40>          | left sibling address      # as wide as the file's offsets
    <L:80>              | object size               # as wide as the file's lengths
    00*5                | reserved                  # five zero bytes
    ff ff               | (free)                    # in brackets: bytes that nobody reads

==================  ======================================================================
``<O>  <L>``        the widths themselves, a byte each
``<O:undefined>``   the undefined address; likewise ``<L:unlimited>``
``<L:size>``        the size of all that the literal stands for
``<align>``         zero bytes up to a multiple of eight; a field only if there are any
``<lookup3>``       the checksum of all bytes before it
==================  ======================================================================
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from purehdf.format.context import Context

from .encode import lookup3, uint

__all__ = ["Literal", "Seen", "parse"]

_TOKEN = re.compile(r"'([^']*)'|<(\w+)(?::(\w+))?>|([0-9a-f]{2})\*(\d+)|((?:[0-9a-f]{2})+)")
_ALL_ONES = -1
_NAMED = {"undefined": _ALL_ONES, "unlimited": _ALL_ONES}


class Seen(NamedTuple):
    """A field that the decoder must be seen to read; `offset` counts from the structure."""

    name: str
    offset: int
    length: int


class Literal(NamedTuple):
    """What a literal stands for in a file with given sizes."""

    data: bytes
    fields: tuple[Seen, ...]


@cache
def parse(text: str, context: Context) -> Literal:
    """Read a literal."""
    size = len(_parse(text, context, 0).data)
    return _parse(text, context, size)


def _parse(text: str, context: Context, size: int) -> Literal:
    data, fields = b"", []
    for line in text.splitlines():
        stored, bar, name = line.partition("#")[0].partition("|")
        begin = len(data)
        for token in _TOKEN.finditer(stored):
            data += _bytes(token, context, data, size)
        if junk := _TOKEN.sub("", stored).strip():
            raise ValueError(f"neither bytes nor a mark: {junk!r} in {line!r}")
        empty = len(data) == begin and "<align>" in stored
        if bar and not empty and not name.strip().startswith("("):
            fields.append(Seen(name.strip(), begin, len(data) - begin))
    return Literal(data, tuple(fields))


def _bytes(token: re.Match[str], context: Context, before: bytes, size: int) -> bytes:
    text, mark, value, repeated, times, plain = token.groups()
    if text is not None:
        return text.encode("ascii")
    if mark is not None:
        return _mark(mark, value, context, before, size)
    return bytes.fromhex(repeated) * int(times) if repeated else bytes.fromhex(plain)


def _mark(mark: str, value: str | None, context: Context, before: bytes, size: int) -> bytes:
    if mark == "lookup3":
        return uint(lookup3(before), 4)
    if mark == "align":
        return bytes(-len(before) % 8)
    width = {"O": context.offset_size, "L": context.length_size}[mark]
    if value is None:
        return uint(width, 1)
    return uint(size if value == "size" else _NAMED.get(value) or int(value, 0), width)
