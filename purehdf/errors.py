"""Every error that purehdf raises on purpose.

``PureHDFError`` is the root.  Each class also derives from the built-in class that h5py
raises in the same place, so code written for h5py catches it.

Decoders raise with the *facts* (what was expected, what was found, which field).  The
*place* (structure, section of the specification, file offset, path of the object) is
added once, by whoever knows it, through :meth:`PureHDFError.locate`.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from typing import Any, Self

__all__ = [
    "ChecksumError",
    "ExternalAccessError",
    "FileStateWarning",
    "FilterUnavailableError",
    "FormatError",
    "LimitError",
    "LinkNotFoundError",
    "MissingFileError",
    "PureHDFError",
    "SignatureError",
    "SourceError",
    "TruncatedError",
    "UnsupportedError",
    "VersionError",
]

_PLACE = ("structure", "section", "offset", "path", "within")


class PureHDFError(Exception):
    """Root of all errors of purehdf.

    Attributes
    ----------
    reason : str
        What is wrong, in one line.
    field : str or None
        Name of the field, as the specification calls it.
    expected, found : object or None
        What the field should hold, and what it holds.
    structure, section : str or None
        The structure and the section of the specification (4.0) that defines it.
    offset : int or None
        Absolute file offset, in bytes, of the byte that is at fault.
    path : str or None
        Path of the object that was being read.
    within : str or None
        The structure around this one, for example ``"message 3 of 12"``.
    """

    def __init__(
        self,
        reason: str,
        *,
        field: str | None = None,
        expected: Any = None,
        found: Any = None,
        structure: str | None = None,
        section: str | None = None,
        offset: int | None = None,
        path: str | None = None,
        within: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field
        self.expected = expected
        self.found = found
        self.structure = structure
        self.section = section
        self.offset = offset
        self.path = path
        self.within = within

    def locate(self, **place: Any) -> Self:
        """Fill in what is not known yet of ``structure, section, offset, path, within``."""
        for name, value in place.items():
            if name not in _PLACE:
                raise TypeError(f"not a part of an error's place: {name}")
            if getattr(self, name) is None:
                setattr(self, name, value)
        return self

    def anew(self) -> Self:
        """Return the same error, to be raised where this one is kept.

        Raised again and again, or by several threads, one error would gather all their frames.
        """
        error = copy(self)
        error.__cause__ = self.__cause__
        return error

    def __str__(self) -> str:
        where = []
        if self.structure is not None:
            where.append(self.structure + (f" ({self.section})" if self.section else ""))
        elif self.section is not None:
            where.append(f"section {self.section}")
        if self.offset is not None:
            where.append(f"at byte {self.offset:#x}")
        if self.path is not None:
            where.append(f"of {self.path}" if where else self.path)
        if self.within is not None:
            where.append(f"[{self.within}]")
        what = self.reason
        if self.expected is not None:
            what += f": expected {_plain(self.expected)}, found {_plain(self.found)}"
        if self.field is not None:
            what = f"{self.field}: {what}"
        return f"{' '.join(where)}: {what}" if where else what

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors cross process borders (Dask, multiprocessing) with their place.
        return _rebuild, (type(self), self.reason, dict(self.__dict__))


def _rebuild(cls: type[PureHDFError], reason: str, state: dict[str, Any]) -> PureHDFError:
    error = cls(reason)
    error.__dict__.update(state)
    return error


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else repr(value)


class FormatError(PureHDFError, OSError):
    """The bytes are not what the specification says they must be."""


class SignatureError(FormatError):
    """A structure does not begin with its signature."""


class VersionError(FormatError):
    """A structure has a version that the specification does not define."""


class ChecksumError(FormatError):
    """A stored checksum does not agree with the bytes it covers."""


class TruncatedError(FormatError):
    """A structure reaches beyond the bytes that contain it."""


class LimitError(FormatError):
    """A budget of :class:`purehdf.Limits` is used up, or a walk goes in a circle."""


class UnsupportedError(PureHDFError, NotImplementedError):
    """A legal feature of the format that this version of purehdf does not read."""


class FilterUnavailableError(PureHDFError, OSError):
    """Data went through a filter that is not installed."""


class ExternalAccessError(PureHDFError, OSError):
    """The file names another file that must not be opened without the caller's consent."""


class MissingFileError(PureHDFError, FileNotFoundError):
    """The file names another file that is not where it should be."""


class LinkNotFoundError(PureHDFError, KeyError):
    """No link of this name, or one that leads nowhere."""

    _wanted: tuple[str, Iterable[str]] | None = None

    def beside(self, name: str, names: Iterable[str]) -> Self:
        """Let the message propose those of `names` that `name` may be meant to be."""
        self._wanted = name, names
        return self

    def __str__(self) -> str:
        # Only when someone reads it: code that tries names is not to pay for proposals.
        return super().__str__() + self._proposal()

    def _proposal(self) -> str:
        if self._wanted is None:
            return ""
        from difflib import get_close_matches

        name, names = self._wanted
        near = get_close_matches(name, list(names)[:10_000], 3)
        return f"; did you mean {' or '.join(map(repr, near))}?" if near else ""

    def __reduce__(self) -> tuple[Any, ...]:
        state = {**self.__dict__, "reason": self.reason + self._proposal()}
        state.pop("_wanted", None)
        return _rebuild, (type(self), self.reason, state)


class SourceError(PureHDFError, OSError):
    """The bytes could not be fetched: transport, permission, or a file that changed."""


class FileStateWarning(UserWarning):
    """A file that is being written, was not closed, or is not as long as it says; it is read."""
