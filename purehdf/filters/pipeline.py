"""Undoing a filter pipeline for one chunk."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import PureHDFError, TruncatedError
from ..format.buffer import Buffer
from ..format.messages.filter_pipeline import Filter
from ..limits import Limits
from .fletcher32 import FLETCHER32
from .registry import filter_name, find

__all__ = ["decode_chunk"]


def decode_chunk(
    data: Buffer,
    filters: Sequence[Filter],
    filter_mask: int,
    size: int,
    limits: Limits,
    *,
    keep: int = 0,
) -> Buffer:
    """Return the `size` bytes of a chunk from its stored bytes `data`.

    Bit i of `filter_mask` says that the i-th filter of the stored pipeline was left out.
    The first `keep` filters are not undone.
    """
    for i in range(len(filters) - 1, keep - 1, -1):
        if filter_mask >> i & 1:
            continue
        if filters[i].id == FLETCHER32 and not limits.verify_checksums:
            data = data[:-4]
            continue
        step = find(filters[i])
        try:
            data = step.decode(data, filters[i].parameters, size + limits.filter_slack)
        except PureHDFError as error:
            raise error.locate(
                section="IV.A.2.l",
                within=f"filter {i + 1} of {len(filters)}, {filter_name(filters[i])}",
            ) from error.__cause__
    if len(data) < size:
        raise TruncatedError(
            "the chunk is too short",
            structure="chunk",
            section="IV.B",
            expected=f"{size} bytes",
            found=f"{len(data)} bytes",
        )
    return data[:size]
