"""Errors with their places: what the reader tells of structures that it cannot decode."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from ..errors import ChecksumError, PureHDFError, TruncatedError
from ..format.checksum import lookup3_each
from ..format.columns import Checksums
from ..format.cursor import Checksum, Cursor
from ..format.structure import Structure

__all__ = ["ended", "mismatches", "placed", "verify_waiting"]


def placed(error: PureHDFError, structure: Structure, offset: int | None) -> PureHDFError:
    """Tell an error the structure and the file offset that it is about."""
    if error.section is None:
        error.locate(structure=structure.title, section=structure.section)
    return error.locate(offset=offset)


def ended(wanted: tuple[int, int], end: int) -> PureHDFError:
    """The error of a structure that is `wanted`, while the file ends at `end`."""
    return TruncatedError(
        "the file ends in it",
        expected=f"{wanted[1] - wanted[0]} bytes",
        found=f"{max(end - wanted[0], 0)} bytes",
    )


def mismatches(later: Sequence[Checksum]) -> Iterator[tuple[Cursor, ChecksumError]]:
    """The checksums that differ, all computed together."""
    for each, computed in zip(later, lookup3_each([c.covered for c in later]), strict=True):
        try:
            each.compare(computed)
        except ChecksumError as error:
            yield each.cursor, error


def verify_waiting(waiting: Sequence[tuple[Structure, Checksums]]) -> None:
    """Compare checksums that were left to be computed all together."""
    sums = iter(lookup3_each([part for _, found in waiting for part in found.covered]))
    for structure, found in waiting:
        try:
            found.compare(list(islice(sums, len(found.covered))))
        except ChecksumError as error:
            raise placed(error, structure, None) from None
