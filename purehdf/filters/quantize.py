"""Filters 32022, 32023 and 32032: BitGroom, Granular BitRound and BitRound.

They round values before a compressor sees them.  What they wrote is what was stored, so
there is nothing to undo.
"""

from __future__ import annotations

from ..format.buffer import Buffer

__all__ = ["decode"]


def decode(data: Buffer, parameters: tuple[int, ...], limit: int) -> Buffer:
    """Return `data` as it is."""
    return data
