"""References of which each array may be spread over several files."""

from __future__ import annotations

from dataclasses import dataclass

from .array_references import ArrayReferences, References
from .members import parts_of
from .nodes import Documents

__all__ = ["Joined", "JoinedArray", "as_joined"]


@dataclass(frozen=True, slots=True)
class JoinedArray:
    """One array: its metadata documents, and for each URL the chunks that lie there.

    All parts have the shape of the whole array, and positions in its grid of chunks.
    """

    documents: Documents
    parts: list[tuple[str, ArrayReferences]]


@dataclass(frozen=True, slots=True)
class Joined:
    """Groups and arrays by their paths (the root is ``""``)."""

    zarr_format: int
    groups: dict[str, Documents]
    arrays: dict[str, JoinedArray]


def as_joined(found: References | Joined) -> Joined:
    """Return the references of one file as those of several: of one, or of its members."""
    if isinstance(found, Joined):
        return found
    arrays = {
        path: JoinedArray(array.documents, parts_of(found, array))
        for path, array in found.arrays.items()
    }
    return Joined(found.zarr_format, found.groups, arrays)
