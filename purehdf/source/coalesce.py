"""Many ranges into few requests: a pure function, and its inverse."""

from __future__ import annotations

from collections.abc import Sequence, Set
from itertools import accumulate, pairwise
from typing import NamedTuple

from .protocol import Buffer, Range

__all__ = ["Part", "Span", "coalesce", "cut", "holes_to_fill", "outlines", "scatter"]

_MAXIMUM = 2 << 20
_MOST_PIECES = 1 << 16
_NO_MAXIMUM = 1 << 64
_SPREAD, _SPREAD_OVER = 40_503, 65_536  # the golden ratio: its multiples lie evenly


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


def coalesce(
    ranges: Sequence[Range],
    *,
    gap: int = 0,
    maximum: int = _MAXIMUM,
    fill: Set[int] = frozenset(),
) -> list[Span]:
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
    fill
        Where holes begin that are fetched though they are wider than `gap`.

    Returns
    -------
    list of Span
        Sorted and disjoint; each range that is not empty is a part of exactly one.
    """
    order = sorted((start, stop, i) for i, (start, stop) in enumerate(ranges) if start < stop)
    spans: list[Span] = []
    done = 0
    for first, end in outlines(ranges, gap=gap, maximum=maximum, fill=fill):
        parts = []
        while done < len(order) and order[done][0] < end:
            start, stop, index = order[done]
            parts.append(Part(index, start - first, stop - first))
            done += 1
        spans.append(Span(first, end, tuple(parts)))
    return spans


def outlines(
    ranges: Sequence[Range], *, gap: int, maximum: int, fill: Set[int] = frozenset()
) -> list[Range]:
    """Where the spans of :func:`coalesce` begin and end."""
    found: list[Range] = []
    first = end = -1
    for start, stop in sorted(ranges):
        if start == stop:
            continue
        near = start - end <= gap or end in fill
        if first >= 0 and (start < end or (near and max(stop, end) - first <= maximum)):
            end = max(end, stop)
            continue
        if first >= 0:
            found.append((first, end))
        first, end = start, stop
    if first >= 0:
        found.append((first, end))
    return found


def holes_to_fill(
    ranges: Sequence[Range], *, gap: int, requests: int, trip: int, overhead: int = 0
) -> frozenset[int]:
    """Choose which holes between ranges, all wider than `gap`, are better fetched than skipped.

    Requests are answered in rounds of `requests` side by side, and a round takes at least as
    long as `trip` bytes do.  While some requests wait for their answers the bytes of others
    come, so a wave takes the longer of its rounds and its bytes; and besides the time that the
    processor is busy with each request, in which `overhead` bytes would come.  So many of the
    narrowest holes are filled as make this and half of the bytes least: bytes that cost no time
    are still not free.  Where one round does, none are.

    Returns
    -------
    frozenset of int
        The offsets at which these holes begin.
    """
    if len(ranges) <= requests:
        return frozenset()
    spans = outlines(ranges, gap=gap, maximum=_NO_MAXIMUM)
    if len(spans) <= requests:
        return frozenset()
    widths = [after - before for (_, before), (after, _) in pairwise(spans)]
    # Of holes that are alike some are chosen all over the file, so that requests stay alike too.
    order = sorted(range(len(widths)), key=lambda i: (widths[i], i * _SPREAD % _SPREAD_OVER))
    filled = list(accumulate((widths[i] for i in order), initial=0))
    wanted = sum(stop - start for start, stop in spans)

    def cost(some: int) -> float:
        left, size = len(spans) - some, wanted + filled[some]
        return max(-(-left // requests) * trip, size) + left * overhead + size / 2

    best = min(range(len(spans)), key=cost)
    return frozenset(spans[i][1] for i in order[:best])


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
