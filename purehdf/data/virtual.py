"""Virtual datasets (III.F): their elements are those of other datasets.

What no source provides, because nothing maps it or the source is missing, is fill value.
A source that exists but must not be opened is an error: its elements are not fill value.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..walk.datasets import DatasetRecord
from ..walk.reader import Reader
from .correspond import correspond, touches
from .selection import Points, Selection
from .virtual_pieces import pieces
from .virtual_sources import Chain, Source, open_source, virtual_mappings

__all__ = ["read_virtual"]

AnyArray = np.ndarray[Any, Any]
Read = Callable[[Source, Selection | Points, Chain], Awaitable[AnyArray]]


async def read_virtual(
    reader: Reader,
    record: DatasetRecord,
    selection: Selection | Points,
    out: AnyArray,
    read: Read,
    chain: Chain,
) -> None:
    """Put into `out`, which holds the fill value, what the sources provide of `selection`.

    `read` reads a selection of a source; `chain` are the virtual datasets that are being
    read already.
    """
    shape = record.dataspace.shape or ()
    for mapping in await virtual_mappings(reader, record):
        for piece in pieces(mapping, shape):
            if not touches(piece.virtual, selection):
                continue
            source = await open_source(reader, record, piece.filename, piece.dataset, chain)
            if source is None:
                continue
            piece = piece.limited(source.shape)
            part = correspond(piece.virtual, piece.of(source.shape), selection)
            if part is None:
                continue
            values = await read(source, part.source, source.chain)
            part.put(out, _converted(values, out.dtype))


def _converted(values: AnyArray, dtype: np.dtype[Any]) -> AnyArray:
    """Convert a source's elements to the type of the virtual dataset, if nothing is lost."""
    if values.dtype == dtype:
        return values
    if not np.can_cast(values.dtype, dtype, "safe"):
        raise UnsupportedError(
            f"a virtual dataset of type {dtype} with a source of type {values.dtype}: the "
            "conversion could change values",
            structure="global heap block for virtual datasets",
            section="III.F",
        )
    return values.astype(dtype)
