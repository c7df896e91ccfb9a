"""Declared blocks: one declaration per fixed run of fields.

A block is a record whose annotations name the *kind* of each field.  The one
declaration serves as the record type, as a compiled :class:`struct.Struct` for the sizes
of a file, as the numpy dtype of a table of such blocks, and as the table of fields that
tracing and the documentation show::

    @block("symbol table node", "III.B")
    class SymbolTableNodeHeader:
        signature: Annotated[bytes, Signature(b"SNOD")]
        version: Annotated[int, Version(1)]
        reserved: Annotated[bytes, Bytes(1)]
        number_of_symbols: U16
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from inspect import get_annotations
from types import new_class
from typing import Annotated, Any, TypeVar, dataclass_transform

import numpy as np

from ..errors import FormatError, SignatureError, VersionError
from .buffer import Buffer
from .context import Context
from .record import Record

__all__ = [
    "U8",
    "U16",
    "U32",
    "U64",
    "Address",
    "Bytes",
    "Kind",
    "Layout",
    "Length",
    "Offset",
    "Signature",
    "Version",
    "block",
    "layout_of",
    "make_block",
]

T = TypeVar("T")
_CODES = {1: "B", 2: "H", 4: "I", 8: "Q"}


class Kind:
    """How one field is stored: ``code`` gives its format in the language of :mod:`struct`."""

    def code(self, context: Context) -> str:
        """The field's format in a file with these sizes."""
        raise NotImplementedError


class Unsigned(Kind):
    """An unsigned integer of `width` bytes."""

    def __init__(self, width: int) -> None:
        self.width = width

    def code(self, context: Context) -> str:
        return _CODES[self.width]


class Constant(Kind):
    """A field that has one of the `allowed` values; `error` is raised if it has another."""

    allowed: tuple[Any, ...]
    error: type[FormatError]


class Version(Unsigned, Constant):
    """A version number: one byte, one of `allowed`."""

    error = VersionError

    def __init__(self, *allowed: int) -> None:
        super().__init__(1)
        self.allowed = allowed


class AddressKind(Kind):
    """An address, as wide as the file's size of offsets.

    The undefined address is None, or an error where one `required` must be defined.
    """

    def __init__(self, *, required: bool) -> None:
        self.required = required

    def code(self, context: Context) -> str:
        return _CODES[context.offset_size]


class LengthKind(Kind):
    """A length, as wide as the file's size of lengths."""

    def code(self, context: Context) -> str:
        return _CODES[context.length_size]


class Bytes(Kind):
    """`width` bytes as they are: reserved fields and scratch space."""

    def __init__(self, width: int) -> None:
        self.width = width

    def code(self, context: Context) -> str:
        return f"{self.width}s"


class Signature(Bytes, Constant):
    """The constant bytes that a structure begins with."""

    error = SignatureError

    def __init__(self, value: bytes) -> None:
        super().__init__(len(value))
        self.allowed = (value,)


U8 = Annotated[int, Unsigned(1)]
U16 = Annotated[int, Unsigned(2)]
U32 = Annotated[int, Unsigned(4)]
U64 = Annotated[int, Unsigned(8)]
Address = Annotated[int, AddressKind(required=True)]
Offset = Annotated[int | None, AddressKind(required=False)]
Length = Annotated[int, LengthKind()]


@dataclass_transform(frozen_default=True)
def block(title: str, section: str) -> Callable[[type[T]], type[T]]:
    """Declare a block: its name in the specification and the section that defines it."""

    def declare(cls: type[T]) -> type[T]:
        body = {name: value for name, value in vars(cls).items() if name not in _NOT_COPIED}
        made: type[T] = _record(cls.__name__, title, section, body)
        return made

    return declare


def make_block(title: str, section: str, **fields: Any) -> type[Any]:
    """Declare a block whose fields are known only when a file is read."""
    return _record("Block", title, section, {"__annotations__": fields})


_NOT_COPIED = ("__dict__", "__weakref__")


def _record(name: str, title: str, section: str, body: dict[str, Any]) -> type[Any]:
    body.update(title=title, section=section)
    made: type[Any] = new_class(name, (Record,), exec_body=lambda space: space.update(body))
    return made


def _kinds(cls: type[Any]) -> dict[str, Kind]:
    """The kinds of its fields: annotations are text until a file needs the block."""
    hints = get_annotations(cls, eval_str=True)
    return {field: hints[field].__metadata__[0] for field in cls._fields}


class Layout:
    """A block compiled for the sizes of one file.

    Attributes
    ----------
    size : int
        Bytes that the block takes.
    names, offsets, widths : tuple
        Its fields, in order: name, offset within the block, width in bytes.
    format : str
        The same in the language of :mod:`struct`, little-endian.
    dtype : numpy.dtype
        Packed structured dtype of a table of such blocks.
    """

    def __init__(self, cls: type[Any], context: Context) -> None:
        kinds = _kinds(cls)
        codes = [kind.code(context) for kind in kinds.values()]
        self.record = cls
        self.names = tuple(kinds)
        self.widths = tuple(struct.calcsize("<" + code) for code in codes)
        self.offsets = tuple(sum(self.widths[:i]) for i in range(len(codes)))
        self.format = "".join(codes)
        self._struct = struct.Struct("<" + self.format)
        self.size = self._struct.size
        formats = [
            f"V{w}" if c.endswith("s") else f"<u{w}"
            for c, w in zip(codes, self.widths, strict=True)
        ]
        self.dtype = np.dtype(
            {
                "names": list(self.names),
                "formats": formats,
                "offsets": list(self.offsets),
                "itemsize": self.size,
            }
        )
        self._undefined = context.undefined_address
        ordered = list(enumerate(kinds.values()))
        self._addresses = [(i, k.required) for i, k in ordered if isinstance(k, AddressKind)]
        self._constants: list[tuple[int, tuple[Any, ...]]] = []
        self._errors: dict[int, type[FormatError]] = {}
        for i, kind in ordered:
            if isinstance(kind, Constant):
                self._constants.append((i, kind.allowed))
                self._errors[i] = kind.error

    @property
    def checked(self) -> bool:
        """Whether a block has a signature or a version to check."""
        return bool(self._constants)

    def unpack_values(self, data: Buffer, position: int) -> list[Any]:
        """The values of the fields at ``data[position:]``, unchecked."""
        return list(self._struct.unpack_from(data, position))

    def unpack(self, data: Buffer, position: int, origin: int) -> Any:
        """Return the record at ``data[position:]``; `origin` is the file offset of ``data[0]``."""
        values: Sequence[Any] = self._struct.unpack_from(data, position)
        for i, allowed in self._constants:
            if values[i] not in allowed:
                raise self._wrong(i, allowed, values[i], origin + position)
        if self._addresses and self._undefined in values:
            values = self._without_undefined(values, origin + position)
        return self.record.make(values)

    def _without_undefined(self, values: Sequence[Any], offset: int) -> list[Any]:
        """Put None for the undefined address."""
        found = list(values)
        for i, required in self._addresses:
            if found[i] == self._undefined:
                if required:
                    raise self._wrong(i, ("an address",), "none", offset)
                found[i] = None
        return found

    def check_table(
        self, table: np.ndarray[Any, Any], file_offsets: Sequence[int] | np.ndarray[Any, Any]
    ) -> None:
        """Check signatures and versions of a table whose rows lie at `file_offsets`."""
        for i, allowed in self._constants:
            column = table[self.names[i]]
            wrong = np.ones(len(column), bool)
            for value in allowed:
                wrong &= column != (np.void(value) if isinstance(value, bytes) else value)
            for row in np.flatnonzero(wrong).tolist():
                raise self._wrong(i, allowed, column[row].tolist(), int(file_offsets[row]))

    def _wrong(self, i: int, expected: tuple[Any, ...], found: Any, offset: int) -> Exception:
        error = self._errors.get(i, FormatError)
        signature = isinstance(expected[0], bytes)
        return error(
            "not the bytes that this structure has here",
            field=self.names[i].replace("_", " "),
            expected=expected[0] if signature else " or ".join(map(str, expected)),
            found=found,
            offset=offset + self.offsets[i],
        )


_LAYOUTS: dict[tuple[type[Any], Context], Layout] = {}


def layout_of(cls: type[Any], context: Context) -> Layout:
    """The compiled layout of a declared block; made once per pair of sizes."""
    key = (cls, context)
    layout = _LAYOUTS.get(key)
    if layout is None:
        layout = _LAYOUTS[key] = Layout(cls, context)
    return layout
