"""Many ranges into few requests: a pure function, and its inverse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .protocol import Buffer, Range

__all__ = ["Part", "Span", "coalesce", "cut", "scatter", "wider_gap"]

_MAXIMUM = 2 << 20
_MOST_PIECES = 1 << 16


class Part(NamedTuple):
    """Where input range number ``which`` lies inside its span, in bytes from the span's start."""

    which: int
    start: int
    stop: int


class Span(NamedTuple):
    """One request, from ``start`` to ``stop``, and the input ranges that it answers."""

    start: int
    stop: int
    parts: tuple[Part, ...]


def coalesce(ranges: Sequence[Range], *, gap: int = 0, maximum: int = _MAXIMUM) -> list[Span]:
    """Merge ``ranges`` that overlap, touch, or lie at most ``gap`` bytes apart.

    Parameters
    ----------
    ranges
        In any order; they may overlap, repeat or be empty.  Empty ones need no bytes
        and are in no span.
    gap
        Bytes between two ranges that are cheaper to fetch than a second request is.
    maximum
        Length at which a span stops to grow over gaps, so that bulk is fetched by several
        requests side by side.  A longer range stays whole, and ranges that share bytes
        always merge: no byte is fetched twice.

    Returns
    -------
    list of Span
        Sorted and disjoint; each range that is not empty is a part of exactly one.
    """
    spans: list[Span] = []
    members: list[tuple[int, int, int]] = []  # start, stop, index of the ranges of one span
    end = 0
    order = sorted((start, stop, i) for i, (start, stop) in enumerate(ranges) if start < stop)
    for start, stop, index in order:
        if members:
            room = max(stop, end) - members[0][0] <= maximum
            if not (start < end or (start - end <= gap and room)):
                spans.append(_span(members, end))
                members = []
        end = max(stop, end) if members else stop
        members.append((start, stop, index))
    if members:
        spans.append(_span(members, end))
    return spans


def _span(members: list[tuple[int, int, int]], end: int) -> Span:
    first = members[0][0]
    parts = tuple(Part(index, start - first, stop - first) for start, stop, index in members)
    return Span(first, end, parts)


def wider_gap(ranges: Sequence[Range], *, gap: int, most: int, widest: int) -> int:
    """Widen `gap`, to `widest` at most, until it leaves no more than `most` spans.

    A few requests side by side cost no more time than one, thousands do.
    """
    holes, end = [], None
    for start, stop in sorted(ranges):
        if end is not None and start - end > gap:
            holes.append(start - end)
        end = stop if end is None else max(end, stop)
    surplus = len(holes) + 1 - most
    return gap if surplus <= 0 else min(sorted(holes)[surplus - 1], widest)


def cut(start: int, stop: int, most: int) -> list[Range]:
    """Cut a range into nearly equal pieces of at most `most` bytes, to be fetched side by side.

    One that would make too many stays whole: it goes far beyond the end of any file.
    """
    count = max(-(-(stop - start) // most), 1)
    size = -(-(stop - start) // count)
    if count > _MOST_PIECES:
        return [(start, stop)]
    return [(at, min(at + size, stop)) for at in range(start, stop, size)]


def scatter(spans: Sequence[Span], buffers: Sequence[Buffer], count: int) -> list[Buffer]:
    """Deal the buffers of ``spans`` out to the ``count`` ranges that were coalesced.

    A range that is in no span was empty and gets ``b""``; a buffer cut short by the end
    of the file gives short parts.
    """
    results: list[Buffer] = [b""] * count
    for span, buffer in zip(spans, buffers, strict=True):
        view = memoryview(buffer)
        for which, start, stop in span.parts:
            results[which] = view[start:stop]
    return results
