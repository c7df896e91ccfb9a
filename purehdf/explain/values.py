"""The value of a field in words: addresses in hexadecimal, numbers that stand for names."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ..filters.registry import filter_name
from ..format.context import Context
from ..format.messages import MESSAGES
from ..format.messages.filter_pipeline import Filter
from ..format.recording import Field
from .regions import base_name

__all__ = ["bytes_in_words", "is_address", "value_in_words"]

_CHARACTER_SETS = {0: "ASCII", 1: "UTF-8"}
_CLASSES = (
    "fixed-point",
    "floating-point",
    "time",
    "string",
    "bit field",
    "opaque",
    "compound",
    "reference",
    "enumeration",
    "variable-length",
    "array",
    "complex",
)

# Field -> what its values stand for.  A section in front of it tells fields of one name apart.
_NAMES: dict[str, dict[int, str]] = {
    "node type": {0: "links of a group", 1: "chunks of a dataset"},
    "cache type": {0: "nothing cached", 1: "B-tree and heap of a group", 2: "soft link"},
    "layout class": {0: "compact", 1: "contiguous", 2: "chunked", 3: "virtual"},
    "chunk indexing type": {
        1: "single chunk",
        2: "implicit",
        3: "fixed array",
        4: "extensible array",
        5: "version 2 B-tree",
    },
    "link type": {0: "hard", 1: "soft", 64: "external"},
    "link name character set": _CHARACTER_SETS,
    "name character set encoding": _CHARACTER_SETS,
    "space allocation time": {1: "early", 2: "late", 3: "incremental"},
    "fill value write time": {0: "on allocation", 1: "never", 2: "if set by the user"},
    "fill value defined": {0: "undefined", 1: "default or defined"},
    "message type": {number: kind.title for number, kind in MESSAGES.items()},
    "IV.A.2.b type": {0: "scalar", 1: "simple", 2: "null"},
    "client id": {0: "fractal heap", 1: "file"},
    "index type": {0: "list", 1: "version 2 B-tree"},
    "message location": {0: "heap of shared messages", 1: "object header"},
    "IV.A.2 type": {1: "in the shared message heap", 2: "in another object header"},
}

# Field -> the bits of it that are set, lowest first.
_FLAGS: dict[str, tuple[str, ...]] = {
    "message flags": (
        "constant",
        "shared",
        "not to be shared",
        "fail if unknown and writing",
        "mark if unknown",
        "was unknown to a writer",
        "may be shared",
        "fail if unknown",
    ),
    "IV.A.1.b flags": (
        "",
        "",
        "creation order of attributes tracked",
        "creation order of attributes indexed",
        "phase change values stored",
        "times stored",
    ),
    "file consistency flags": ("open for writing", "", "single writer, multiple readers"),
    "IV.A.2.b flags": ("maximum sizes stored", "permutation stored"),
    "IV.A.2.c flags": ("creation order tracked", "creation order indexed"),
    "IV.A.2.k flags": ("phase change values stored", "estimates stored"),
    "IV.A.2.g flags": ("", "", "creation order stored", "type stored", "character set stored"),
    "IV.A.2.i flags": ("edge chunks not filtered", "single chunk filtered"),
    "IV.A.2.m flags": ("datatype shared", "dataspace shared"),
    "IV.A.2.v flags": ("creation order tracked", "creation order indexed"),
    "IV.A.2.f flags": ("", "", "", "", "undefined", "value stored"),
    "IV.A.2.l flags": ("optional",),
}
_TIMES = {
    "access time",
    "modification time",
    "change time",
    "birth time",
    "seconds after unix epoch",
}
_SHOWN = 24  # bytes


def is_address(field: Field) -> bool:
    """Whether the field holds an address of the file."""
    name = base_name(field.name)
    if field.section == "IV.A.2.q":
        return name == "offset"
    return "address" in name and field.length > 1


def value_in_words(field: Field, section: str, context: Context) -> str:
    """Return the value of `field`, which lies in a structure of `section`."""
    name, value = base_name(field.name), field.value
    if is_address(field) and name != "message":
        return _address(value, field.length, context)
    if isinstance(value, bytes):
        return bytes_in_words(value)
    if not isinstance(value, int):
        return "" if value is None else str(value)
    return _number(name, value, field.section or section)


def _address(value: Any, width: int, context: Context) -> str:
    if value is None or value == (1 << (8 * width)) - 1:
        return "undefined"
    return f"{value:#x}"


def bytes_in_words(value: bytes) -> str:
    """Text in quotes, zeros as their number, other bytes in hexadecimal; long ones cut off."""
    if not value.strip(b"\0"):
        return f"{len(value)} zero byte{'s' if len(value) != 1 else ''}"
    stripped = value.rstrip(b"\0")
    try:
        text = stripped.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if text.isprintable() and text:
        return f'"{text}"' if len(text) <= 3 * _SHOWN else f'"{text[: 3 * _SHOWN]}" ...'
    if value[1:4] == b"HDF":
        return repr(value)[1:].replace("'", '"')
    return value[:_SHOWN].hex(" ") + (" ..." if len(value) > _SHOWN else "")


def _number(name: str, value: int, section: str) -> str:
    for key in (f"{section} {name}", name):
        if key in _NAMES:
            return f"{value} ({_NAMES[key].get(value, 'not defined')})"
        if key in _FLAGS:
            return _flags(value, _FLAGS[key])
    if name == "class and version":
        number = value & 0x0F
        kind = _CLASSES[number] if number < len(_CLASSES) else "not defined"
        return f"{value:#04x} (class {number}, {kind}; version {value >> 4})"
    if name == "filter identification value":
        return f"{value} ({filter_name(Filter(value, b'', False, ()))})"
    if name in _TIMES:
        return f"{value} ({datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M:%S} UTC)"
    if name in ("class bit field", "checksum", "flags", "filter mask"):
        return f"{value:#x}"
    if "maximum size" in name and value in (2**16 - 1, 2**32 - 1, 2**64 - 1):
        return "unlimited"
    return str(value)


def _flags(value: int, names: tuple[str, ...]) -> str:
    words = [name for i, name in enumerate(names) if name and value >> i & 1]
    return f"{value:#04x}" + (f" ({', '.join(words)})" if words else "")
