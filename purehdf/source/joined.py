"""One file in several: members that lie one after the other in one space of offsets."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from ..errors import SourceError
from .protocol import Buffer, Range, Source
from .ranges import clip, in_thread

__all__ = ["JoinedSource"]

_HOLE = 16 << 20  # bytes that no member holds, of one range


class JoinedSource:
    """Reads ``members``, each from its offset up to that of the next one.

    Bytes that lie between the end of a member and the offset of the next are zero, as they
    are in a file with holes.

    Parameters
    ----------
    name : str
        Path of the whole, for messages.
    members : sequence of (int, Source)
        Offset of the first byte and source of each; any order.  They are closed with it.
    """

    resident = None

    def __init__(self, name: str, members: Sequence[tuple[int, Source]]) -> None:
        self.name = name
        self._members = sorted(members, key=lambda member: member[0])
        self._starts = [start for start, _ in self._members]
        if self._starts[:1] != [0] or len(set(self._starts)) < len(self._starts):
            raise SourceError(f"{name}: members do not begin at 0, or two begin at one offset")

    @property
    def members(self) -> list[Source]:
        """The sources of all members, in the order of their offsets."""
        return [source for _, source in self._members]

    @property
    def holes(self) -> list[Range]:
        """Where there are no bytes between the end of a member and the offset of the next."""
        ends = [start + source.size for start, source in self._members if source.size]
        starts = [start for start, source in self._members if source.size]
        return [(a, b) for a, b in zip(ends, starts[1:], strict=False) if a < b]

    @property
    def size(self) -> int:
        """Where the last member that has any bytes ends."""
        return max((start + s.size for start, s in self._members if s.size), default=0)

    def read(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Answer one wave, each member with one wave of its own."""
        wanted = clip(ranges, self.size)
        parts: dict[int, list[Range]] = {}
        for place in wanted:
            for i, part in self._split(place):
                parts.setdefault(i, []).append(part)
        answers = {i: iter(self._members[i][1].read(part)) for i, part in parts.items()}
        return [self._join(place, answers) for place in wanted]

    async def read_async(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Answer one wave without blocking: members are local files."""
        return await in_thread(self.read, ranges)

    def close(self) -> None:
        """Close all members."""
        for _, source in self._members:
            source.close()

    def _split(self, place: Range) -> Iterator[tuple[int, Range]]:
        """The members that a range touches, and which of their bytes."""
        start, stop = place
        first = bisect_right(self._starts, start) - 1
        ends = [*self._starts[1:], stop]
        for i in range(first, len(self._starts)):
            begin = self._starts[i]
            if begin >= stop:
                return
            yield i, (max(start, begin) - begin, min(stop, ends[i]) - begin)

    def _join(self, place: Range, answers: dict[int, Iterator[Buffer]]) -> Buffer:
        pieces: list[Buffer] = []
        for i, (low, high) in self._split(place):
            found = next(answers[i])
            hole = high - low - len(found)
            if hole > _HOLE:
                raise SourceError(f"{self.name}: {hole} bytes of a range are in no member")
            pieces += [found, bytes(hole)] if hole else [found]
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)
