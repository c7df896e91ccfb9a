"""Where the chunks of every array of a file lie, as columns: what all exports are made of.

A chunk is *referenced*, as a range of bytes that the codecs of its array decode, or
*inlined*: its bytes, encoded in those codecs, are in the references.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from .nodes import Documents

__all__ = ["ArrayReferences", "Member", "ReferenceEntry", "References"]

Column = np.ndarray[Any, Any]


class ReferenceEntry(NamedTuple):
    """How one array is referenced, or why something is left out.

    Attributes
    ----------
    path : str
        Path in the file; ``"/group/array@name"`` is an attribute.
    how : {"raw", "inlined", "refused", "dimension"}
        ``raw``: byte ranges of the file, but for chunks below the inline threshold.
        ``inlined``: at least one chunk had to be decoded, and is held by the references.
        ``refused``: left out.  ``dimension``: left out, as it only names a dimension.
    reason : str
        Why it is not raw; empty for what is.
    """

    path: str
    how: Literal["raw", "inlined", "refused", "dimension"]
    reason: str


class Member(NamedTuple):
    """One of the files that a file is spread over: its URL, and which of the bytes it holds."""

    url: str
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class ArrayReferences:
    """Where the chunks of one array lie; those that are not listed hold the fill value.

    Attributes
    ----------
    documents : dict
        Metadata documents, name -> JSON.
    shape, chunks : tuple of int
        Of the array, and of one chunk.
    coordinates : numpy.ndarray, shape (n, rank), int64
        Positions in the grid of chunks of those that are byte ranges.
    offset, size : numpy.ndarray, shape (n,), int64
        Their ranges in the file, in bytes; behind 2 ** 63, which a split file reaches, the
        offset is that of a ``uint64``.
    inline_coordinates : numpy.ndarray, shape (m, rank), int64
        Positions of those that are inlined.
    inlined : list of bytes, length m
        These chunks, in the array's codecs.
    """

    documents: Documents
    shape: tuple[int, ...]
    chunks: tuple[int, ...]
    coordinates: Column
    offset: Column
    size: Column
    inline_coordinates: Column
    inlined: list[bytes]

    @property
    def grid(self) -> tuple[int, ...]:
        """Number of chunks along each dimension."""
        return tuple(-(-n // c) for n, c in zip(self.shape, self.chunks, strict=True))


@dataclass(frozen=True, slots=True)
class References:
    """The groups and arrays of one file, by their paths (the root is ``""``).

    ``url`` is where the byte ranges lie, ``report`` says how each array is referenced.  A file
    that is spread over several has ``members``, and its offsets count through all of them.
    """

    url: str
    zarr_format: int
    groups: dict[str, Documents]
    arrays: dict[str, ArrayReferences]
    report: list[ReferenceEntry]
    members: tuple[Member, ...] = ()

    def __repr__(self) -> str:
        chunks = sum(len(array.coordinates) for array in self.arrays.values())
        return (
            f"<References to {self.url}: {len(self.arrays)} arrays, {chunks} chunks, "
            f"{len(self.left_out)} left out>"
        )

    @property
    def left_out(self) -> list[ReferenceEntry]:
        """What the references do not hold, and why."""
        return [entry for entry in self.report if entry.how == "refused"]
