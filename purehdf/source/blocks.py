"""A cache of blocks in front of a source where each wave costs a round trip."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field

from .coalesce import Span, coalesce, cut, holes_to_fill, outlines, scatter
from .parallel import CONNECTIONS
from .protocol import Buffer, Range, Source
from .ranges import clip
from .statistics import IOStats

__all__ = ["BlockCache"]

_KIB = 1 << 10
_MIB = 1 << 20
_LARGEST_PAGE = 8 * _MIB  # more at a time would cost more than the round trips that it saves
_OVERHEAD = 8 * _KIB  # 0.08 ms at 100 MB/s
_NO_END = 1 << 64


@dataclass(slots=True)
class _Plan:
    """One wave: what was asked for, which blocks are at hand, and what must be fetched."""

    ranges: list[Range]
    blocks: dict[int, Buffer] = field(default_factory=dict)
    bulk: list[int] = field(default_factory=list)  # positions in ranges
    runs: list[Range] = field(default_factory=list)  # of whole blocks that are missing
    spans: list[Span] = field(default_factory=list)  # of the runs, and then of the bulk
    pieces: list[list[Range]] = field(default_factory=list)  # of each span

    @property
    def fetches(self) -> list[Range]:
        """What the source is asked for."""
        return [piece for pieces in self.pieces for piece in pieces]


class BlockCache:
    """Answers from cached blocks; what is missing is fetched in one call of ``source``.

    Parameters
    ----------
    source
        Where the bytes come from.  Wrapping a ``resident`` source gains nothing.
    block
        Bytes of a block.  Ranges are rounded out to blocks; 1 fetches what is asked for
        and nothing else (for measurements: each byte is then an entry of its own).
    readahead
        Bytes behind a missing range that are fetched with it, so that a small header
        brings its body along.
    first
        The same for the first read of all.
    gap
        Bytes between two missing ranges up to which both are fetched as one.
    requests
        Requests that are under way together: by default the connections of the source, or 100.
        Where more are left, wider gaps are fetched too, as far as that spares time enough
        (:func:`.coalesce.holes_to_fill`).
    trip, overhead
        Bytes that take as long to come as a round trip, and as the processor is busy with a
        request: by default what the source says, or 8 KiB.
    capacity
        Bytes of blocks that are kept; the least recently used go first.
    bulk
        Ranges longer than this go straight to the source and are not kept.
    part
        Bytes of a request that bulk is cut into, so that it is fetched side by side.
    progress
        Called after each wave of the source, with what reading has cost so far, in the thread
        that reads.  What it raises ends the read.

    Attributes
    ----------
    source : Source
        As given.
    progress : callable, optional
        As given; may be set at any time.
    stats : IOStats
        What was asked of the source so far, and what the cache spared it.
    """

    resident = None

    def __init__(
        self,
        source: Source,
        *,
        block: int = 4 * _KIB,
        readahead: int = 4 * _KIB,
        first: int = 64 * _KIB,
        gap: int = 16 * _KIB,
        requests: int | None = None,
        trip: int = 4 * _MIB,
        overhead: int | None = None,
        capacity: int = 64 * _MIB,
        bulk: int = 128 * _KIB,
        part: int = 2 * _MIB,
        progress: Callable[[IOStats], object] | None = None,
    ) -> None:
        if requests is None:
            requests = getattr(source, "connections", CONNECTIONS)
        if overhead is None:
            overhead = getattr(source, "overhead", _OVERHEAD)
        if (
            min(block, requests, part) < 1
            or min(readahead, first, gap, trip, overhead, capacity, bulk) < 0
        ):
            raise ValueError("a block has at least one byte, and no size is negative")
        self.name = source.name
        self.stats = IOStats()
        self.source = source
        self.progress = progress
        self._block = block
        self._readahead = readahead
        self._first = first
        self._page = 0
        self._gap = gap
        self._costs = {"requests": requests, "trip": trip, "overhead": overhead}
        self._capacity = capacity
        self._bulk = bulk
        self._part = part
        self._lock = threading.Lock()  # guards the next three and stats, never held over I/O
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self._weight = 0
        self._end = _NO_END  # no byte of the file lies at or behind it

    @property
    def size(self) -> int:
        """Length of the file in bytes, as the source knows it."""
        return self.source.size

    def read(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Answer one wave, fetching what is missing with at most one wave of the source."""
        plan = self._plan(ranges)
        buffers = self.source.read(plan.fetches) if plan.spans else []
        return self._answer(plan, buffers)

    async def read_async(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Answer one wave as :meth:`read` does."""
        plan = self._plan(ranges)
        buffers = await self.source.read_async(plan.fetches) if plan.spans else []
        return self._answer(plan, buffers)

    def at_hand(self, ranges: Sequence[Range]) -> list[Buffer] | None:
        """Answer a wave that needs nothing of the source; None where it does."""
        blocks: dict[int, Buffer] = {}
        with self._lock:
            clipped = clip(ranges, self._end)
            for start, stop in clipped:
                if stop - start > self._bulk or self._look_up(start, stop, blocks):
                    return None
            self.stats.hits += sum(start < stop for start, stop in clipped)
        return [self._join(start, stop, blocks) for start, stop in clipped]

    def use_pages(self, size: int) -> None:
        """From now on fetch whole pages of `size` bytes, as the file keeps them together."""
        self._page = min(size, _LARGEST_PAGE)

    def close(self) -> None:
        """Forget the blocks, and close the source."""
        with self._lock:
            self._kept.clear()
            self._weight = 0
        self.source.close()

    def _plan(self, ranges: Sequence[Range]) -> _Plan:
        missing: list[Range] = []
        with self._lock:
            plan = _Plan(clip(ranges, self._end))
            for position, (start, stop) in enumerate(plan.ranges):
                if stop - start > self._bulk:
                    plan.bulk.append(position)
                    continue
                absent = self._look_up(start, stop, plan.blocks)
                missing += absent
                self.stats.hits += start < stop and not absent
            missing += self._rest_of_pages(missing)
        plan.runs = outlines(missing, gap=self._gap, maximum=self._part)
        wanted = plan.runs + [plan.ranges[position] for position in plan.bulk]
        fill = holes_to_fill(wanted, gap=self._gap, **self._costs)
        plan.spans = coalesce(wanted, gap=self._gap, maximum=self._part, fill=fill)
        plan.pieces = [cut(span.start, span.stop, self._part) for span in plan.spans]
        return plan

    def _look_up(self, start: int, stop: int, found: dict[int, Buffer]) -> list[Range]:
        """Put the blocks of a range that are kept into ``found``; return the others."""
        absent: list[Range] = []
        size = self._block
        for number in self._numbers(start, stop):
            kept = self._kept.get(number)
            if kept is None:
                absent.append((number * size, (number + 1) * size))
            else:
                self._kept.move_to_end(number)
                found[number] = kept
        if absent:
            for number in self._numbers(stop, min(stop + self._ahead(), self._end)):
                if number in self._kept:
                    break
                absent.append((number * size, (number + 1) * size))
        return absent

    def _ahead(self) -> int:
        return self._readahead if self._kept else max(self._first, self._readahead)

    def _rest_of_pages(self, missing: list[Range]) -> Iterator[Range]:
        """The blocks that are not kept of the pages that `missing` lies in."""
        size, page = self._block, self._page
        for start in {start // page * page for start, _ in missing} if page else ():
            for number in self._numbers(start, start + page):
                if number not in self._kept:
                    yield number * size, (number + 1) * size

    def _numbers(self, start: int, stop: int) -> range:
        return range(start // self._block, -(-stop // self._block) if stop > start else 0)

    def _answer(self, plan: _Plan, buffers: Sequence[Buffer]) -> list[Buffer]:
        found = _scattered(plan, buffers)
        bulk = dict(zip(plan.bulk, found[len(plan.runs) :], strict=True))
        fresh: dict[int, bytes] = {}
        for (start, stop), buffer in zip(plan.runs, found[: len(plan.runs)], strict=True):
            fresh.update(self._cut(start, stop, buffer))
        if plan.spans:
            stats = self._keep(plan, buffers, fresh)
            plan.blocks.update(fresh)
            if self.progress is not None:
                self.progress(stats)
        return [
            bulk[position] if position in bulk else self._join(start, stop, plan.blocks)
            for position, (start, stop) in enumerate(plan.ranges)
        ]

    def _cut(self, start: int, stop: int, buffer: Buffer) -> Iterator[tuple[int, bytes]]:
        # Copies, because a view would keep the whole of a large buffer alive.
        for number in self._numbers(start, stop):
            offset = number * self._block - start
            yield number, bytes(buffer[offset : offset + self._block])

    def _keep(self, plan: _Plan, buffers: Sequence[Buffer], fresh: dict[int, bytes]) -> IOStats:
        """Keep the blocks of a wave and count it; return the counts."""
        with self._lock:
            fetches = plan.fetches
            self.stats.waves += 1
            self.stats.requests += len(fetches)
            self.stats.bytes += sum(map(len, buffers))
            for (start, stop), buffer in zip(fetches, buffers, strict=True):
                if len(buffer) < stop - start:
                    self._end = min(self._end, start + len(buffer))
            for number, data in fresh.items():
                if not data:
                    continue  # behind the end of the file
                self._weight += len(data) - len(self._kept.get(number, b""))
                self._kept[number] = data
                self._kept.move_to_end(number)
            while self._weight > self._capacity:
                self._weight -= len(self._kept.popitem(last=False)[1])
            return copy(self.stats)

    def _join(self, start: int, stop: int, blocks: dict[int, Buffer]) -> Buffer:
        numbers = self._numbers(start, stop)
        offset = start % self._block
        if len(numbers) == 1:
            return blocks[numbers[0]][offset : offset + stop - start]
        joined = b"".join(blocks[number] for number in numbers)
        return memoryview(joined)[offset : offset + stop - start]


def _scattered(plan: _Plan, buffers: Sequence[Buffer]) -> list[Buffer]:
    """Put the pieces of spans together again, and deal them out to the runs and the bulk."""
    supply = iter(buffers)
    joined = []
    for pieces in plan.pieces:
        found = [next(supply) for _ in pieces]
        joined.append(found[0] if len(found) == 1 else b"".join(found))
    return scatter(plan.spans, joined, len(plan.runs) + len(plan.bulk))
