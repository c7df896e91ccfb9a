"""What a survey of a file collects: regions of structures, and raw data as columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..data.storage import Blocks
from ..format.datatypes import Datatype
from ..format.recording import Field, Rows

__all__ = ["Owner", "RawData", "Region", "base_name", "offsets"]

Column = np.ndarray[Any, Any]


@dataclass(slots=True, eq=False)
class Owner:
    """An object of the file, as the one that regions belong to.

    ``paths`` lists every hard link that leads to it from a group that was walked.
    ``heap_names`` maps offsets in a group's local heap to names, ``datatype`` is a
    dataset's.  ``nowhere`` are offsets at which bytes were decoded that are not in the file as
    they are, because they are filtered there.  The file itself, with its superblock, has no path.
    """

    paths: list[str] = field(default_factory=list)
    datatype: Datatype | None = None
    heap_names: dict[int, bytes] = field(default_factory=dict)
    nowhere: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Region:
    """One structure that was decoded: bytes ``start`` to ``stop``, and its fields in order."""

    start: int
    stop: int
    title: str
    section: str
    parts: list[Field | Rows]
    owners: dict[Owner, None]  # in order, each once

    @property
    def owner(self) -> Owner:
        """The first object that it was decoded for."""
        return next(iter(self.owners))

    def fields(self) -> Iterator[Field]:
        """All fields, in the order in which they were read."""
        for part in self.parts:
            if isinstance(part, Rows):
                yield from part.fields()
            else:
                yield part

    def row_at(self, offset: int) -> list[Field]:
        """The fields of the table row that holds the byte at `offset`; else that one field."""
        for part in self.parts:
            if part.offset <= offset < part.offset + part.length:
                if isinstance(part, Rows):
                    return list(part.row((offset - part.offset) // part.layout.size))
                return [part]
        return []

    def field_at(self, offset: int) -> Field | None:
        """The field that holds the byte at `offset`."""
        for found in self.row_at(offset):
            if found.offset <= offset < found.offset + found.length:
                return found
        return None

    def value(self, name: str) -> Any:
        """The value of the first field called `name`, or None."""
        return next((f.value for f in self.fields() if f.name == name), None)

    def holes(self) -> Iterator[tuple[int, int]]:
        """Ranges of bytes that belong to no field."""
        end = self.start
        for part in sorted(self.parts, key=lambda part: part.offset):
            if part.offset > end:
                yield end, part.offset
            end = max(end, part.offset + part.length)
        if end < self.stop:
            yield end, self.stop


@dataclass(slots=True, eq=False)
class RawData:
    """Elements of a dataset or an attribute, one row for each run of bytes that holds some.

    Attributes
    ----------
    kind : str
        "chunk", "contiguous data", "compact data" or "attribute value".
    start, stop : numpy.ndarray, shape (n,), uint64
        File offsets of each run.
    coordinates : numpy.ndarray, shape (n, rank), int64
        Position of each run in the grid of chunks; zeros where there is but one.
    filter_mask : numpy.ndarray, shape (n,), uint32
        Filters that were left out for it.
    """

    kind: str
    owner: Owner
    datatype: Datatype
    blocks: Blocks
    start: Column
    stop: Column
    coordinates: Column
    filter_mask: Column
    name: str = ""

    @classmethod
    def one_run(
        cls,
        kind: str,
        owner: Owner,
        datatype: Datatype,
        shape: tuple[int, ...],
        start: int,
        size: int,
        name: str = "",
    ) -> RawData:
        """All elements in one run of `size` bytes."""
        blocks = Blocks(shape, tuple(max(n, 1) for n in shape), datatype.size, start=start)
        return cls(
            kind,
            owner,
            datatype,
            blocks,
            offsets([start]),
            offsets([start + size]),
            np.zeros((1, len(shape)), np.int64),
            np.zeros(1, np.uint32),
            name,
        )

    def title(self, row: int) -> str:
        """What one run is, without the object that it belongs to."""
        if self.kind == "chunk":
            return f"chunk ({', '.join(map(str, self.coordinates[row].tolist()))})"
        return f"{self.kind} of {self.name!r}" if self.name else self.kind

    @property
    def section(self) -> str:
        """The section of the specification that speaks of these bytes."""
        return "IV.A.2.m" if self.kind == "attribute value" else "IV.B"


def base_name(name: str) -> str:
    """A field's name without the number of its row."""
    return name.partition("] ")[2] if name.startswith("[") else name


def offsets(values: Any) -> Column:
    """File offsets as a column: split files have some that no signed integer holds."""
    return np.asarray(values, np.uint64)
