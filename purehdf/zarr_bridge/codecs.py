"""HDF5's filter pipeline as a chain of numcodecs codecs, which decode the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numcodecs
import numpy as np

from ..filters import filter_name, find
from ..format.buffer import Buffer
from ..format.messages.filter_pipeline import Filter

__all__ = ["Codec", "codecs_of", "encode"]

_DEFLATE, _SHUFFLE, _FLETCHER32 = 1, 2, 3


class Codec(NamedTuple):
    """One codec that turns bytes into bytes: its numcodecs name, and its configuration."""

    name: str
    configuration: dict[str, Any]


def codecs_of(filters: Sequence[Filter], size: int) -> tuple[Codec, ...] | str:
    """Return the codecs that undo a pipeline on chunks of `size` bytes, in encoding order.

    Where numcodecs would not decode the same, return the reason instead.

    Raises
    ------
    FilterUnavailableError
        purehdf cannot undo one of the filters either.
    """
    for step in filters:
        find(step)
    codecs: list[Codec] = []
    length: int | None = size  # of what goes into a step; None where it varies
    for step in filters:
        parameters = step.parameters
        if step.id == _SHUFFLE:
            width = parameters[0] if parameters else 1
            if width < 2:
                continue
            if length is None or length % width:
                # HDF5 leaves a rest unshuffled, numcodecs has no such rule.
                return f"shuffle of {width}-byte elements over a length that is no multiple"
            codecs.append(Codec("shuffle", {"elementsize": width}))
        elif step.id == _DEFLATE:
            codecs.append(Codec("zlib", {"level": min(parameters[0] if parameters else 1, 9)}))
            length = None
        elif step.id == _FLETCHER32:
            codecs.append(Codec("fletcher32", {}))
            length = None if length is None else length + 4
        else:
            return f"Zarr has no codec for the {filter_name(step)} filter"
    return tuple(codecs)


def encode(data: Buffer, codecs: Sequence[Codec]) -> Buffer:
    """Encode the bytes of one chunk."""
    for name, configuration in codecs:
        codec = numcodecs.get_codec({"id": name, **configuration})
        data = bytes(codec.encode(np.frombuffer(data, np.uint8)))
    return data
