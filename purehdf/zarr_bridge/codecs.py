"""HDF5's filter pipeline as a chain of numcodecs codecs, which decode the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ..extras import naming_extras
from ..filters import filter_name, find
from ..format.buffer import Buffer
from ..format.messages.filter_pipeline import Filter
from ..limits import DEFAULT_LIMITS

with naming_extras("purehdf.zarr_bridge"):
    import numcodecs

    from .own_codecs import OWN

__all__ = ["Codec", "codecs_of", "encode"]

_DEFLATE, _SHUFFLE, _FLETCHER32 = 1, 2, 3
_BZIP2, _BLOSC, _ZSTD = 307, 32001, 32015
_ROUNDING = {32022, 32023, 32032}  # they change values when they are written: nothing to undo
_BLOSC_COMPRESSORS = ("blosclz", "lz4", "lz4hc", None, "zlib", "zstd")  # None: none has Snappy


class Codec(NamedTuple):
    """One codec that turns bytes into bytes: its numcodecs name, and its configuration."""

    name: str
    configuration: dict[str, Any]

    @property
    def is_own(self) -> bool:
        """Whether it is one of purehdf's, which only decode."""
        return self.name.startswith("purehdf.")


_NOTHING = Codec("", {})
_BLOSC_DEFAULTS = (2, 2, 1, 0, 5, 1, 0)  # versions, element size, chunk size, and what is below


def codecs_of(
    filters: Sequence[Filter], size: int, *, own: bool = False
) -> tuple[Codec, ...] | str:
    """Return the codecs that undo a pipeline on chunks of `size` bytes, in encoding order.

    Where there are none that decode the same, return the reason instead.  With `own`,
    those of purehdf are among them.

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
        found = _plain_codec(step, length)
        if found is None and own and step.id in OWN:
            limit = size + DEFAULT_LIMITS.filter_slack
            configuration = {"parameters": list(step.parameters), "limit": limit}
            found = Codec(OWN[step.id].codec_id, configuration)
        if found is None:
            return _reason(step)
        if found != _NOTHING:
            codecs.append(found)
        if step.id == _FLETCHER32 and length is not None:
            length += 4
        elif step.id != _SHUFFLE and found != _NOTHING:
            length = None
    return tuple(codecs)


def _plain_codec(step: Filter, length: int | None) -> Codec | None:
    """The codec of numcodecs for a filter, if it decodes the same."""
    first = step.parameters[0] if step.parameters else 1
    if step.id == _SHUFFLE:
        # HDF5 leaves a rest unshuffled, numcodecs has no such rule.
        if first < 2:
            return _NOTHING
        known = length is not None and length % first == 0
        return Codec("shuffle", {"elementsize": first}) if known else None
    if step.id == _DEFLATE:
        return Codec("zlib", {"level": min(first, 9)})
    if step.id == _FLETCHER32:
        return Codec("fletcher32", {})
    if step.id == _BZIP2:
        return Codec("bz2", {"level": min(max(first, 1), 9)})
    if step.id == _BLOSC:
        return _blosc(step.parameters)
    if step.id == _ZSTD:
        return Codec("zstd", {"level": min(first, 22)})
    return _NOTHING if step.id in _ROUNDING else None


def _blosc(parameters: Sequence[int]) -> Codec | None:
    """Chunks say themselves how they were compressed, but for whether anybody can undo it."""
    given = (*parameters, *_BLOSC_DEFAULTS[len(parameters) :])
    size, level, shuffle, compressor = given[3:7]
    name = dict(enumerate(_BLOSC_COMPRESSORS)).get(compressor)
    if name is None or size >= 1 << 31:
        return None
    options = {"clevel": min(level, 9), "shuffle": min(shuffle, 2), "blocksize": size}
    return Codec("blosc", {"cname": name, **options})


def _reason(step: Filter) -> str:
    if step.id == _SHUFFLE:
        return f"shuffle of {step.parameters[0]}-byte elements over a length that is no multiple"
    return f"Zarr has no codec for the {filter_name(step)} filter"


def encode(data: Buffer, codecs: Sequence[Codec]) -> Buffer:
    """Encode the bytes of one chunk."""
    for name, configuration in codecs:
        codec = numcodecs.get_codec({"id": name, **configuration})
        data = bytes(codec.encode(np.frombuffer(data, np.uint8)))
    return data
