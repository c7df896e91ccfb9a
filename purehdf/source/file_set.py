"""Several sources as one: what a walk that reads more than one file runs over."""

from __future__ import annotations

from collections.abc import Sequence

from .protocol import Buffer, Range, Source

__all__ = ["FileSet"]

_BITS = 64  # each file has this much room for its offsets


class FileSet:
    """A source whose offsets say which of its files they are in.

    The first file has its own offsets; those of file i are shifted by ``i << 64``.
    """

    def __init__(self, first: Source) -> None:
        self.name = first.name
        self._sources = [first]

    @property
    def resident(self) -> Buffer | None:
        """The bytes of the first file, if they are in memory."""
        return self._sources[0].resident

    @property
    def size(self) -> int:
        """Length of the first file in bytes."""
        return self._sources[0].size

    def add(self, source: Source) -> int:
        """Take up another file; return what its offsets are shifted by."""
        self._sources.append(source)
        # By looking for it: another thread may have appended one of its own meanwhile.
        return next(i for i, each in enumerate(self._sources) if each is source) << _BITS

    def read(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Answer one wave, file by file."""
        parts = self._split(ranges)
        return _joined(
            ranges,
            {i: self._sources[i].read([r for _, r in part]) for i, part in parts.items()},
            parts,
        )

    async def read_async(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Answer one wave, all files at the same time."""
        import asyncio  # late: only who reads this way pays for it

        parts = self._split(ranges)
        answers = await asyncio.gather(
            *(self._sources[i].read_async([r for _, r in part]) for i, part in parts.items())
        )
        return _joined(ranges, dict(zip(parts, answers, strict=True)), parts)

    def close(self) -> None:
        """Close all files."""
        for source in self._sources:
            source.close()

    def _split(self, ranges: Sequence[Range]) -> dict[int, list[tuple[int, Range]]]:
        """File -> its ranges, each with its position in `ranges`."""
        parts: dict[int, list[tuple[int, Range]]] = {}
        for position, (start, stop) in enumerate(ranges):
            file = start >> _BITS
            shift = file << _BITS
            parts.setdefault(file, []).append((position, (start - shift, stop - shift)))
        return parts


def _joined(
    ranges: Sequence[Range],
    answers: dict[int, list[Buffer]],
    parts: dict[int, list[tuple[int, Range]]],
) -> list[Buffer]:
    out: list[Buffer] = [b""] * len(ranges)
    for file, part in parts.items():
        for (position, _), buffer in zip(part, answers[file], strict=True):
            out[position] = buffer
    return out
