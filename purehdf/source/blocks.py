"""A cache of blocks in front of a source where each wave costs a round trip."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .coalesce import coalesce
from .protocol import Buffer, Range, Source
from .ranges import clip

__all__ = ["BlockCache", "CacheStats"]

_KIB = 1 << 10
_MIB = 1 << 20
_NO_END = 1 << 64


@dataclass(slots=True)
class CacheStats:
    """What a :class:`BlockCache` asked of its source, and what it spared it."""

    waves: int = 0
    """Calls of the source."""
    requests: int = 0
    """Ranges that these calls asked for."""
    bytes: int = 0
    """Bytes that came back."""
    hits: int = 0
    """Ranges answered from the cache alone."""


@dataclass(slots=True)
class _Plan:
    """One wave: what was asked for, which blocks are at hand, and what must be fetched."""

    ranges: list[Range]
    blocks: dict[int, Buffer] = field(default_factory=dict)
    fetches: list[Range] = field(default_factory=list)
    bulk: list[int] = field(default_factory=list)  # positions in ranges, fetched last


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
    gap
        Bytes between two missing ranges up to which both are fetched as one.
    capacity
        Bytes of blocks that are kept; the least recently used go first.
    bulk
        Ranges longer than this go straight to the source and are not kept.
    """

    resident = None

    def __init__(
        self,
        source: Source,
        *,
        block: int = 4 * _KIB,
        readahead: int = 4 * _KIB,
        gap: int = 16 * _KIB,
        capacity: int = 64 * _MIB,
        bulk: int = _MIB,
    ) -> None:
        if block < 1 or min(readahead, gap, capacity, bulk) < 0:
            raise ValueError("a block has at least one byte, and no size is negative")
        self.name = source.name
        self.stats = CacheStats()
        self._source = source
        self._block = block
        self._readahead = readahead
        self._gap = gap
        self._capacity = capacity
        self._bulk = bulk
        self._lock = threading.Lock()  # guards the next three and stats, never held over I/O
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self._weight = 0
        self._end = _NO_END  # no byte of the file lies at or behind it

    @property
    def size(self) -> int:
        """Length of the file in bytes, as the source knows it."""
        return self._source.size

    def read(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Answer one wave, fetching what is missing with at most one wave of the source."""
        plan = self._plan(ranges)
        buffers = self._source.read(plan.fetches) if plan.fetches else []
        return self._answer(plan, buffers)

    async def read_async(self, ranges: Sequence[Range]) -> list[Buffer]:
        """Answer one wave as :meth:`read` does."""
        plan = self._plan(ranges)
        buffers = await self._source.read_async(plan.fetches) if plan.fetches else []
        return self._answer(plan, buffers)

    def close(self) -> None:
        """Forget the blocks, and close the source."""
        with self._lock:
            self._kept.clear()
            self._weight = 0
        self._source.close()

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
            spans = coalesce(missing, gap=self._gap)
            plan.fetches = [(span.start, span.stop) for span in spans]
            plan.fetches += [plan.ranges[position] for position in plan.bulk]
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
            for number in self._numbers(stop, min(stop + self._readahead, self._end)):
                if number in self._kept:
                    break
                absent.append((number * size, (number + 1) * size))
        return absent

    def _numbers(self, start: int, stop: int) -> range:
        return range(start // self._block, -(-stop // self._block) if stop > start else 0)

    def _answer(self, plan: _Plan, buffers: Sequence[Buffer]) -> list[Buffer]:
        spans = len(plan.fetches) - len(plan.bulk)
        bulk = dict(zip(plan.bulk, buffers[spans:], strict=True))
        fresh: dict[int, bytes] = {}
        for (start, stop), buffer in zip(plan.fetches[:spans], buffers[:spans], strict=True):
            fresh.update(self._cut(start, stop, buffer))
        if plan.fetches:
            self._keep(plan, buffers, fresh)
            plan.blocks.update(fresh)
        return [
            bulk[position] if position in bulk else self._join(start, stop, plan.blocks)
            for position, (start, stop) in enumerate(plan.ranges)
        ]

    def _cut(self, start: int, stop: int, buffer: Buffer) -> Iterator[tuple[int, bytes]]:
        # Copies, because a view would keep the whole of a large buffer alive.
        for number in self._numbers(start, stop):
            offset = number * self._block - start
            yield number, bytes(buffer[offset : offset + self._block])

    def _keep(self, plan: _Plan, buffers: Sequence[Buffer], fresh: dict[int, bytes]) -> None:
        with self._lock:
            self.stats.waves += 1
            self.stats.requests += len(plan.fetches)
            self.stats.bytes += sum(map(len, buffers))
            for (start, stop), buffer in zip(plan.fetches, buffers, strict=True):
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

    def _join(self, start: int, stop: int, blocks: dict[int, Buffer]) -> Buffer:
        numbers = self._numbers(start, stop)
        offset = start % self._block
        if len(numbers) == 1:
            return blocks[numbers[0]][offset : offset + stop - start]
        joined = b"".join(blocks[number] for number in numbers)
        return memoryview(joined)[offset : offset + stop - start]
