"""Packages that some filters need: imported when a chunk asks for them, and kept in bounds.

A decoder of a package may raise whatever it likes; what leaves this module is an error
of ``purehdf.errors``.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, Protocol, TypeVar

from ..errors import FilterUnavailableError, FormatError, LimitError, PureHDFError, TruncatedError
from ..format.buffer import Buffer

__all__ = ["StreamDecoder", "check_size", "find_package", "guard", "inflate"]

Result = TypeVar("Result")


class StreamDecoder(Protocol):
    """What the decompressor objects of the standard library have in common."""

    @property
    def eof(self) -> bool:
        """Whether the end of the stream was reached."""

    def decompress(self, data: Buffer, max_length: int = -1) -> bytes:
        """Return at most `max_length` further bytes."""


def find_package(name: str, id: int, parameters: tuple[int, ...], *modules: str) -> Any:
    """Import the first of `modules` that is there, or raise FilterUnavailableError."""
    for module in modules:
        try:
            return import_module(module)
        except Exception:  # one that is broken is as good as none, and raises what it likes
            continue
    packages = " or ".join(module.split(".")[0] for module in modules)
    raise FilterUnavailableError(
        f"filter {name} (id {id}, parameters {list(parameters)}) needs the package {packages}: "
        "pip install purehdf[filters]",
        structure=f"{name} filter",
    )


def guard(name: str, function: Callable[..., Result], *args: Any, **options: Any) -> Result:
    """Call the decoder of a package; whatever it raises becomes a FormatError."""
    try:
        return function(*args, **options)
    except PureHDFError:
        raise
    except MemoryError as error:
        raise LimitError("no memory for the result", structure=f"{name} filter") from error
    except Exception as error:
        reason = f"the decoder refuses the data ({error})"
        raise FormatError(reason, structure=f"{name} filter") from error


def check_size(name: str, declared: int, limit: int) -> None:
    """Refuse a size that the data declares before anything is allocated for it."""
    if declared > limit:
        raise LimitError(
            "decodes to more than a chunk",
            structure=f"{name} filter",
            expected=f"at most {limit} bytes",
            found=f"{declared} bytes",
        )


def inflate(name: str, decoder: StreamDecoder, data: Buffer, limit: int) -> bytes:
    """Return the whole of a compressed stream, but never more than `limit` bytes."""
    out = guard(name, decoder.decompress, data, limit)
    # A stream that fills the limit exactly still has its end to show.
    if not decoder.eof and guard(name, decoder.decompress, b"", 1):
        check_size(name, limit + 1, limit)
    if not decoder.eof:
        raise TruncatedError("the compressed stream ends early", structure=f"{name} filter")
    return out
