"""The tracer: every structure that a reader decodes becomes a region."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ..format.global_heap import decode_global_heap_collection
from ..format.recording import RecordingCursor
from ..format.structure import Structure, structure_of
from ..walk.reader import Reader
from .regions import Owner, Region

__all__ = ["Regions", "Trace", "TracingReader"]

T = TypeVar("T")
Regions = dict[tuple[int, str], Region]


class Trace:
    """Collects into `regions` what a reader decodes for `owner`.

    A structure that is decoded again, for the same object or for another one that shares
    it, stays one region.
    """

    def __init__(self, regions: Regions, owner: Owner) -> None:
        self._regions = regions
        self._owner = owner

    def decoded(self, structure: Structure, cursor: RecordingCursor) -> None:
        """Take note of a structure; called by :class:`purehdf.walk.reader.Reader`."""
        start, stop = cursor.origin + cursor.start, cursor.offset
        region = self._regions.get((start, structure.title))
        if region is None:
            region = Region(start, stop, *structure, cursor.parts, {})
            self._regions[start, structure.title] = region
        region.owners[self._owner] = None

    def shares(self, structure: Structure, start: int) -> None:
        """Take note that a structure which was decoded for others belongs to this owner too."""
        self._regions[start, structure.title].owners[self._owner] = None


class TracingReader(Reader):
    """The reader of one object.

    Global heap collections serve many objects, so the readers of one file have them in
    common: `heaps`, address -> collection.
    """

    def __init__(self, *args: Any, trace: Trace, heaps: dict[int, Any], **kwargs: Any) -> None:
        super().__init__(*args, tracer=trace, **kwargs)
        self._tracing = trace
        self._heaps = heaps

    async def load_all(
        self, decode: Callable[..., T], addresses: Sequence[int], *args: Any
    ) -> list[T]:
        """Decode the structure at each address, but a global heap collection only once."""
        if decode is not decode_global_heap_collection:
            return await super().load_all(decode, addresses, *args)
        new = [address for address in addresses if address not in self._heaps]
        self._heaps.update(zip(new, await super().load_all(decode, new, *args), strict=True))
        for address in addresses:
            self._tracing.shares(structure_of(decode), self.base_address + address)
        return [self._heaps[address] for address in addresses]
