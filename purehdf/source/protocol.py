"""What a source of bytes is, and what a walker is.  Types only.

A *range* is ``(start, stop)``: absolute offsets in the file, in bytes, ``0 <= start <= stop``.
A *wave* is one call of :meth:`Source.read`: all of its ranges are fetched together, so that
over a network a wave costs about one round trip, whatever the number of its ranges.
"""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Protocol, TypeAlias, TypeVar

__all__ = ["Asks", "Buffer", "Range", "Source", "Walker"]

Range: TypeAlias = tuple[int, int]
Buffer: TypeAlias = bytes | memoryview

T_co = TypeVar("T_co", covariant=True)


class Source(Protocol):
    """The bytes of one file: read-only, and safe to use from many threads."""

    @property
    def name(self) -> str:
        """Path or URL, for messages; holds no secret."""

    @property
    def size(self) -> int:
        """Length of the file in bytes; the first look may cost one request."""

    @property
    def resident(self) -> Buffer | None:
        """The whole file, where it can be addressed without waiting; else ``None``.

        It may be a buffer whose slices are copies: ``memoryview(resident)[start:stop]`` is none.
        """

    def read(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Fetch one wave: one buffer of bytes per range, in the order of ``ranges``.

        A range is clipped at the end of the file, so a short (or empty) buffer means
        end-of-file and nothing else, and a huge range allocates no more than the file holds.

        Raises
        ------
        SourceError
            The bytes could not be fetched, or the file changed while it was read.
        FileNotFoundError
            There is no such file (a remote one may only be missed here).
        ValueError
            A range is negative or runs backwards, or the source is closed.
        """

    async def read_async(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Fetch one wave as :meth:`read` does, without blocking the event loop."""

    def close(self) -> None:
        """Let go of what this source itself opened; a second call does nothing."""


class Asks(Protocol):
    """What a walker yields: the ranges of the wave that it waits for."""

    @property
    def ranges(self) -> Sequence[Range]:
        """Ranges of the wave, answered in this order."""


Walker: TypeAlias = Coroutine[Asks, list[Buffer], T_co]
"""A coroutine that yields :class:`Asks`, is sent one buffer per range, and returns a ``T``."""
