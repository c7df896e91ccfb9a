"""What the bridge says about how it serves each array, and what it leaves out."""

from __future__ import annotations

from typing import Literal, NamedTuple

__all__ = ["How", "ReportEntry"]

How = Literal["raw", "decoded", "refused", "dimension"]


class ReportEntry(NamedTuple):
    """One array, or one thing that was left out.

    Attributes
    ----------
    path : str
        Path in the file; ``"/group/array@name"`` is an attribute.
    how : {"raw", "decoded", "refused", "dimension"}
        ``raw``: Zarr's codecs decode the bytes of the file.  ``decoded``: purehdf reads
        the values, and hands them to Zarr plainly encoded.  ``refused``: left out.
        ``dimension``: left out because it is no variable, only the name of a dimension.
    reason : str
        Why it is not raw; empty for what is.
    """

    path: str
    how: How
    reason: str
