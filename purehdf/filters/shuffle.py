"""Filter 2, shuffle: all first bytes of the elements, then all second bytes, and so on."""

from __future__ import annotations

import numpy as np

from ..format.buffer import Buffer

__all__ = ["SHUFFLE", "decode"]

SHUFFLE = 2

_FEW = 256  # elements for which one step per byte of an element would take longer


def decode(data: Buffer, parameters: tuple[int, ...], limit: int) -> Buffer:
    """Put the bytes of each element together again; a rest shorter than one stays as it is."""
    width = parameters[0] if parameters else 1
    count = len(data) // width if width else 0
    if width < 2 or count < 2:
        return data
    planes = np.frombuffer(data, np.uint8)
    out = np.empty(len(planes), np.uint8)
    whole = count * width
    if count < _FEW:
        out[:whole].reshape(count, width)[...] = planes[:whole].reshape(width, count).T
    else:
        for i in range(width):
            out[i:whole:width] = planes[i * count : (i + 1) * count]
    out[whole:] = planes[whole:]
    return out.data
