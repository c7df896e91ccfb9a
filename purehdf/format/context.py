"""What a decoder must know of the file: the two sizes that the superblock declares."""

from __future__ import annotations

from typing import NamedTuple

from ..errors import UnsupportedError

__all__ = ["Context"]

_WIDTHS = (2, 4, 8)


class Context(NamedTuple):
    """Size of Offsets and Size of Lengths, in bytes (section II.A).

    An *address* is relative to the file's base address and ``offset_size`` wide; a
    *file offset* is absolute.  The undefined address is all ones of that width.
    """

    offset_size: int = 8
    length_size: int = 8

    @property
    def undefined_address(self) -> int:
        """The value that stands for "no address"."""
        return (1 << (8 * self.offset_size)) - 1

    @classmethod
    def checked(cls, offset_size: int, length_size: int) -> Context:
        """Refuse widths that no writer of real files uses (the library allows 16 and 32)."""
        for field, width in (("size of offsets", offset_size), ("size of lengths", length_size)):
            if width not in _WIDTHS:
                raise UnsupportedError(
                    "unsupported width", field=field, expected="2, 4 or 8", found=width
                )
        return cls(offset_size, length_size)
