"""The tracer: every structure that a reader decodes becomes a region."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ..errors import PureHDFError
from ..format.fractal_heap import decode_fractal_heap_header
from ..format.global_heap import decode_global_heap_collection
from ..format.recording import Field, RecordingCursor
from ..format.structure import Structure, structure_of
from ..format.virtual_mapping import decode_virtual_mappings
from ..walk.reader import Reader
from .regions import Owner, Region

__all__ = ["Regions", "Trace", "TracingReader"]

T = TypeVar("T")
Regions = dict[tuple[int, str], Region]
_CLAIMS = {
    "fractal heap huge object": "III.G",
    "filtered fractal heap direct block": "III.G",
    "free space": "III.H",
    "space between members": "II.B",
}


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
        if cursor.bounded and self._is_nowhere(start):
            return
        region = self._regions.get((start, structure.title))
        if region is None:
            region = Region(start, stop, *structure, cursor.parts, {})
            self._regions[start, structure.title] = region
        region.owners[self._owner] = None

    def _is_nowhere(self, start: int) -> bool:
        """Whether bytes that were decoded at `start` are not in the file as they are."""
        tiny = (start, structure_of(decode_fractal_heap_header).title) in self._regions
        return tiny or any(a <= start < b for a, b in self._owner.nowhere)

    def failed(self, structure: Structure, cursor: RecordingCursor, error: PureHDFError) -> None:
        """Take note of what was read of a structure before it turned out to be damaged."""
        if cursor.parts:
            self.decoded(Structure(f"{structure.title} (damaged)", structure.section), cursor)

    def claim(self, title: str, start: int, size: int, unfiltered: int) -> None:
        """Take note of `size` bytes that are known but not decoded.

        If they stand for another number of bytes, what is decoded from those lies nowhere
        in the file, and is left out from now on.
        """
        if unfiltered != size:
            self._owner.nowhere.append((start, start + unfiltered))
        section = _CLAIMS[title]
        field = Field(title, start, size, None, title, section)
        region = Region(start, start + size, title, section, [field], {})
        self._regions.setdefault((start, title), region).owners[self._owner] = None

    def shares(self, structure: Structure, start: int) -> None:
        """Take note that a structure which was decoded for others belongs to this owner too."""
        self._regions[start, structure.title].owners[self._owner] = None

    def place_in_heap(self, body: bytes, collection: int) -> int:
        """File offset of an object with this content, in the heap collection at `collection`."""
        region = self._regions.get((collection, structure_of(decode_global_heap_collection).title))
        fields = () if region is None else region.fields()
        found = (f.offset for f in fields if f.name == "object data" and f.value == body)
        return next(found, collection)


class TracingReader(Reader):
    """The reader of one object.

    Global heap collections serve many objects, so the readers of one file have them in
    common: `heaps`, address -> collection.
    """

    def __init__(self, *args: Any, trace: Trace, heaps: dict[int, Any], **kwargs: Any) -> None:
        super().__init__(*args, tracer=trace, **kwargs)
        self._tracing = trace
        self._heaps = heaps

    def decode_body(self, decode: Callable[..., T], body: bytes, offset: int, *args: Any) -> T:
        """Decode `body`; of an object in a global heap, `offset` is the whole collection's."""
        if decode is decode_virtual_mappings:
            offset = self._tracing.place_in_heap(body, offset)
        return super().decode_body(decode, body, offset, *args)

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
