"""HDF5's own filters as codecs of numcodecs, which Zarr format 2 uses; they decode only.

Importing this module registers them.  Each has the client data values of the filter as
``parameters``, and ``limit``, the most bytes that decoding may give.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numcodecs
import numpy as np
from numcodecs.abc import Codec
from numcodecs.compat import ensure_contiguous_ndarray, ndarray_copy

from ..filters import find
from ..format.messages.filter_pipeline import Filter

__all__ = [
    "LZ4",
    "LZF",
    "OWN",
    "Bitshuffle",
    "Fletcher32",
    "Nbit",
    "OwnCodec",
    "ScaleOffset",
    "Shuffle",
    "Szip",
]


class OwnCodec(Codec):  # type: ignore[misc]  # numcodecs comes without types
    """Undoes one filter of HDF5."""

    filter_id: ClassVar[int]

    def __init__(self, parameters: Sequence[int] = (), limit: int = 1 << 31) -> None:
        self.parameters = [int(each) for each in parameters]
        self.limit = int(limit)

    def decode(self, buf: Any, out: Any = None) -> Any:
        """Return the bytes that the filter was given."""
        data = memoryview(ensure_contiguous_ndarray(buf)).cast("B")
        found = self.decode_bytes(data)
        return found if out is None else ndarray_copy(np.frombuffer(found, np.uint8), out)

    def decode_bytes(self, data: memoryview) -> bytes:
        """Return the bytes that the filter was given."""
        parameters = tuple(self.parameters)
        step = find(Filter(self.filter_id, b"", False, parameters))
        return bytes(step.decode(data, parameters, self.limit))

    def encode(self, buf: Any) -> Any:
        """Refuse: these codecs read what HDF5 wrote."""
        raise NotImplementedError(f"{self.codec_id} only decodes")


class Shuffle(OwnCodec):
    """Filter 2, for lengths that are no multiple of the element's."""

    codec_id = "purehdf.shuffle"
    filter_id = 2


class Fletcher32(OwnCodec):
    """Filter 3, as HDF5 computes it for odd lengths too."""

    codec_id = "purehdf.fletcher32"
    filter_id = 3


class Szip(OwnCodec):
    """Filter 4."""

    codec_id = "purehdf.szip"
    filter_id = 4


class Nbit(OwnCodec):
    """Filter 5."""

    codec_id = "purehdf.nbit"
    filter_id = 5


class ScaleOffset(OwnCodec):
    """Filter 6."""

    codec_id = "purehdf.scaleoffset"
    filter_id = 6


class LZF(OwnCodec):
    """Filter 32000."""

    codec_id = "purehdf.lzf"
    filter_id = 32000


class LZ4(OwnCodec):
    """Filter 32004, with the frames that HDF5 puts around its blocks."""

    codec_id = "purehdf.lz4"
    filter_id = 32004


class Bitshuffle(OwnCodec):
    """Filter 32008, with LZ4 or Zstandard inside or neither."""

    codec_id = "purehdf.bitshuffle"
    filter_id = 32008


OWN: dict[int, type[OwnCodec]] = {
    each.filter_id: each
    for each in (Shuffle, Fletcher32, Szip, Nbit, ScaleOffset, LZF, LZ4, Bitshuffle)
}
"""Filter -> its codec."""

for _each in OWN.values():
    numcodecs.register_codec(_each)
