"""The dimensions of netCDF-4: dimension scales of a file, and phony ones where it has none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

__all__ = ["Dimension", "Numbering", "PhonyDims", "phony_dimensions"]

PhonyDims = Literal["access", "sort"]


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension of a group.

    ``number`` is netCDF's own, by which ``_Netcdf4Coordinates`` speaks of it.
    """

    name: str
    size: int
    number: int | None = None
    is_unlimited: bool = False
    is_phony: bool = False


class Numbering:
    """Counts the dimensions of a file, whose numbers go on from group to group.

    The names of phony dimensions are made of the numbers of those before them; by "sort"
    the dimensions that have a scale count as well, as they do in netCDF's own library.
    """

    def __init__(self, mode: PhonyDims) -> None:
        self.mode = mode
        self.real = 0
        self.phony = 0

    def next_real(self) -> int:
        """The number of one more dimension that has a scale."""
        self.real += 1
        return self.real - 1

    def next_phony(self) -> str:
        """The name of one more phony dimension."""
        self.phony += 1
        before = self.phony - 1 + (self.real if self.mode == "sort" else 0)
        return f"phony_dim_{before}"


def phony_dimensions(
    real: Iterable[Dimension], shapes: Iterable[tuple[int, ...]], numbering: Numbering
) -> list[Dimension]:
    """Make the dimensions that datasets of these `shapes`, without scales, lack in a group.

    There are as many of one length as the dataset has axes that has the most of them.
    """
    known = Counter(dim.size for dim in real if not dim.is_unlimited)
    wanted: Counter[int] = Counter()
    for shape in shapes:
        wanted |= Counter(shape)
    return [
        Dimension(numbering.next_phony(), size, is_phony=True)
        for size, count in wanted.items()
        for _ in range(known[size], count)
    ]
