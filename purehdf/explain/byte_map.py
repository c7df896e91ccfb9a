"""The byte map: every structure and every run of raw data of a file, sorted by offset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Self

import numpy as np

from ..errors import PureHDFError, TruncatedError
from ..limits import DEFAULT_LIMITS, Limits
from ..source import BlockCache, JoinedSource, Source, folder_of, open_source, run, with_members
from ..walk.members import find_members
from .regions import Owner, RawData, Region, offsets
from .room import complete
from .survey import Survey
from .trace import Trace

__all__ = ["ByteMap", "Hit", "Span", "byte_map"]

Column = np.ndarray[Any, Any]
Holes = Sequence[tuple[int, int]]


class Span(NamedTuple):
    """One line of the map: bytes ``start`` to ``stop`` of the file.

    ``kind`` is "structure", "raw data", "user block" or "gap"; ``depth`` counts the spans
    around this one; ``paths`` are those of the objects that it belongs to.
    """

    start: int
    stop: int
    kind: str
    title: str
    section: str
    paths: tuple[str, ...]
    depth: int = 0


class Hit(NamedTuple):
    """What claims a byte: a structure, or one row of raw data."""

    start: int
    stop: int
    what: Region | RawData
    row: int

    @property
    def title(self) -> str:
        """What it is."""
        return self.what.title(self.row) if isinstance(self.what, RawData) else self.what.title

    @property
    def owners(self) -> list[Owner]:
        """The objects that it belongs to."""
        return [self.what.owner] if isinstance(self.what, RawData) else list(self.what.owners)

    @property
    def paths(self) -> tuple[str, ...]:
        """All paths of these objects."""
        return tuple(path for owner in self.owners for path in owner.paths)


class ByteMap:
    """What every byte of a file belongs to; made by :func:`byte_map`.

    A structure that lies inside another one comes after it.  There are columns and no
    objects, so a million chunks are no burden.

    Attributes
    ----------
    start, stop : numpy.ndarray, shape (n,), uint64
        File offsets of every structure and every run of raw data, sorted by start, the
        larger first.  Gaps are not among them: see :meth:`gaps`.
    size : int
        Size of the file, in bytes.
    base_address : int
        File offset that addresses are relative to: that of the superblock.
    problems : list of PureHDFError
        What could not be read, with its file offset and path.
    """

    def __init__(
        self,
        source: Source,
        limits: Limits,
        *,
        owned: bool,
        holes: Holes = (),
    ) -> None:
        self.source = source
        self.limits = limits
        self.size = source.size
        self._owned = owned
        survey = self.survey = Survey(source.resident, limits)
        run(survey.walk(), source)
        complete(survey.regions, survey.raw, survey.context, self.size)
        for start, stop in holes:
            Trace(survey.regions, survey.file).claim(
                "space between members", start, stop - start, stop - start
            )
        self.base_address = survey.base_address
        self.problems: list[PureHDFError] = survey.problems + list(self._truncated())
        self._regions = list(survey.regions.values())
        self._sort()

    def _truncated(self) -> Iterator[PureHDFError]:
        """Raw data that reaches beyond the end of the file."""
        for raw in self.survey.raw:
            rows = np.flatnonzero(raw.stop > self.size)
            if len(rows):
                first = int(rows[0])
                more = f", and {len(rows) - 1} more chunks" if len(rows) > 1 else ""
                yield TruncatedError(
                    f"the file ends in it{more}",
                    structure=raw.title(first),
                    section=raw.section,
                    expected=f"{raw.stop[first] - raw.start[first]} bytes",
                    found=f"{max(self.size - int(raw.start[first]), 0)} bytes",
                    offset=int(raw.start[first]),
                    path=raw.owner.paths[0],
                )

    def _sort(self) -> None:
        regions, raw = self._regions, self.survey.raw
        starts = [offsets([r.start for r in regions]), *(r.start for r in raw)]
        stops = [offsets([r.stop for r in regions]), *(r.stop for r in raw)]
        layers = [np.full(len(part), i) for i, part in enumerate(starts)]
        rows = [np.arange(len(part)) for part in starts]
        start = np.concatenate(starts)
        stop = np.minimum(np.concatenate(stops), self.size)
        order = np.lexsort((~stop, start))
        order = order[stop[order] > start[order]]
        self.start: Column = start[order]
        self.stop: Column = stop[order]
        self._layer: Column = np.concatenate(layers)[order]
        self._row: Column = np.concatenate(rows)[order]
        reached = np.maximum.accumulate(np.concatenate([offsets([0]), self.stop]))
        self._reached: Column = reached[:-1]  # how far all before it reach

    def __len__(self) -> int:
        return len(self.start)

    def __repr__(self) -> str:
        missing = sum(stop - start for start, stop in self.gaps())
        return (
            f"<ByteMap of {self.source.name}: {self.size} bytes, {len(self)} structures and "
            f"runs of raw data, {missing} bytes unaccounted for>"
        )

    def hit(self, i: int) -> Hit:
        """What line `i` of the columns is."""
        layer, row = int(self._layer[i]), int(self._row[i])
        what = self.survey.raw[layer - 1] if layer else self._regions[row]
        return Hit(int(self.start[i]), int(self.stop[i]), what, row)

    def at(self, offset: int) -> list[Hit]:
        """All that claims the byte at `offset`, the smallest first."""
        lines = np.flatnonzero((self.start <= offset) & (offset < self.stop))
        return sorted(map(self.hit, reversed(lines.tolist())), key=lambda hit: hit.stop - hit.start)

    def inside(self, start: int, stop: int) -> list[Hit]:
        """All that lies inside bytes `start` to `stop`."""
        first, last = np.searchsorted(self.start, offsets([start, stop]))
        lines = first + np.flatnonzero(self.stop[first:last] <= stop)
        return list(map(self.hit, lines.tolist()))

    def gaps(self) -> Iterator[tuple[int, int]]:
        """Ranges that nothing claims; the user block is not among them."""
        begin = np.maximum(self._reached, self.base_address)
        for i in np.flatnonzero(self.start > begin).tolist():
            yield int(begin[i]), int(self.start[i])
        end = int(max(self.stop.max(initial=0), self.base_address))
        if end < self.size:
            yield end, self.size

    def spans(self, *, nested: bool = False) -> Iterator[Span]:
        """The lines of the map in order, gaps among them; with `nested` also what lies inside."""
        gaps = [Span(*gap, "gap", "unaccounted for", "", ()) for gap in self.gaps()]
        if self.base_address:
            gaps.insert(0, Span(0, self.base_address, "user block", "user block", "II.A", ()))
        gaps.reverse()
        around: list[int] = []
        shown = slice(None) if nested else self.stop > self._reached
        for i in np.arange(len(self))[shown].tolist():
            hit = self.hit(i)
            while gaps and gaps[-1].start < hit.start:
                yield gaps.pop()
            while around and around[-1] <= hit.start:
                around.pop()
            kind = "raw data" if isinstance(hit.what, RawData) else "structure"
            yield Span(
                hit.start, hit.stop, kind, hit.title, hit.what.section, hit.paths, len(around)
            )
            around.append(hit.stop)
        yield from reversed(gaps)

    def read(self, start: int, stop: int) -> bytes:
        """The bytes `start` to `stop`, cut short where the file ends."""
        return bytes(self.source.read([(start, stop)])[0])

    def close(self) -> None:
        """Close the file, if :func:`byte_map` opened it."""
        if self._owned:
            self.source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def byte_map(target: Any, *, limits: Limits = DEFAULT_LIMITS) -> ByteMap:
    """Return the map of all bytes of a file.

    `target` is whatever ``purehdf.File`` takes, or a File that is open.  The whole file
    is walked, but raw data is read only where elements lead to global heaps.  Close the
    map, or use it in a ``with`` statement.

    Raises
    ------
    SignatureError
        The target is not an HDF5 file.  Other damage does not raise: see ``problems``.
    """
    source, holes, owned = _source(target)
    try:
        return ByteMap(source, limits, owned=owned, holes=holes)
    except BaseException:
        if owned:
            source.close()
        raise


def _source(target: Any) -> tuple[Source, Holes, bool]:
    """The bytes of `target`, the holes in it, and whether it was opened here."""
    session = getattr(target, "_session", None)  # an open File has its bytes
    if session is not None and session.reader.shift == 0:
        files: Source = session.files
        if files.resident is not None or session.folder is None:
            return files, (), False
    # What a file has opened by itself shares its bytes with others: it is opened again.
    source = open_source(target if session is None else session.name)
    if folder_of(source) is not None:
        source = with_members(source, run(find_members(source.resident, source.size), source))
    holes = source.holes if isinstance(source, JoinedSource) else ()
    return (source if source.resident is not None else BlockCache(source)), holes, True
