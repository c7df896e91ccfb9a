"""The tracer: every structure that a reader decodes becomes a region."""

from __future__ import annotations

from ..format.recording import RecordingCursor
from ..format.structure import Structure
from .regions import Owner, Region

__all__ = ["Regions", "Trace"]

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
            region = Region(start, stop, *structure, cursor.parts, [])
            self._regions[start, structure.title] = region
        if self._owner not in region.owners:
            region.owners.append(self._owner)
